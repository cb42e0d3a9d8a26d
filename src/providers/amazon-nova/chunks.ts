import type {
	ContentBlockDelta,
	StopReason,
} from "@aws-sdk/client-bedrock-runtime";
import type { JsonObject } from "../../json.ts";
import type { Reply, ReplyEvent, Turn } from "../../turn/turn.ts";
import { StreamMeter } from "../native.ts";
import type { NativeCall } from "../provider.ts";
import { cacheCounts, nativeToolId, writeStopReason } from "./write.ts";

/**
 * A reply as Nova's own stream, which is ConverseStream's but for one habit: every delta of a text is a block of its own, with a
 * stop after it and an index that rises each time. Converse hides that.
 *
 * Source: all observed.
 */
export async function* writeNovaChunks(
	reply: Reply,
	_turn: Turn,
	call: NativeCall,
): AsyncGenerator<JsonObject> {
	const meter = new StreamMeter(call);
	const blocks = new BlockWriter();
	let stopReason: StopReason | undefined;
	for await (const event of reply) {
		meter.see(event);
		if (event.messageStart) yield { messageStart: { role: "assistant" } };
		else if (event.messageStop) stopReason = event.messageStop.stopReason;
		else yield* blocks.write(event);
	}
	yield { messageStop: { stopReason: writeStopReason(stopReason) } };
	const { inputTokens = 0, outputTokens = 0 } = meter.usage;
	const usage = { inputTokens, outputTokens, ...cacheCounts(meter.usage) };
	yield {
		metadata: { usage, metrics: {}, trace: {} },
		...meter.metrics("always"),
	};
}

class BlockWriter {
	#index = 0;
	#inToolUse = false;

	write({
		contentBlockStart,
		contentBlockDelta,
		contentBlockStop,
	}: ReplyEvent): JsonObject[] {
		const toolUse = contentBlockStart?.start?.toolUse;
		if (toolUse) {
			this.#inToolUse = true;
			const start = {
				toolUse: {
					toolUseId: nativeToolId(toolUse.toolUseId ?? ""),
					name: toolUse.name ?? "",
				},
			};
			return [{ contentBlockStart: { start, contentBlockIndex: this.#index } }];
		}
		const delta =
			contentBlockDelta?.delta && writeDelta(contentBlockDelta.delta);
		if (delta) {
			const chunk: JsonObject = {
				contentBlockDelta: { delta, contentBlockIndex: this.#index },
			};
			return this.#inToolUse ? [chunk] : [chunk, this.#stop()];
		}
		if (!contentBlockStop || !this.#inToolUse) return [];
		this.#inToolUse = false;
		return [this.#stop()];
	}

	#stop(): JsonObject {
		return { contentBlockStop: { contentBlockIndex: this.#index++ } };
	}
}

/** Undefined for what Nova does not say: signatures, citations, images. */
function writeDelta(delta: ContentBlockDelta): JsonObject | undefined {
	if (delta.text !== undefined) return { text: delta.text };
	if (delta.toolUse) return { toolUse: { input: delta.toolUse.input ?? "" } };
	if (delta.reasoningContent?.text !== undefined)
		return { reasoningContent: { text: delta.reasoningContent.text } };
	return undefined;
}
