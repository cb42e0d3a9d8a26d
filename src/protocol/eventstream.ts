/**
 * Frames of `application/vnd.amazon.eventstream`: total length, headers' length, CRC of both, headers, payload, CRC of all
 * (32-bit, big endian, CRC-32 of IEEE). Source: bytes captured from Bedrock; checked against AWS's own codec in tests.
 */

import { crc32 } from "./crc32.ts";

const preludeBytes = 12;
const stringHeader = 7;

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
	const frame = Buffer.allocUnsafe(
		preludeBytes + headers.length + Buffer.byteLength(payload) + 4,
	);
	writeFrame(frame, 0, headers, payload);
	return frame;
}

/** @returns where the frame ends */
function writeFrame(
	into: Buffer,
	at: number,
	headers: Buffer,
	payload: string,
): number {
	const headersAt = at + preludeBytes;
	const payloadAt = headersAt + headers.length;
	into.set(headers, headersAt);
	const crcAt = payloadAt + into.write(payload, payloadAt, "utf8");
	writeUint32(into, at, crcAt + 4 - at);
	writeUint32(into, at + 4, headers.length);
	const lengthsCrc = crc32(into, at, at + 8);
	writeUint32(into, at + 8, lengthsCrc);
	writeUint32(into, crcAt, crc32(into, at + 8, crcAt, lengthsCrc));
	return crcAt + 4;
}

function writeUint32(into: Buffer, at: number, value: number): void {
	into[at] = value >>> 24;
	into[at + 1] = value >>> 16;
	into[at + 2] = value >>> 8;
	into[at + 3] = value;
}

/** Frames of a stream that is there as a whole, written into one piece of memory. */
export class Frames {
	#bytes = Buffer.allocUnsafe(16 * 1024);
	#end = 0;

	/** Adds an event, as `encodeEvent` has it. */
	addEvent(eventType: string, payload: string): void {
		const headers = headersOf(eventType);
		// A UTF-16 unit is three bytes of UTF-8 at most.
		const most = preludeBytes + headers.length + 3 * payload.length + 4;
		if (this.#bytes.length - this.#end < most) this.#grow(most);
		this.#end = writeFrame(this.#bytes, this.#end, headers, payload);
	}

	#grow(more: number): void {
		const grown = Buffer.allocUnsafe(2 * (this.#end + more));
		this.#bytes.copy(grown, 0, 0, this.#end);
		this.#bytes = grown;
	}

	join(): Buffer {
		return Buffer.from(this.#bytes.subarray(0, this.#end));
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
