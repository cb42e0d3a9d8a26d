import type { Message } from "@aws-sdk/client-bedrock-runtime";
import type { Call } from "../call.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import { hashText, seededRandom } from "../random.ts";
import { builtInInput, builtInTools } from "../turn/built-in-tools.ts";
import type { Draft, DraftBlock, Pace } from "../turn/draft.ts";
import type { EmbeddingRequest } from "../turn/embedding.ts";
import { Memo } from "../turn/memo.ts";
import { play, type TokenCounter } from "../turn/play.ts";
import type { PromptCache } from "../turn/prompt-cache.ts";
import type { Turn } from "../turn/turn.ts";
import { citeDocument } from "./citation.ts";
import type { Engine } from "./engine.ts";
import { sampleJson } from "./sample.ts";

export interface StubOptions {
	pace: Pace;
	/** The same seed gives the same tool arguments and the same structured output. */
	seed: number;
	cache: PromptCache;
	tokens: TokenCounter;
}

/**
 * The default engine: answers every turn without a model, the same turn always in the same way.
 *
 * - A fixed text that contains the model id as received.
 * - `toolChoice` `any` calls the first tool, `tool` the named one, with arguments valid against its `inputSchema`; `auto`
 *   calls none. A turn whose last message holds a toolResult gets text whatever the choice says, so an agent loop ends.
 * - A document that may be cited is: its beginning follows the text.
 * - `outputConfig` with a JSON schema gets JSON that is valid against it.
 * - A reasoning block comes first when the request switches thinking on; a redacted one where Claude is told Anthropic's
 *   test string for that.
 * - Vectors, relevances and pictures are computed from the words of what is asked; their code is loaded when first needed.
 */
export function stubEngine(options: StubOptions): Engine {
	const texts = new Memo<Texts>(256, 1 << 16);
	return {
		name: "stub",
		isLast: () => true,
		reply(turn, call) {
			// The contract of `--compat floci`: limits are accepted and ignored like all else.
			const asked =
				call.mode === "floci" ? { ...turn, inferenceConfig: undefined } : turn;
			return play(
				draftTurn(asked, call, options.seed, texts),
				asked,
				call,
				options,
			);
		},
		async embed(request) {
			const { embedInputs } = await import("./similarity.ts");
			return {
				vectors: await embedInputs(request),
				inputTokens: countTokens(request, options.tokens),
			};
		},
		async rerank(request) {
			const { rankDocuments } = await import("./similarity.ts");
			return { scores: await rankDocuments(request) };
		},
		async draw(request) {
			const { drawPictures } = await import("./picture.ts");
			return { images: await drawPictures(request) };
		},
	};
}

function countTokens(
	{ modelId, inputs }: EmbeddingRequest,
	tokens: TokenCounter,
): number {
	let sum = 0;
	for (const { text } of inputs) {
		if (text !== undefined) sum += tokens.countText(text, modelId);
	}
	return sum;
}

function draftTurn(
	turn: Turn,
	call: Call,
	seed: number,
	texts: Memo<Texts>,
): Draft {
	const answered = hasToolResult(turn.messages.at(-1));
	const { first, last } = textsFor(turn.modelId, texts);
	const text = answered ? last : first;
	// The contract of `--compat floci`: tools and all else are accepted and ignored.
	if (call.mode === "floci") return { content: [{ text }] };
	const answer =
		(answered ? undefined : callTool(turn, seed)) ?? writeJson(turn, seed);
	const content: DraftBlock[] = [answer ?? { text }];
	const citation = answer ? undefined : citeDocument(turn);
	if (citation) content.push(citation);
	if (thinks(turn.additionalModelRequestFields)) {
		content.unshift(asksToRedact(turn) ? redactedThought : thought);
	}
	return { content };
}

const thought: DraftBlock = {
	reasoning: {
		text: "The stub engine does not think; this is what a reasoning block looks like.",
	},
};

/** As of Claude, the blob is base64 text of something unreadable. */
const redactedThought: DraftBlock = {
	redactedReasoning: new TextEncoder().encode(
		"RXZlbiB0aGUgc3R1YiBlbmdpbmUgaGFzIGl0cyBzZWNyZXRzLg==",
	),
};

/** Anthropic's own string for testing clients (documented: Extended thinking). */
const redactionTest =
	"ANTHROPIC_MAGIC_STRING_TRIGGER_REDACTED_THINKING_46C9A13E193C177646C7398A98432ECCCE4C1253D5E2D82641AC0E52CC2876CB";

