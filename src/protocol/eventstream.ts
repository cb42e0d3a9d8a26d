/**
 * Frames of `application/vnd.amazon.eventstream`: total length, headers' length, CRC of both, headers, payload, CRC of all
 * (32-bit, big endian, CRC-32 of IEEE). Source: bytes captured from Bedrock; checked against AWS's own codec in tests.
 */

const preludeBytes = 12;
const stringHeader = 7;

let zlib: typeof import("node:zlib") | undefined;

/** Loads zlib for the first frame: a start needs none. */
function crc32(bytes: Uint8Array): number {
	zlib ??= process.getBuiltinModule("node:zlib");
	return zlib.crc32(bytes);
}

/** Headers of one frame, all of type string, in wire order. */
export type FrameHeaders = readonly (readonly [name: string, value: string])[];

/** Encodes a header block; frames that repeat their headers should encode it once. */
function encodeHeaders(headers: FrameHeaders): Buffer {
	const parts: Buffer[] = [];
	for (const [name, value] of headers) {
		const nameBytes = Buffer.from(name);
		const valueBytes = Buffer.from(value);
		if (nameBytes.length > 0xff || valueBytes.length > 0x7fff)
			throw new RangeError(`Header too long: ${name}`);
		const lengths = Buffer.from([
			stringHeader,
			valueBytes.length >> 8,
			valueBytes.length & 0xff,
		]);
		parts.push(Buffer.from([nameBytes.length]), nameBytes, lengths, valueBytes);
	}
	return Buffer.concat(parts);
}

/** Encodes one frame of an encoded header block and a payload (text as UTF-8). */
export function encodeFrame(headers: Buffer, payload: string): Buffer {
	const payloadBytes = Buffer.byteLength(payload);
	const total = preludeBytes + headers.length + payloadBytes + 4;
	const frame = Buffer.allocUnsafe(total);
	frame.writeUInt32BE(total, 0);
	frame.writeUInt32BE(headers.length, 4);
	frame.writeUInt32BE(crc32(frame.subarray(0, 8)), 8);
	headers.copy(frame, preludeBytes);
	frame.write(payload, preludeBytes + headers.length);
	frame.writeUInt32BE(crc32(frame.subarray(0, total - 4)), total - 4);
	return frame;
}

const jsonType = [":content-type", "application/json"] as const;
const eventHeaders = new Map<string, Buffer>();

/** One event of a modelled stream. `eventType` is the union member's name, from a description, so few are ever cached. */
export function encodeEvent(eventType: string, payload: string): Buffer {
	let headers = eventHeaders.get(eventType);
	if (!headers) {
		headers = encodeHeaders([
			[":event-type", eventType],
			jsonType,
			[":message-type", "event"],
		]);
		eventHeaders.set(eventType, headers);
	}
	return encodeFrame(headers, payload);
}

/** A modelled exception in mid-stream; `exceptionType` is the union member's name (lower camel case). */
export function encodeException(
	exceptionType: string,
	payload: string,
): Buffer {
	return encodeFrame(
		encodeHeaders([
			[":exception-type", exceptionType],
			jsonType,
			[":message-type", "exception"],
		]),
		payload,
	);
}

/** A failure in mid-stream that the stream's union does not model. */
export function encodeError(code: string, message: string): Buffer {
	return encodeFrame(
		encodeHeaders([
			[":error-code", code],
			[":error-message", message.slice(0, 4096)],
			[":message-type", "error"],
		]),
		"",
	);
}
