import type { Call } from "../../call.ts";
import type { Reply, ReplyEvent } from "../../turn/turn.ts";

/**
 * Says events as a script gives them, bytes from base64. A whole answer cannot be made of a stream without an end, so
 * where the client waits for one, the missing `messageStop` and `metadata` are added.
 */
export async function* playEvents(
	events: readonly ReplyEvent[],
	call: Call,
): Reply {
	for (const event of events) {
		call.signal.throwIfAborted();
		yield withBytes(event);
	}
	if (call.operation.endsWith("Stream")) return;
	if (!events.some(({ messageStop }) => messageStop))
		yield { messageStop: { stopReason: "end_turn" } };
	if (!events.some(({ metadata }) => metadata?.usage)) {
		const usage = { inputTokens: 0, outputTokens: 0, totalTokens: 0 };
		yield { metadata: { usage, metrics: { latencyMs: 1 } } };
	}
}

/** The two places of an event where bytes may stand. */
function withBytes(event: ReplyEvent): ReplyEvent {
	const delta = event.contentBlockDelta?.delta;
	const image: unknown = delta?.image?.source?.bytes;
	const redacted: unknown = delta?.reasoningContent?.redactedContent;
	const changed =
		typeof image === "string"
			? { image: { source: { bytes: decode(image) } } }
			: typeof redacted === "string"
				? { reasoningContent: { redactedContent: decode(redacted) } }
				: undefined;
	if (!changed) return event;
	return {
		contentBlockDelta: {
			contentBlockIndex: event.contentBlockDelta?.contentBlockIndex,
			delta: changed,
		},
	};
}

function decode(base64: string): Uint8Array {
	return new Uint8Array(Buffer.from(base64, "base64"));
}

/**
 * Lets the first items of a stream through, then breaks it. A stream that is shorter breaks at its end: a fault that a script
 * asks for always comes.
 *
 * @param count - how many items still pass, 0 or more
 * @throws the failure
 */
export async function* breakAfter<T>(
	items: AsyncIterable<T>,
	count: number,
	failure: Error,
): AsyncGenerator<T> {
	let sent = 0;
	for await (const item of items) {
		if (sent++ >= count) throw failure;
		yield item;
	}
	throw failure;
}
