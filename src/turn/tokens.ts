import type {
	CachePointBlock,
	ContentBlock,
	DocumentBlock,
	SearchResultBlock,
	ToolResultBlock,
} from "@aws-sdk/client-bedrock-runtime";
import { loadEncoding } from "./bpe.ts";
import { bareTokens, type Calibration, calibrationOf } from "./calibration.ts";
import {
	audioTokens,
	documentText,
	documentTokens,
	imageTokens,
	videoTokens,
} from "./media.ts";
import { PrefixHash } from "./prefix-hash.ts";
import type { Checkpoint, TurnTokens } from "./prompt-cache.ts";
import { toolTokens } from "./tool-tokens.ts";
import type { Turn } from "./turn.ts";

export type { Checkpoint, TurnTokens } from "./prompt-cache.ts";

/**
 * How many input tokens a turn is, at least 1, and how many stand before each of its cache points; in AWS's order: tools,
 * system, messages. The same turn gives the same numbers in every process.
 *
 * These are estimates: no vocabulary of Claude 3 and later, Nova or Titan is public. Text counts with a vocabulary near
 * the model's, times a fitted factor, plus fitted overheads; a family nobody measured counts with cl100k_base.
 *
 * Source: ai-tokenizer's calibration (observed by its authors); images, documents, video and sound see `media.ts`.
 */
export function countTurn(turn: Turn): TurnTokens {
	const family = calibrationOf(turn.modelId);
	const count = new Count(
		family.baseOverhead,
		hasCachePoint(turn) ? new PrefixHash(turn.modelId) : undefined,
	);

	const tools = turn.toolConfig?.tools;
	if (tools && tools.length > 0) {
		let before = family.toolsExist;
		for (const tool of tools) {
			if (tool.cachePoint) {
				count.mark(tool.cachePoint);
				continue;
			}
			count.add(before + toolTokens(family, tool), tool);
			before = family.perTool;
		}
	}
	if (turn.system && turn.system.length > 0)
		countMessage(count, family, "system", turn.system as ContentBlock[]);
	for (const message of turn.messages)
		countMessage(count, family, message.role ?? "user", message.content ?? []);
	return { total: Math.max(1, count.tokens), checkpoints: count.checkpoints };
}

/** How many tokens a text is as content, without a message around it: what a model's output of it costs. */
export function countText(text: string, modelId: string): number {
	return contentTokens(calibrationOf(modelId), text);
}

/** A text cut on the borders of tokens, as a stream's deltas are; joined, the parts are the text. */
export function splitText(text: string, modelId: string): readonly string[] {
	return loadEncoding(calibrationOf(modelId).encoding).split(text);
}

/** Tokens so far, and the cache points met. */
class Count {
	tokens: number;
	readonly checkpoints: Checkpoint[] = [];
	readonly #prefix: PrefixHash | undefined;
	readonly #ends: { tokens: number; hash: string }[] = [];

	constructor(tokens: number, prefix: PrefixHash | undefined) {
		this.tokens = tokens;
		this.#prefix = prefix;
	}

	/**
	 * @param value - what the tokens are of: two prefixes are the same when the same values were added
	 * @param role - of the message that the value begins
	 */
	add(tokens: number, value: unknown, role?: string): void {
		this.tokens += tokens;
		if (this.#prefix)
			this.#ends.push({
				tokens: Math.max(0, this.tokens),
				hash: this.#prefix.add(role === undefined ? value : [role, value]),
			});
	}

	/** Notes a cache point, with the ends of the 20 blocks before it: Claude looks no further back (documented). */
	mark(point: CachePointBlock): void {
		const last = this.#ends.at(-1);
		if (!last) return;
		this.checkpoints.push({
			...last,
			ttl: point.ttl ?? "5m",
			earlier: this.#ends.slice(-21, -1),
		});
	}
}

function hasCachePoint(turn: Turn): boolean {
	if (turn.toolConfig?.tools?.some((tool) => tool.cachePoint)) return true;
	if (turn.system?.some((block) => block.cachePoint)) return true;
	return turn.messages.some((message) =>
		message.content?.some((block) => block.cachePoint),
	);
}

