import { ServiceError } from "../errors.ts";
import { encodeStreamEvent, encodeStreamFailure } from "../protocol/write.ts";
import type { Exchange } from "./exchange.ts";

/** A frame of a stream, and the milliseconds from the start at which it was sent. */
export interface SentFrame {
	atMs: number;
	bytes: Uint8Array;
}

/**
 * The frames of a stream, made again from its events: the same headers, payloads and checksums, but for the random padding
 * (member `p`), which is not kept. A failure in mid-stream is the last frame. Frames that a fault spoilt are shown whole.
 */
export function encodeFrames(exchange: Exchange): SentFrame[] {
	const { stream, events, error, durationMs } = exchange;
	if (!stream || !events) return [];
	const frames = events.map(({ atMs, event }) => ({
		atMs,
		bytes: encodeStreamEvent(stream, event as Record<string, unknown>),
	}));
	if (error && error.name !== "TransportFault")
		frames.push({
			atMs: durationMs ?? 0,
			bytes: encodeStreamFailure(stream, asThrown(error)),
		});
	return frames;
}

/** All that clients are told of by name ends in `Exception`; of anything else they were told as of what nobody foresaw. */
function asThrown({ name, message }: { name: string; message: string }) {
	return name.endsWith("Exception") ? new ServiceError(name, message) : message;
}
