import { EventStreamCodec } from "@smithy/eventstream-codec";
import { describe, expect, test } from "vitest";
import { encodeError, encodeEvent } from "../../src/protocol/eventstream.ts";
import { type Frame, splitFrames } from "../../src/protocol/frames.ts";

const first = encodeEvent("messageStart", '{"role":"assistant"}');
const second = encodeEvent("contentBlockDelta", '{"delta":{"text":"Grüße"}}');
const both = Buffer.concat([first, second]);

async function* inChunks(bytes: Uint8Array, size: number) {
	for (let at = 0; at < bytes.length; at += size)
		yield bytes.subarray(at, at + size);
}

async function split(bytes: Uint8Array, size = bytes.length): Promise<Frame[]> {
	const frames: Frame[] = [];
	for await (const frame of splitFrames(inChunks(bytes, size)))
		frames.push(frame);
	return frames;
}

function spoilt(bytes: Uint8Array, at: number): Buffer {
	const copy = Buffer.from(bytes);
	copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
	return copy;
}

test("a frame keeps its bytes, headers and payload", async () => {
	const [frame] = await split(first);
	expect(frame?.bytes).toEqual(first);
	expect(frame?.headers.get(":event-type")).toBe("messageStart");
	expect(frame?.payload.toString()).toBe('{"role":"assistant"}');
});

describe.each([1, 7, first.length, first.length + 3, 1000])(
	"in chunks of %i bytes",
	(size) => {
		test("every frame is found", async () => {
			const frames = await split(both, size);
			expect(frames.map(({ bytes }) => Buffer.from(bytes))).toEqual([
				first,
				second,
			]);
		});
	},
);

test("a frame is given before the next one has come", async () => {
	async function* chunks() {
		yield both.subarray(0, first.length + 5);
		await new Promise(() => {});
	}
	const { value } = await splitFrames(chunks()).next();
	expect(value?.bytes).toEqual(first);
});

test("a large frame in many chunks is whole", async () => {
	const large = encodeEvent("chunk", "x".repeat(3_000_000));
	const [frame] = await split(large, 65_536);
	expect(large.equals(frame?.bytes ?? new Uint8Array())).toBe(true);
});

test("headers of every type are passed over", async () => {
	const codec = new EventStreamCodec(
		(bytes) => Buffer.from(bytes).toString(),
		(text) => Buffer.from(text),
	);
	const encoded = codec.encode({
		headers: {
			yes: { type: "boolean", value: true },
			byte: { type: "byte", value: 1 },
			short: { type: "short", value: 2 },
			integer: { type: "integer", value: 3 },
			binary: { type: "binary", value: new Uint8Array([1, 2]) },
			time: { type: "timestamp", value: new Date(0) },
			uuid: { type: "uuid", value: "7d5c0d9c-0d52-4b67-8c5c-000000000000" },
			":event-type": { type: "string", value: "last" },
		},
		body: new Uint8Array([123]),
	});
	const [frame] = await split(encoded);
	expect([...(frame?.headers ?? [])]).toEqual([[":event-type", "last"]]);
});

test("an error frame without a payload is read", async () => {
	const [frame] = await split(encodeError("Throttled", "Slower"));
	expect(frame?.headers.get(":error-message")).toBe("Slower");
	expect(frame?.payload.length).toBe(0);
});

test("a wrong checksum of the lengths is told", async () => {
	await expect(split(spoilt(first, 2))).rejects.toThrow(
		"The checksum of a frame's lengths is wrong.",
	);
});

test("a wrong checksum of the frame is told", async () => {
	await expect(split(spoilt(first, first.length - 8))).rejects.toThrow(
		"The checksum of a frame is wrong.",
	);
});

test("frames before a damaged one are given", async () => {
	const frames: Frame[] = [];
	const reading = async () => {
		const bytes = Buffer.concat([first, spoilt(second, 20)]);
		for await (const frame of splitFrames(inChunks(bytes, 5)))
			frames.push(frame);
	};
	await expect(reading()).rejects.toThrow("checksum");
	expect(frames).toHaveLength(1);
});

test("an end within a frame is told", async () => {
	await expect(split(both.subarray(0, -3))).rejects.toThrow(
		`The stream ended within a frame, after ${second.length - 3} of its bytes.`,
	);
});

test("a frame that says to be larger than any is refused at once", async () => {
	const lengths = Buffer.from("7fffffff00000000", "hex");
	const crc = Buffer.alloc(4);
	crc.writeUInt32BE(process.getBuiltinModule("node:zlib").crc32(lengths));
	await expect(split(Buffer.concat([lengths, crc]))).rejects.toThrow(
		"A frame says to be 2147483647 bytes long",
	);
});
