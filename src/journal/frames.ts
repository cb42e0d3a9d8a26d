import { ServiceError } from "../errors.ts";
import {
	encodeStreamEvent,
	encodeStreamFailure,
	isTrueEvent,
	trueBytes,
} from "../protocol/write-stream.ts";
import type { Exchange } from "./exchange.ts";

/** A frame of a stream, and the milliseconds from the start at which it was sent. */
export interface SentFrame {
	atMs: number;
	bytes: Uint8Array;
	/** To the byte, since a real service wrote it; else encoded again. */
	isAsSent: boolean;
}

/**
 * The frames of a stream, encoded again from its events but for those of a real service, which are kept as they came. The
 * random padding (member `p`) of the others is not kept. A failure in mid-stream is the last frame. Frames that a fault
 * spoilt are whole here.
 */
export function encodeFrames(exchange: Exchange): SentFrame[] {
	const { stream, events, error, durationMs } = exchange;
	if (!stream || !events) return [];
	const frames = events.map(({ atMs, event }) => {
		const value = event as Record<string, unknown>;
		return isTrueEvent(value)
			? { atMs, bytes: value[trueBytes], isAsSent: true }
			: { atMs, bytes: encodeStreamEvent(stream, value), isAsSent: false };
	});
	if (error && error.name !== "TransportFault")
		frames.push({
			atMs: durationMs ?? 0,
			bytes: encodeStreamFailure(stream, asThrown(error)),
			isAsSent: false,
		});
	return frames;
}

/** All that clients are told of by name ends in `Exception`; of anything else they were told as of what nobody foresaw. */
function asThrown({ name, message }: { name: string; message: string }) {
	return name.endsWith("Exception") ? new ServiceError(name, message) : message;
}
