/** Cassettes to answers, at the pace that is wanted. */
import type { Call } from "../call.ts";
import type { TrueEvent } from "../protocol/write-stream.ts";
import type { TrueAnswer } from "../turn/true-answer.ts";
import { bytesOf } from "./body.ts";
import type { RecordedEvent, RecordedResponse } from "./cassette.ts";
import { frameOf } from "./events.ts";

/**
 * What a cassette answers to a call. A whole answer is there when it was, an event when it came.
 *
 * @param speed - 0: at once; 1: as it was; more: so many times faster
 */
export async function replayed(
	{ status, headers, durationMs, usage, ...said }: RecordedResponse,
	call: Call,
	speed: number,
): Promise<TrueAnswer> {
	const pace = paceOf(call, speed);
	const { events, padding = false } = said;
	if (!events) await pace(durationMs);
	return {
		status,
		headers: { ...headers, "x-amzn-requestid": call.id },
		body: events
			? eventsAt(pace, { events, padding, durationMs }, call)
			: bytesOf(said),
		usage: Promise.resolve(usage),
	};
}

/** Waits until so many recorded milliseconds have passed since the call began. */
type Pace = (recordedMs: number) => Promise<void> | undefined;

function paceOf({ clock, signal }: Call, speed: number): Pace {
	if (speed === 0) return () => undefined;
	const startedMs = clock.now();
	return (recordedMs) => {
		const leftMs = startedMs + recordedMs / speed - clock.now();
		return leftMs > 0 ? clock.sleep(leftMs, signal) : undefined;
	};
}

async function* eventsAt(
	pace: Pace,
	stream: { events: RecordedEvent[]; padding: boolean; durationMs: number },
	call: Call,
): AsyncGenerator<TrueEvent> {
	for (const event of stream.events) {
		await pace(event.at);
		yield frameOf(event, stream.padding, call.random);
	}
	await pace(stream.durationMs);
}
