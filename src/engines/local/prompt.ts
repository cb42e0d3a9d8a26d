import { invalid } from "../../errors.ts";
import type { Turn } from "../../turn/turn.ts";
import type { ChatWrapper, HistoryItem, LlamaModel } from "./binding.ts";
import type { LocalModel } from "./model.ts";
import type { LocalRequest } from "./request.ts";

/** As many tokens as may be said, and whether it is the request or the context that ends there. */
export interface Limits {
	maxTokens: number;
	endsAt: "request" | "context";
}

/** Tokens that a call's own syntax takes beside what is generated. */
const callSyntax = 64;

/** Tokens of the prompt as the model gets it. */
export function countPrompt(
	{ wrapper, model }: LocalModel,
	history: HistoryItem[],
	{ functions, mustCall }: LocalRequest,
): number {
	const chatHistory: HistoryItem[] =
		history.at(-1)?.type === "model"
			? history
			: [...history, { type: "model", response: [] }];
	const { contextText } = wrapper.generateContextState({
		chatHistory,
		...(functions && { availableFunctions: functions }),
	});
	const prompt = contextText.tokenize(model.tokenizer).length;
	return mustCall ? prompt : prompt + countThoughtMark(wrapper, model);
}

/** A template that has every answer begin with a thought puts the mark of it after the prompt. */
function countThoughtMark(wrapper: ChatWrapper, model: LlamaModel): number {
	const { prefix, openOnResponseStart } =
		wrapper.settings.segments?.thought ?? {};
	if (!openOnResponseStart || prefix === undefined) return 0;
	if (typeof prefix === "string") return model.tokenize(prefix, true).length;
	return "tokenize" in prefix ? prefix.tokenize(model.tokenizer).length : 0;
}

/**
 * How much may be said after a prompt.
 *
 * @throws ServiceError `ValidationException` when the prompt leaves no room
 */
export function readLimits(
	{ context }: LocalModel,
	{ inferenceConfig }: Turn,
	{ functions }: LocalRequest,
	inputTokens: number,
): Limits {
	const room =
		context.contextSize - inputTokens - 2 - (functions ? callSyntax : 0);
	// The first sentence is Bedrock's own (observed on several models).
	if (room < 1)
		throw invalid(
			`Input is too long for requested model. It has ${inputTokens} tokens, and the local model's context is ${context.contextSize}: shorten it, or start with a higher --local-context.`,
		);
	const asked = inferenceConfig?.maxTokens ?? Number.POSITIVE_INFINITY;
	return asked <= room
		? { maxTokens: asked, endsAt: "request" }
		: { maxTokens: room, endsAt: "context" };
}
