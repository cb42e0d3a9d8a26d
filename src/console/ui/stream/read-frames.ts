import {
	type Checksum,
	decodeFrame,
	type Frame,
	readPreludeCrc,
} from "./frame.ts";

/** Bedrock's own limit is 16 MiB and some; what says more is no frame. */
const maxFrameBytes = 24 * 1024 * 1024;
const prefixBytes = 4;

/** A stream that is no event stream, or ended where a frame had not. The message is for the user. */
export class BrokenStream extends Error {
	override readonly name = "BrokenStream";
}

/**
 * Takes a body of `application/vnd.amazon.eventstream` apart, frame by frame as they come; both checksums of each are
 * checked.
 *
 * @throws BrokenStream
 */
export async function* readFrames(
	body: ReadableStream<Uint8Array>,
): AsyncGenerator<Frame> {
	let rest = new Uint8Array();
	for await (const chunk of chunksOf(body)) {
		rest = join(rest, chunk);
		for (;;) {
			const length = lengthOf(rest);
			if (length === undefined || rest.length < length) break;
			yield checkedFrame(rest.subarray(0, length));
			rest = rest.slice(length);
		}
	}
	if (rest.length > 0)
		throw new BrokenStream(
			`The stream ended within a frame: ${rest.length} bytes of it came.`,
		);
}

/** Not by `for await` on the stream itself, which Safari lacks; leaving early lets the connection go. */
async function* chunksOf(
	body: ReadableStream<Uint8Array>,
): AsyncGenerator<Uint8Array> {
	const reader = body.getReader();
	try {
		for (;;) {
			const { done, value } = await reader.read();
			if (done) return;
			yield value;
		}
	} finally {
		reader.cancel().catch(() => undefined);
	}
}

function join(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
	const joined = new Uint8Array(one.length + other.length);
	joined.set(one);
	joined.set(other, one.length);
	return joined;
}

function lengthOf(bytes: Uint8Array): number | undefined {
	if (bytes.length < prefixBytes) return undefined;
	const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
	if (length < 16 || length > maxFrameBytes)
		throw new BrokenStream(
			`A frame says that it has ${length} bytes; Bedrock's have 16 to ${maxFrameBytes}.`,
		);
	return length;
}

function checkedFrame(bytes: Uint8Array): Frame {
	check("prelude", readPreludeCrc(bytes));
	const frame = decode(bytes);
	check("frame", frame.messageCrc);
	return frame;
}

function check(what: string, { isRight, value }: Checksum): void {
	if (!isRight)
		throw new BrokenStream(
			`The checksum of a ${what} is wrong: ${value.toString(16)} does not fit its bytes.`,
		);
}

function decode(bytes: Uint8Array): Frame {
	try {
		return decodeFrame(bytes);
	} catch (error) {
		throw new BrokenStream(
			error instanceof Error ? error.message : String(error),
		);
	}
}
