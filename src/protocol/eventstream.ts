/**
 * Frames of `application/vnd.amazon.eventstream`: total length, headers' length, CRC of both, headers, payload, CRC of all
 * (32-bit, big endian, CRC-32 of IEEE). Source: bytes captured from Bedrock; checked against AWS's own codec in tests.
 */

const preludeBytes = 12;
const stringHeader = 7;

let zlib: typeof import("node:zlib") | undefined;

/** Loads zlib for the first frame: a start needs none. */
function crc32(bytes: Uint8Array, before: number): number {
	zlib ??= process.getBuiltinModule("node:zlib");
	return zlib.crc32(bytes, before);
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

/** CRC-32 by byte, for the few bytes of a prelude: a call into zlib costs more than they do. */
const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
	let crc = byte;
	for (let bit = 0; bit < 8; bit++)
		crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
	return crc;
});

/** Goes on with a CRC over the bytes from `from` up to `to`. */
function shortCrc(
	bytes: Buffer,
	from: number,
	to: number,
	crc: number,
): number {
	let state = ~crc;
	for (let index = from; index < to; index++)
		state =
			(state >>> 8) ^
			(crcTable[(state ^ (bytes[index] as number)) & 0xff] as number);
	return ~state >>> 0;
}

/** Encodes one frame of an encoded header block and a payload (text as UTF-8). */
export function encodeFrame(headers: Buffer, payload: string): Buffer {
	const payloadBytes = Buffer.byteLength(payload);
	const headersEnd = preludeBytes + headers.length;
	const total = headersEnd + payloadBytes + 4;
	const frame = Buffer.allocUnsafe(total);
	frame.writeUInt32BE(total, 0);
	frame.writeUInt32BE(headers.length, 4);
	const lengthsCrc = shortCrc(frame, 0, 8, 0);
	frame.writeUInt32BE(lengthsCrc, 8);
	frame.set(headers, preludeBytes);
	frame.write(
		payload,
		headersEnd,
		payloadBytes === payload.length ? "latin1" : "utf8",
	);
	const preludeCrc = shortCrc(frame, 8, preludeBytes, lengthsCrc);
	const rest = frame.subarray(preludeBytes, total - 4);
	frame.writeUInt32BE(crc32(rest, preludeCrc), total - 4);
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
