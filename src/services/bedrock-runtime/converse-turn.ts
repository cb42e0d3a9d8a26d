import type {
	ConverseCommandInput,
	ConverseStreamCommandInput,
	ConverseTokensRequest,
	TokenUsage,
} from "@aws-sdk/client-bedrock-runtime";
import { invalid, ServiceError } from "../../errors.ts";
import type { Provider } from "../../providers/provider.ts";
import type { Turn } from "../../turn/turn.ts";
import type { ServiceCall } from "../service.ts";
import { refuseConverse } from "./direct-model.ts";
import { checkConverse } from "./rules.ts";

type ConverseLike =
	| ConverseCommandInput
	| ConverseStreamCommandInput
	| (ConverseTokensRequest & { modelId: string });

/**
 * The turn that a Converse request asks, after the rules across its members.
 *
 * @throws ServiceError `ValidationException` on the first rule that is broken
 */
export function readConverseTurn(
	input: ConverseLike,
	call: ServiceCall,
	streaming: boolean,
): Turn {
	const modelId = input.modelId as string;
	const model = call.model(modelId);
	refuseConverse(model);
	checkConverse(input, model.facts, call.mode, streaming);
	if ("guardrailConfig" in input && input.guardrailConfig)
		noteIgnored(call, "guardrailConfig");
	// The input was made for this call alone, so it becomes the turn. What is a document to the SDK's types was read as JSON.
	const turn = input as typeof input & Turn;
	turn.messages ??= promptMessages(modelId);
	return readByModel(turn, model.provider);
}

/**
 * What the model itself reads, and refuses in its own words behind Converse's (observed: `The model returned the following errors: `).
 *
 * @throws ServiceError `ValidationException`
 */
function readByModel(turn: Turn, provider: Provider): Turn {
	try {
		return provider.readFields?.(turn) ?? turn;
	} catch (error) {
		if (!(error instanceof ServiceError)) throw error;
		throw invalid(`The model returned the following errors: ${error.message}`);
	}
}

/**
 * Notes a member that is accepted and changes nothing, as there are no guardrails yet; with `--strict` it is refused.
 *
 * @throws ServiceError `ValidationException` that names it
 */
export function noteIgnored(
	{ notes, mode }: ServiceCall,
	member: string,
): void {
	if (mode === "strict") {
		throw invalid(
			`${member} would change the reply, and Outcrop evaluates no guardrails yet. Leave it out, or start without --strict.`,
		);
	}
	notes.ignored = [...(notes.ignored ?? []), member];
}

/** A prompt resource brings its own messages; which ones, only its owner's account knows. */
function promptMessages(promptArn: string): Turn["messages"] {
	return [
		{ role: "user", content: [{ text: `The prompt resource ${promptArn}` }] },
	];
}

/** Usage with the members that Bedrock sends though no model says so (observed since 2025; SDKs drop them). */
export function wireUsage(usage: TokenUsage): TokenUsage {
	const { cacheReadInputTokens, cacheWriteInputTokens } = usage;
	const wired: TokenUsage & Record<string, unknown> = {
		...usage,
		serverToolUsage: {},
	};
	if (cacheReadInputTokens !== undefined)
		wired.cacheReadInputTokenCount = cacheReadInputTokens;
	if (cacheWriteInputTokens !== undefined)
		wired.cacheWriteInputTokenCount = cacheWriteInputTokens;
	return wired;
}
