import type {
	ContentBlock,
	ContentBlockDelta,
	ContentBlockStart,
} from "@aws-sdk/client-bedrock-runtime";
import type { SaidBlock, TextTokens } from "./cut.ts";
import { readToolInput } from "./tool-input.ts";
import type { ReplyEvent } from "./turn.ts";

/** Events of a reply, and beside each how many output tokens it says. */
export interface Sheet {
	events: ReplyEvent[];
	tokens: number[];
}

/** Adds a block's events: [contentBlockStart] contentBlockDelta+ contentBlockStop. */
export function writeEvents(
	block: SaidBlock,
	contentBlockIndex: number,
	{ events, tokens }: Sheet,
	modelId: string,
	counter: TextTokens,
): void {
	const start = writeStart(block);
	if (start) {
		events.push({ contentBlockStart: { start, contentBlockIndex } });
		tokens.push(0);
	}
	const add = (delta: ContentBlockDelta, weight: number) => {
		events.push({ contentBlockDelta: { delta, contentBlockIndex } });
		tokens.push(weight);
	};
	if (block.kind === "text") {
		// Before the text they are for (observed: Claude Sonnet 5).
		for (const citation of block.citations ?? []) add({ citation }, 0);
		for (const [text, weight] of splitBlock(
			block.text,
			block,
			modelId,
			counter,
		))
			add({ text }, weight);
	} else if (block.kind === "reasoning") {
		const { text: whole, signature } = block;
		for (const [text, weight] of splitBlock(whole, block, modelId, counter))
			add({ reasoningContent: { text } }, weight);
		if (signature !== undefined) add({ reasoningContent: { signature } }, 0);
	} else if (block.kind === "toolUse") {
		for (const [input, weight] of splitInput(block, modelId, counter))
			add({ toolUse: { input } }, weight);
	} else if (block.kind === "redacted") {
		add({ reasoningContent: { redactedContent: block.bytes } }, 0);
	} else {
		const { source, error } = block.image;
		add({ image: { ...(source && { source }), ...(error && { error }) } }, 0);
	}
	events.push({ contentBlockStop: { contentBlockIndex } });
	tokens.push(0);
}

/** The text in pieces with their share of the block's tokens; at least one piece. */
function splitBlock(
	text: string,
	block: SaidBlock,
	modelId: string,
	counter: TextTokens,
): [string, number][] {
	const own = block.kind === "text" ? block.deltas : undefined;
	if (own?.length)
		return own.map((piece) => [
			piece,
			(block.tokens * piece.length) / (text.length || 1),
		]);
	if (text === "") return [["", 0]];
	const pieces = counter.splitText(text, modelId);
	const share = block.tokens / pieces.length;
	const split = pieces.map((piece): [string, number] => [piece, share]);
	// Nova and Llama may end a text with an empty delta (observed).
	if (block.kind === "text" && /amazon\.nova|meta\.llama/.test(modelId))
		split.push(["", 0]);
	return split;
}

/**
 * Claude begins with an empty fragment; Nova says all in one delta (observed). A call without arguments has a single
 * empty delta, but for Nova.
 */
function splitInput(
	block: SaidBlock & { kind: "toolUse" },
	modelId: string,
	counter: TextTokens,
): [string, number][] {
	if (modelId.includes("amazon.nova")) return [[block.json, block.tokens]];
	if (block.json === "{}" || block.json === "") return [["", block.tokens]];
	const fragments = splitBlock(block.json, block, modelId, counter);
	return modelId.includes("anthropic.") ? [["", 0], ...fragments] : fragments;
}

/** Only tool calls and images begin with contentBlockStart (observed). */
function writeStart(block: SaidBlock): ContentBlockStart | undefined {
	if (block.kind === "image") return { image: { format: block.image.format } };
	if (block.kind !== "toolUse") return undefined;
	const { toolUseId, name, type } = block;
	return { toolUse: { toolUseId, name, ...(type && { type }) } };
}

/** The block as Converse returns it: what its events collect to. */
export function writeBlock(block: SaidBlock): ContentBlock {
	switch (block.kind) {
		case "text":
			if (!block.citations?.length) return { text: block.text };
			return {
				citationsContent: {
					content: [{ text: block.text }],
					citations: block.citations,
				},
			};
		case "reasoning": {
			const { text, signature } = block;
			return {
				reasoningContent: {
					reasoningText: {
						text,
						...(signature !== undefined && { signature }),
					},
				},
			};
		}
		case "toolUse": {
			const { toolUseId, name, type, json } = block;
			return {
				toolUse: {
					toolUseId,
					name,
					...(type && { type }),
					input: readToolInput(json),
				},
			};
		}
		case "redacted":
			return { reasoningContent: { redactedContent: block.bytes } };
		case "image":
			return { image: block.image };
	}
}
