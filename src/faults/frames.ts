/** Spoiled frames of an event stream. Each takes a good frame and leaves it as it is. */
import { encodeFrame } from "../protocol/eventstream.ts";

const preludeBytes = 12;
const checksumBytes = 4;

/** The last checksum does not fit what came before it. */
export function withWrongCrc(frame: Uint8Array): Uint8Array {
	const spoiled = Buffer.from(frame);
	const last = spoiled.length - 1;
	spoiled[last] = (spoiled[last] ?? 0) ^ 0xff;
	return spoiled;
}

/** The prelude says a length that is one byte too much, and its checksum, which is the right length's, tells. */
export function withWrongLength(frame: Uint8Array): Uint8Array {
	const spoiled = Buffer.from(frame);
	spoiled.writeUInt32BE(spoiled.length + 1, 0);
	return spoiled;
}

/** A good frame whose JSON stops in the middle. */
export function withTruncatedJson(frame: Uint8Array): Uint8Array {
	const bytes = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
	const payloadStart = preludeBytes + bytes.readUInt32BE(4);
	const payload = bytes.toString(
		"utf8",
		payloadStart,
		bytes.length - checksumBytes,
	);
	return encodeFrame(
		bytes.subarray(preludeBytes, payloadStart),
		payload.slice(0, Math.ceil(payload.length / 2)),
	);
}