function countMessage(
	count: Count,
	family: Calibration,
	role: string,
	content: ContentBlock[],
): void {
	let opening = family.perMessage + bareTokens(family, role);
	let isFirst = true;
	for (const block of content) {
		if (block.cachePoint) {
			count.mark(block.cachePoint);
			continue;
		}
		count.add(
			opening + blockTokens(family, block),
			block,
			isFirst ? role : undefined,
		);
		opening = 0;
		isFirst = false;
	}
	if (isFirst) count.tokens += opening;
}

function blockTokens(family: Calibration, block: ContentBlock): number {
	if (block.text !== undefined) return contentTokens(family, block.text);
	if (block.toolUse) {
		const { name, input } = block.toolUse;
		return scaled(
			family,
			bareTokens(family, name ?? "") + bareTokens(family, jsonText(input)),
		);
	}
	if (block.toolResult) return toolResultTokens(family, block.toolResult);
	if (block.image) return imageTokens(family.images, block.image.source?.bytes);
	if (block.document) return documentBlockTokens(family, block.document);
	if (block.reasoningContent) {
		const { reasoningText, redactedContent } = block.reasoningContent;
		if (reasoningText) return contentTokens(family, reasoningText.text ?? "");
		// Assumed: a token for four bytes of what is hidden.
		return redactedContent ? Math.ceil(redactedContent.length / 4) : 0;
	}
	return rareBlockTokens(family, block);
}

function rareBlockTokens(family: Calibration, block: ContentBlock): number {
	if (block.guardContent?.text)
		return contentTokens(family, block.guardContent.text.text ?? "");
	if (block.guardContent?.image)
		return imageTokens(family.images, block.guardContent.image.source?.bytes);
	if (block.searchResult) return searchResultTokens(family, block.searchResult);
	if (block.citationsContent) {
		const texts = block.citationsContent.content ?? [];
		return contentTokens(family, texts.map((part) => part.text ?? "").join(""));
	}
	if (block.video) return videoTokens(block.video.source?.bytes);
	if (block.audio) return audioTokens(block.audio.source?.bytes);
	const reference = block.toolAddition?.tool ?? block.toolRemoval?.tool;
	return reference ? contentTokens(family, jsonText(reference)) : 0;
}

function toolResultTokens(
	family: Calibration,
	result: ToolResultBlock,
): number {
	let bare = bareTokens(family, result.toolUseId ?? "");
	let media = 0;
	for (const part of result.content ?? []) {
		if (part.text !== undefined) bare += bareTokens(family, part.text);
		else if (part.json !== undefined)
			bare += bareTokens(family, jsonText(part.json));
		else if (part.image)
			media += imageTokens(family.images, part.image.source?.bytes);
		else if (part.document) media += documentBlockTokens(family, part.document);
		else if (part.video) media += videoTokens(part.video.source?.bytes);
		else if (part.searchResult)
			media += searchResultTokens(family, part.searchResult);
	}
	return scaled(family, bare) + media;
}

function documentBlockTokens(
	family: Calibration,
	document: DocumentBlock,
): number {
	const labels =
		contentTokens(family, document.name ?? "") +
		contentTokens(family, document.context ?? "");
	const { text, content, bytes } = document.source ?? {};
	if (content)
		return (
			labels +
			content.reduce(
				(sum, part) => sum + contentTokens(family, part.text ?? ""),
				0,
			)
		);
	const read = text ?? (bytes && documentText(bytes, document.format));
	return (
		labels +
		(read === undefined
			? documentTokens(bytes, document.format, family.images)
			: contentTokens(family, read))
	);
}

function searchResultTokens(
	family: Calibration,
	result: SearchResultBlock,
): number {
	const texts = [
		result.source,
		result.title,
		...(result.content ?? []).map((part) => part.text),
	];
	return texts.reduce(
		(sum, text) => sum + contentTokens(family, text ?? ""),
		0,
	);
}

function contentTokens(family: Calibration, text: string): number {
	return scaled(family, bareTokens(family, text));
}

function scaled(family: Calibration, tokens: number): number {
	return Math.round(tokens * family.contentMultiplier);
}

function jsonText(value: unknown): string {
	return JSON.stringify(value) ?? "";
}
