import type {
	Citation,
	ImageBlock,
	StopReason,
} from "@aws-sdk/client-bedrock-runtime";
import type { Json } from "../json.ts";
import type { Draft, DraftBlock } from "./draft.ts";
import type { Turn } from "./turn.ts";

/** Counts and splits text as the model's tokenizer would. */
export interface TextTokens {
	countText(text: string, modelId: string): number;
	/** Pieces that end on token borders; joined they are the text. */
	splitText(text: string, modelId: string): readonly string[];
}

/** A block as it is really said, within the request's limits; `tokens` are output tokens. */
export type SaidBlock = { tokens: number } & (
	| {
			kind: "text";
			text: string;
			deltas?: string[] | undefined;
			citations?: Citation[] | undefined;
	  }
	| {
			kind: "reasoning";
			text: string;
			signature?: string | undefined;
			whole: boolean;
	  }
	| {
			kind: "toolUse";
			name: string;
			toolUseId?: string | undefined;
			type?: "server_tool_use" | undefined;
			json: string;
	  }
	| { kind: "redacted"; bytes: Uint8Array }
	| { kind: "image"; image: ImageBlock }
);

/** A draft within the request's limits. */
export interface Said {
	blocks: SaidBlock[];
	stopReason: StopReason;
	/** The stop sequence that ended the text. */
	stopSequence: string | undefined;
	outputTokens: number;
}

/**
 * Cuts a draft to `stopSequences` and `maxTokens`: whichever comes first ends the reply, and what follows is not said.
 *
 * A text ends before the first stop sequence in it; tool input and reasoning are not searched (assumed: they are no text
 * of the answer). `maxTokens` counts text, reasoning and tool input; the block that passes it is cut on a token border and
 * the stop reason is `max_tokens`. A tool call so cut ends in the middle of its JSON (Claude streams it so).
 */
export function cutDraft(draft: Draft, turn: Turn, tokens: TextTokens): Said {
	const { maxTokens = Number.POSITIVE_INFINITY, stopSequences = [] } =
		turn.inferenceConfig ?? {};
	const spaced = turn.modelId.includes("anthropic.");
	const said: Said = {
		blocks: [],
		stopReason: "end_turn",
		stopSequence: undefined,
		outputTokens: 0,
	};

	for (const from of draft.content) {
		const block = sayBlock(from, spaced);
		if (block.kind === "text" && stopSequences.length > 0)
			said.stopSequence = stopText(block, stopSequences);
		const text = spokenText(block);
		block.tokens = text === "" ? 0 : tokens.countText(text, turn.modelId);
		const left = maxTokens - said.outputTokens;
		if (block.tokens > left) {
			if (left > 0)
				said.blocks.push(shorten(block, text, left, turn.modelId, tokens));
			said.outputTokens = maxTokens;
			return { ...said, stopReason: "max_tokens", stopSequence: undefined };
		}
		said.outputTokens += block.tokens;
		if (said.stopSequence === undefined) {
			said.blocks.push(block);
			if (block.kind === "toolUse" && !block.type) said.stopReason = "tool_use";
			continue;
		}
		if (text !== "") said.blocks.push(block);
		said.stopReason = "stop_sequence";
		break;
	}
	// A reply always costs a token: the one that ends it (assumed).
	said.outputTokens = Math.max(1, said.outputTokens);
	if (said.stopSequence === undefined && draft.stopReason)
		said.stopReason = draft.stopReason;
	return said;
}

function sayBlock(block: DraftBlock, spaced: boolean): SaidBlock {
	if ("text" in block) {
		const { deltas } = block;
		return {
			kind: "text",
			tokens: 0,
			text: deltas?.length ? deltas.join("") : block.text,
			deltas,
		};
	}
	if ("toolUse" in block) {
		const { name, toolUseId, type, input } = block.toolUse;
		return {
			kind: "toolUse",
			tokens: 0,
			name,
			toolUseId,
			type,
			json: spaced ? spacedJson(input) : JSON.stringify(input),
		};
	}
	if ("reasoning" in block)
		return { kind: "reasoning", tokens: 0, ...block.reasoning, whole: true };
	if ("redactedReasoning" in block)
		return { kind: "redacted", tokens: 0, bytes: block.redactedReasoning };
	if ("citations" in block)
		return { kind: "text", tokens: 0, ...block.citations };
	return { kind: "image", tokens: 0, image: block.image };
}

/** JSON as Claude writes tool input: a space after colons and commas (observed). Raw line ends are in no JSON string. */
function spacedJson(value: Json): string {
	return JSON.stringify(value, null, 1)
		.replace(/,\n\s*/g, ", ")
		.replace(/\n\s*/g, "");
}

function spokenText(block: SaidBlock): string {
	if (block.kind === "toolUse") return block.json;
	return block.kind === "text" || block.kind === "reasoning" ? block.text : "";
}

/** Ends the text before the first stop sequence in it, and says which. */
function stopText(
	block: SaidBlock & { kind: "text" },
	stopSequences: readonly string[],
): string | undefined {
	let at = -1;
	let matched: string | undefined;
	for (const sequence of stopSequences) {
		const found = sequence === "" ? -1 : block.text.indexOf(sequence);
		if (found < 0 || (at >= 0 && found >= at)) continue;
		at = found;
		matched = sequence;
	}
	if (matched !== undefined) shortenText(block, at);
	return matched;
}

/**
 * Leaves as many pieces as the tokens left pay for: a tokenizer's count need not be its number of pieces. One of several is
 * always left, as a model says something for a token, and clients send back no empty text.
 */
function shorten(
	block: SaidBlock,
	text: string,
	left: number,
	modelId: string,
	tokens: TextTokens,
): SaidBlock {
	const pieces = tokens.splitText(text, modelId);
	const kept = Math.min(
		pieces.length - 1,
		Math.max(1, Math.floor((pieces.length * left) / block.tokens)),
	);
	const length = pieces.slice(0, kept).join("").length;
	if (block.kind === "text") shortenText(block, length);
	else if (block.kind === "toolUse") block.json = text.slice(0, length);
	else if (block.kind === "reasoning")
		Object.assign(block, { text: text.slice(0, length), whole: false });
	block.tokens = left;
	return block;
}

function shortenText(
	block: SaidBlock & { kind: "text" },
	length: number,
): void {
	block.text = block.text.slice(0, length);
	if (!block.deltas) return;
	const deltas: string[] = [];
	let left = length;
	for (const delta of block.deltas) {
		if (left <= 0) break;
		deltas.push(delta.slice(0, left));
		left -= delta.length;
	}
	block.deltas = deltas;
}