/** Anywhere in the conversation (observed: Claude 3.7 Sonnet, also in the turn after). */
function asksToRedact({ modelId, messages }: Turn): boolean {
	return (
		modelId.includes("claude") &&
		messages.some(({ content }) =>
			content?.some(({ text }) => text?.includes(redactionTest)),
		)
	);
}

/** What is said for a model. */
interface Texts {
	first: string;
	/** Behind a tool result. */
	last: string;
}

/** Texts are made once a model: what was computed for a text (its hash, its tokens) is then found again at once. */
function textsFor(modelId: string, texts: Memo<Texts>): Texts {
	const known = texts.get(modelId);
	if (known) return known;
	const opening = `This is Outcrop's stub engine, answering for ${modelId}.`;
	const made = {
		first: `${opening} No model has been asked.`,
		last: `${opening} The tool result has come in, so this turn ends here.`,
	};
	texts.set(modelId, made);
	return made;
}

function hasToolResult(message: Message | undefined): boolean {
	return (
		message?.content?.some((block) => block.toolResult !== undefined) ?? false
	);
}

function callTool(turn: Turn, seed: number): DraftBlock | undefined {
	const { toolConfig } = turn;
	const choice = forcedChoice(turn);
	if (!choice) return undefined;
	const wanted = choice.name;
	for (const { toolSpec } of toolConfig?.tools ?? []) {
		if (!toolSpec?.name || (wanted !== undefined && toolSpec.name !== wanted))
			continue;
		// A document is JSON once it was read.
		const schema = toolSpec.inputSchema?.json as Json | undefined;
		const input = sample(toolSpec.name, schema ?? {}, seed);
		return {
			toolUse: { name: toolSpec.name, input: isObject(input) ? input : {} },
		};
	}
	for (const tool of builtInTools(turn)) {
		const input = builtInInput(tool);
		if (input && (wanted === undefined || tool.name === wanted))
			return { toolUse: { name: tool.name, input } };
	}
	return undefined;
}

/** The choice that a tool must be called, and which; Claude's own `tool_choice` where only built-in tools are offered. */
function forcedChoice({
	toolConfig,
	additionalModelRequestFields: fields,
}: Turn): { name?: string | undefined } | undefined {
	const { any, tool } = toolConfig?.toolChoice ?? {};
	if (any || tool) return { name: tool?.name };
	const choice = isObject(fields) ? fields.tool_choice : undefined;
	if (!isObject(choice)) return undefined;
	if (choice.type === "any") return {};
	if (choice.type !== "tool" || typeof choice.name !== "string")
		return undefined;
	return { name: choice.name };
}

/** The schema is a string there. One that is no JSON is the front door's to refuse; here it allows anything. */
function writeJson(
	{ outputConfig }: Turn,
	seed: number,
): DraftBlock | undefined {
	const definition = outputConfig?.textFormat?.structure?.jsonSchema;
	if (definition?.schema === undefined) return undefined;
	return {
		text: JSON.stringify(
			sample(definition.name ?? "", parseSchema(definition.schema), seed),
		),
	};
}

function parseSchema(text: string): Json {
	try {
		return JSON.parse(text);
	} catch {
		return {};
	}
}

/** Seeded by what was asked and not by what was asked before, so that the same request gets the same value. */
function sample(name: string, schema: Json, seed: number): Json {
	return sampleJson(
		schema,
		seededRandom(hashText(`${name} ${JSON.stringify(schema)}`, seed)),
	);
}

/**
 * Claude's `thinking`, Nova 2's `reasoningConfig`, Qwen's and DeepSeek's `reasoning_config`, gpt-oss's `reasoning_effort`
 * (observed shapes; Nova and Qwen also take an object or a word).
 */
function thinks(fields: Json | undefined): boolean {
	if (!isObject(fields)) return false;
	return [
		fields.thinking,
		fields.reasoningConfig,
		fields.reasoning_config,
		fields.reasoning_effort,
	].some(switchedOn);
}

const offWords = ["between_tools", "disabled", "none", "off"];

function switchedOn(setting: Json | undefined): boolean {
	const word = isObject(setting) ? (setting as JsonObject).type : setting;
	return typeof word === "string" && !offWords.includes(word);
}
