import type { NativeCall } from "../../src/providers/provider.ts";
import type { Reply, ReplyEvent, Turn } from "../../src/turn/turn.ts";

/** A call whose ids are written out: texts of A to their length, one UUID, and a clock that steps 10 ms a look. */
export function nativeCall(inputTokens = 12): NativeCall {
	let now = 1_000;
	return {
		text: (length) => "A".repeat(length),
		uuid: () => "00000000-0000-4000-8000-000000000000",
		now: () => {
			now += 10;
			return now;
		},
		inputTokens,
	};
}

/** A turn that asks `Hi`. */
export function turnTo(modelId: string): Turn {
	return { modelId, messages: [{ role: "user", content: [{ text: "Hi" }] }] };
}

/** A reply of the given events. */
export async function* replyOf(events: ReplyEvent[]): Reply {
	yield* events;
}

/** Every chunk of a native stream. */
export async function chunksOf<Chunk>(
	chunks: AsyncIterable<Chunk>,
): Promise<Chunk[]> {
	const all: Chunk[] = [];
	for await (const chunk of chunks) all.push(chunk);
	return all;
}

/** The events around the given block events. */
export function eventsOf(
	blocks: ReplyEvent[],
	stopReason: "end_turn" | "tool_use" | "stop_sequence" = "end_turn",
): ReplyEvent[] {
	return [
		{ messageStart: { role: "assistant" } },
		...blocks,
		{ messageStop: { stopReason } },
		{
			metadata: {
				usage: { inputTokens: 12, outputTokens: 34, totalTokens: 46 },
				metrics: { latencyMs: 250 },
			},
		},
	];
}
