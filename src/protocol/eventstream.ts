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
	const frame = Buffer.allocUnsafe(sizeOf(headers, payloadBytes));
	writeFrame(frame, 0, headers, payload, payloadBytes);
	return frame;
}

function sizeOf(headers: Buffer, payloadBytes: number): number {
	return preludeBytes + headers.length + payloadBytes + 4;
}

/** @returns where the frame ends */
function writeFrame(
	into: Buffer,
	at: number,
	headers: Buffer,
	payload: string,
	payloadBytes: number,
): number {
	const total = sizeOf(headers, payloadBytes);
	const end = at + total;
	writeUint32(into, at, total);
	writeUint32(into, at + 4, headers.length);
	const lengthsCrc = shortCrc(into, at, at + 8, 0);
	writeUint32(into, at + 8, lengthsCrc);
	into.set(headers, at + preludeBytes);
	into.write(
		payload,
		at + preludeBytes + headers.length,
		payloadBytes === payload.length ? "latin1" : "utf8",
	);
	const preludeCrc = shortCrc(into, at + 8, at + preludeBytes, lengthsCrc);
	const rest = into.subarray(at + preludeBytes, end - 4);
	writeUint32(into, end - 4, crc32(rest, preludeCrc));
	return end;
}

function writeUint32(into: Buffer, at: number, value: number): void {
	into[at] = value >>> 24;
	into[at + 1] = value >>> 16;
	into[at + 2] = value >>> 8;
	into[at + 3] = value;
}

/** Frames of a stream that is there as a whole, written into one piece of memory. */
export class Frames {
	readonly #headers: Buffer[] = [];
	readonly #payloads: string[] = [];
	readonly #sizes: number[] = [];
	#total = 0;

	/** Adds an event, as `encodeEvent` has it. */
	addEvent(eventType: string, payload: string): void {
		const headers = headersOf(eventType);
		const payloadBytes = Buffer.byteLength(payload);
		this.#headers.push(headers);
		this.#payloads.push(payload);
		this.#sizes.push(payloadBytes);
		this.#total += sizeOf(headers, payloadBytes);
	}

	join(): Buffer {
		const joined = Buffer.allocUnsafe(this.#total);
		let at = 0;
		for (const [index, payload] of this.#payloads.entries()) {
			const headers = this.#headers[index] as Buffer;
			const payloadBytes = this.#sizes[index] as number;
			at = writeFrame(joined, at, headers, payload, payloadBytes);
		}
		return joined;
	}
}

const jsonType = [":content-type", "application/json"] as const;
const eventHeaders = new Map<string, Buffer>();

/** One event of a modelled stream. */
export function encodeEvent(eventType: string, payload: string): Buffer {
	return encodeFrame(headersOf(eventType), payload);
}

/** @param eventType - the union member's name, from a description, so few are ever cached */
function headersOf(eventType: string): Buffer {
	let headers = eventHeaders.get(eventType);
	if (!headers) {
		headers = encodeHeaders([
			[":event-type", eventType],
			jsonType,
			[":message-type", "event"],
		]);
		eventHeaders.set(eventType, headers);
	}
	return headers;
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
