import type {
	ContentBlockDelta,
	ContentBlockDeltaEvent,
	ContentBlockStartEvent,
	ContentBlockStopEvent,
	MessageStopEvent,
	TokenUsage,
} from "@aws-sdk/client-bedrock-runtime";
import type { Json, JsonObject } from "../../json.ts";
import type { Reply, ReplyEvent, Turn } from "../../turn/turn.ts";
import { StreamMeter } from "../native.ts";
import type { NativeCall } from "../provider.ts";
import { writeCitation } from "./citations.ts";
import type { Claude } from "./claude.ts";
import {
	messageOf,
	stopReasons,
	stopSequenceOf,
	usageOf,
	writeRedacted,
	writeToolUse,
} from "./write.ts";

/**
 * A reply as Claude's stream: message_start, per block content_block_start, content_block_delta…, content_block_stop, then
 * message_delta and message_stop. No pings (observed: none on Bedrock).
 *
 * Converse says the usage last, Claude says the input first: message_start has the call's own count, and message_delta
 * repeats the input where the reply's usage differs (not up to 4.6, observed 2026; assumed of newer models: always).
 */
export async function* writeMessageChunks(
	reply: Reply,
	turn: Turn,
	call: NativeCall,
	claude: Claude,
): AsyncGenerator<JsonObject> {
	const meter = new StreamMeter(call);
	const blocks = new BlockWriter();
	let stop: MessageStopEvent | undefined;
	for await (const event of reply) {
		meter.see(event);
		if (event.messageStart) yield messageStart(turn, call, claude);
		else if (event.messageStop) stop = event.messageStop;
		else yield* blocks.write(event);
	}
	yield messageDelta(stop, meter, turn, call, claude);
	yield { type: "message_stop", ...meter.metrics() };
}

function messageStart(
	turn: Turn,
	call: NativeCall,
	claude: Claude,
): JsonObject {
	const usage = usageOf({ ...startUsage(call), outputTokens: 1 }, claude);
	const message = messageOf(claude, turn, call, {
		content: [],
		stop_reason: null,
		stop_sequence: null,
		usage,
	});
	return { type: "message_start", message };
}

const inputCounts = [
	"inputTokens",
	"cacheReadInputTokens",
	"cacheWriteInputTokens",
] as const;

/** What the input weighs, as far as it is known before the reply. */
function startUsage(call: NativeCall): TokenUsage {
	const { inputTokens } = call;
	return (
		call.usage ?? { inputTokens, outputTokens: 0, totalTokens: inputTokens }
	);
}

function messageDelta(
	stop: MessageStopEvent | undefined,
	meter: StreamMeter,
	turn: Turn,
	call: NativeCall,
	claude: Claude,
): JsonObject {
	const { outputTokens = 0 } = meter.usage;
	const started = startUsage(call);
	const asSaid = inputCounts.every(
		(count) => (meter.usage[count] ?? 0) === (started[count] ?? 0),
	);
	const stopReason = stop?.stopReason ?? "end_turn";
	return {
		type: "message_delta",
		delta: {
			stop_reason: stopReasons[stopReason] ?? stopReason,
			stop_sequence: stopSequenceOf(
				stopReason,
				stop?.additionalModelResponseFields as Json | undefined,
				turn,
			),
		},
		usage:
			asSaid && claude.version < 4.7
				? { output_tokens: outputTokens }
				: usageOf(meter.usage, claude),
	};
}

/**
 * Writes the blocks. Converse starts no text or reasoning block, so the first delta does. Blocks that Claude has no word for
 * are skipped, and those after them count on without a gap.
 */
class BlockWriter {
	#nextIndex = 0;
	/** Claude's index by Converse's; undefined for a block that is skipped. */
	readonly #indexes = new Map<number, number | undefined>();

	write(event: ReplyEvent): JsonObject[] {
		if (event.contentBlockDelta) return this.#delta(event.contentBlockDelta);
		if (event.contentBlockStart) return this.#start(event.contentBlockStart);
		if (event.contentBlockStop) return this.#stop(event.contentBlockStop);
		return [];
	}

	#start({
		contentBlockIndex = 0,
		start,
	}: ContentBlockStartEvent): JsonObject[] {
		if (start?.toolUse) {
			const { toolUseId, name, type } = start.toolUse;
			return [
				this.#open(contentBlockIndex, writeToolUse(toolUseId, name, {}, type)),
			];
		}
		this.#indexes.set(contentBlockIndex, undefined);
		return [];
	}

	#delta({
		contentBlockIndex = 0,
		delta,
	}: ContentBlockDeltaEvent): JsonObject[] {
		const chunks: JsonObject[] = [];
		if (!this.#indexes.has(contentBlockIndex)) {
			const block = delta && openingOf(delta);
			if (block) chunks.push(this.#open(contentBlockIndex, block));
			else this.#indexes.set(contentBlockIndex, undefined);
		}
		const index = this.#indexes.get(contentBlockIndex);
		const written = delta && writeDelta(delta);
		if (index !== undefined && written)
			chunks.push({ type: "content_block_delta", index, delta: written });
		return chunks;
	}

	#stop({ contentBlockIndex = 0 }: ContentBlockStopEvent): JsonObject[] {
		// A block without any delta is an empty text.
		const opened = this.#indexes.has(contentBlockIndex)
			? []
			: [this.#open(contentBlockIndex, { type: "text", text: "" })];
		const index = this.#indexes.get(contentBlockIndex);
		this.#indexes.delete(contentBlockIndex);
		return index === undefined
			? []
			: [...opened, { type: "content_block_stop", index }];
	}

	#open(contentBlockIndex: number, block: JsonObject): JsonObject {
		const index = this.#nextIndex++;
		this.#indexes.set(contentBlockIndex, index);
		return { type: "content_block_start", index, content_block: block };
	}
}

/** The empty block that a block's first delta belongs to. */
function openingOf(delta: ContentBlockDelta): JsonObject | undefined {
	if (delta.text !== undefined) return { type: "text", text: "" };
	if (delta.citation) return { type: "text", text: "", citations: [] };
	if (delta.reasoningContent?.redactedContent) {
		return {
			type: "redacted_thinking",
			data: writeRedacted(delta.reasoningContent.redactedContent),
		};
	}
	if (delta.reasoningContent)
		return { type: "thinking", thinking: "", signature: "" };
	return undefined;
}

function writeDelta(delta: ContentBlockDelta): JsonObject | undefined {
	if (delta.text !== undefined) return { type: "text_delta", text: delta.text };
	if (delta.toolUse)
		return {
			type: "input_json_delta",
			partial_json: delta.toolUse.input ?? "",
		};
	if (delta.reasoningContent?.text !== undefined) {
		return { type: "thinking_delta", thinking: delta.reasoningContent.text };
	}
	if (delta.reasoningContent?.signature !== undefined) {
		return {
			type: "signature_delta",
			signature: delta.reasoningContent.signature,
		};
	}
	if (delta.citation)
		return { type: "citations_delta", citation: writeCitation(delta.citation) };
	return undefined;
}
