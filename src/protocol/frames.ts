/** Takes event streams apart that somebody else wrote; `eventstream.ts` writes them. */

/** One frame of an event stream. */
export interface Frame {
	/** Whole, as it came. */
	bytes: Uint8Array;
	/** Those of type string. */
	headers: Map<string, string>;
	payload: Buffer;
}

/** The bytes are no event stream, or are damaged. */
export class FrameError extends Error {
	override readonly name = "FrameError";
}

const preludeBytes = 12;
/** Lengths and three checksums. */
const leastBytes = preludeBytes + 4;
/** What AWS's own codec takes: aws-c-event-stream, AWS_EVENT_STREAM_MAX_MESSAGE_SIZE (documented). */
const mostBytes = 24 * 1024 * 1024;

/**
 * The frames of an event stream, each as soon as it is whole, its checksums checked.
 *
 * @throws FrameError when the bytes are damaged, a frame is too large, or they end within one
 */
export async function* splitFrames(
	chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Frame> {
	let waiting: Uint8Array[] = [];
	let size = 0;
	let wanted = preludeBytes;
	for await (const chunk of chunks) {
		waiting.push(chunk);
		size += chunk.length;
		if (size < wanted) continue;
		// Joined only when there is enough of it: a large frame comes in hundreds of chunks.
		let bytes = asBuffer(waiting.length === 1 ? chunk : Buffer.concat(waiting));
		for (;;) {
			wanted = bytes.length < preludeBytes ? preludeBytes : frameLength(bytes);
			if (bytes.length < wanted) break;
			yield readFrame(bytes.subarray(0, wanted));
			bytes = bytes.subarray(wanted);
		}
		waiting = bytes.length > 0 ? [bytes] : [];
		size = bytes.length;
	}
	if (size > 0)
		throw new FrameError(
			`The stream ended within a frame, after ${size} of its bytes.`,
		);
}

/**
 * The frames of a stream that is there whole.
 *
 * @throws FrameError when the bytes are damaged, or end within a frame
 */
export function readFrames(body: Uint8Array): Frame[] {
	const frames: Frame[] = [];
	let bytes = asBuffer(body);
	while (bytes.length > 0) {
		const length = bytes.length < leastBytes ? leastBytes : frameLength(bytes);
		if (bytes.length < length)
			throw new FrameError(
				`The stream ended within a frame, after ${bytes.length} of its bytes.`,
			);
		frames.push(readFrame(bytes.subarray(0, length)));
		bytes = bytes.subarray(length);
	}
	return frames;
}

function asBuffer(bytes: Uint8Array): Buffer {
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function frameLength(bytes: Buffer): number {
	const length = bytes.readUInt32BE(0);
	if (crc32(bytes.subarray(0, 8)) !== bytes.readUInt32BE(8))
		throw new FrameError("The checksum of a frame's lengths is wrong.");
	if (length < leastBytes || length > mostBytes)
		throw new FrameError(
			`A frame says to be ${length} bytes long; ${leastBytes} to ${mostBytes} are possible.`,
		);
	return length;
}

function readFrame(bytes: Buffer): Frame {
	const end = bytes.length - 4;
	if (crc32(bytes.subarray(0, end)) !== bytes.readUInt32BE(end))
		throw new FrameError("The checksum of a frame is wrong.");
	const headersEnd = preludeBytes + bytes.readUInt32BE(4);
	if (headersEnd > end)
		throw new FrameError("The headers of a frame are longer than the frame.");
	return {
		bytes,
		headers: readHeaders(bytes.subarray(preludeBytes, headersEnd)),
		payload: bytes.subarray(headersEnd, end),
	};
}

/** Bytes of a value by its type's number: true, false, byte, short, int, long, -, -, timestamp, uuid. */
const fixedBytes = [0, 0, 1, 2, 4, 8, undefined, undefined, 8, 16];
const bytesType = 6;
const stringType = 7;

function readHeaders(block: Buffer): Map<string, string> {
	const headers = new Map<string, string>();
	let at = 0;
	const take = (length: number): Buffer => {
		if (at + length > block.length)
			throw new FrameError("A header of a frame is cut off.");
		at += length;
		return block.subarray(at - length, at);
	};
	while (at < block.length) {
		const name = take(take(1).readUInt8()).toString();
		const type = take(1).readUInt8();
		const isSized = type === stringType || type === bytesType;
		const length = isSized ? take(2).readUInt16BE() : fixedBytes[type];
		if (length === undefined)
			throw new FrameError(`A header of a frame has no known type (${type}).`);
		const value = take(length);
		if (type === stringType) headers.set(name, value.toString());
	}
	return headers;
}

function crc32(bytes: Uint8Array): number {
	return process.getBuiltinModule("node:zlib").crc32(bytes);
}
