import type {
	Citation,
	ContentBlock,
	ContentBlockDelta,
	ContentBlockStart,
	ErrorBlock,
	ImageSource,
	ToolResultBlockDelta,
	ToolResultContentBlock,
} from "@aws-sdk/client-bedrock-runtime";
import type { Json } from "../json.ts";
import type { InstantReply } from "./play.ts";
import { readToolInput } from "./tool-input.ts";
import type { Reply, ReplyEvent, WholeReply } from "./turn.ts";

/**
 * Reads a reply to its end and puts its deltas together, as Converse returns them. Works on the reply of any engine; one
 * that knows itself whole (`InstantReply`) is not walked.
 *
 * Blocks stand in the order of their `contentBlockIndex`. A tool call's input that is no whole JSON (the reply was cut at
 * `maxTokens`) or nests too deeply becomes `{}` (assumed: Converse's `input` is a document and never broken).
 *
 * @throws what the reply throws; Error when it ends before messageStop or metadata
 */
export async function collect(reply: Reply): Promise<WholeReply> {
	if (isInstant(reply)) return reply.whole();
	const collecting = new Collecting();
	for await (const event of reply) collecting.take(event);
	return collecting.end();
}

/** Whether a reply has no waits in it and can be had as a list or as a whole. */
export function isInstant(reply: Reply): reply is InstantReply {
	return "whole" in reply && typeof reply.whole === "function";
}

/** A block in the making. Strings grow by concatenation, which V8 keeps as ropes. */
interface Building {
	start?: ContentBlockStart | undefined;
	text: string;
	hasText: boolean;
	toolInput: string;
	toolResult: ToolResultContentBlock[];
	reasoning: string;
	hasReasoning: boolean;
	signature?: string;
	redacted: Uint8Array[];
	citations: Citation[];
	image?: ImageSource | undefined;
	imageError?: ErrorBlock | undefined;
}

class Collecting {
	readonly #blocks = new Map<number, Building>();
	#stop: ReplyEvent["messageStop"];
	#metadata: ReplyEvent["metadata"];

	take(event: ReplyEvent): void {
		if (event.contentBlockDelta) {
			const { contentBlockIndex, delta } = event.contentBlockDelta;
			if (delta) addDelta(this.#block(contentBlockIndex), delta);
		} else if (event.contentBlockStart) {
			this.#block(event.contentBlockStart.contentBlockIndex).start =
				event.contentBlockStart.start;
		} else if (event.messageStop) {
			this.#stop = event.messageStop;
		} else if (event.metadata) {
			this.#metadata = event.metadata;
		}
	}

	#block(index = 0): Building {
		let block = this.#blocks.get(index);
		if (!block) {
			block = {
				text: "",
				hasText: false,
				toolInput: "",
				toolResult: [],
				reasoning: "",
				hasReasoning: false,
				redacted: [],
				citations: [],
			};
			this.#blocks.set(index, block);
		}
		return block;
	}

	end(): WholeReply {
		if (!this.#stop?.stopReason)
			throw new Error("The reply ended without messageStop.");
		if (!this.#metadata?.usage)
			throw new Error("The reply ended without metadata.");
		const ordered = [...this.#blocks].sort(([a], [b]) => a - b);
		const whole: WholeReply = {
			content: ordered.flatMap(([, block]) => finishBlock(block)),
			stopReason: this.#stop.stopReason,
			usage: this.#metadata.usage,
			latencyMs: this.#metadata.metrics?.latencyMs ?? 0,
		};
		const { trace, performanceConfig, serviceTier } = this.#metadata;
		// A document's members are JSON by what the description says of them.
		const fields = this.#stop.additionalModelResponseFields as Json | undefined;
		if (fields !== undefined) whole.additionalModelResponseFields = fields;
		if (trace) whole.trace = trace;
		if (performanceConfig) whole.performanceConfig = performanceConfig;
		if (serviceTier) whole.serviceTier = serviceTier;
		return whole;
	}
}

function addDelta(block: Building, delta: ContentBlockDelta): void {
	if (delta.text !== undefined) {
		block.text += delta.text;
		block.hasText = true;
	} else if (delta.toolUse) {
		block.toolInput += delta.toolUse.input ?? "";
	} else if (delta.reasoningContent) {
		const { text, signature, redactedContent } = delta.reasoningContent;
		if (text !== undefined) block.reasoning += text;
		if (signature !== undefined)
			block.signature = (block.signature ?? "") + signature;
		if (redactedContent !== undefined) block.redacted.push(redactedContent);
		else block.hasReasoning = true;
	} else if (delta.citation) {
		block.citations.push(readCitation(delta.citation));
	} else if (delta.toolResult) {
		addToolResult(block.toolResult, delta.toolResult);
	} else if (delta.image) {
		if (delta.image.source)
			block.image = joinImage(block.image, delta.image.source);
		if (delta.image.error) block.imageError = delta.image.error;
	}
}

function addToolResult(
	content: ToolResultContentBlock[],
	parts: ToolResultBlockDelta[],
): void {
	for (const part of parts) {
		const last = content.at(-1);
		if (part.json !== undefined) content.push({ json: part.json });
		else if (part.text === undefined) continue;
		else if (last?.text === undefined) content.push({ text: part.text });
		else last.text += part.text;
	}
}

function readCitation(
	delta: NonNullable<ContentBlockDelta["citation"]>,
): Citation {
	const { sourceContent, ...rest } = delta;
	if (!sourceContent) return rest;
	return {
		...rest,
		sourceContent: sourceContent.map(({ text }) => ({ text: text ?? "" })),
	};
}

function joinImage(
	before: ImageSource | undefined,
	next: ImageSource,
): ImageSource {
	if (!before?.bytes || !next.bytes) return next;
	return { bytes: Buffer.concat([before.bytes, next.bytes]) };
}

/** No block for what had neither a start nor a delta that says what it is. */
function finishBlock(block: Building): ContentBlock[] {
	const { start } = block;
	if (start?.toolUse)
		return [
			{ toolUse: { ...start.toolUse, input: readToolInput(block.toolInput) } },
		];
	if (start?.toolResult)
		return [{ toolResult: { ...start.toolResult, content: block.toolResult } }];
	if (start?.image) {
		const error = block.imageError ? { error: block.imageError } : {};
		return [
			{ image: { format: start.image.format, source: block.image, ...error } },
		];
	}
	if (block.redacted.length > 0) {
		return [
			{ reasoningContent: { redactedContent: joinBytes(block.redacted) } },
		];
	}
	if (block.hasReasoning) {
		const signature =
			block.signature === undefined ? {} : { signature: block.signature };
		return [
			{
				reasoningContent: {
					reasoningText: { text: block.reasoning, ...signature },
				},
			},
		];
	}
	if (block.citations.length > 0) {
		return [
			{
				citationsContent: {
					content: [{ text: block.text }],
					citations: block.citations,
				},
			},
		];
	}
	return block.hasText ? [{ text: block.text }] : [];
}

function joinBytes(parts: Uint8Array[]): Uint8Array {
	return parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts);
}
