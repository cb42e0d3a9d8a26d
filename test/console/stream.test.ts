import { EventStreamCodec } from "@smithy/eventstream-codec";
import { expect, test } from "vitest";
import type { Json } from "../../src/console/ui/api/types.ts";
import {
	decodeBase64,
	decodeFrame,
	hexDump,
} from "../../src/console/ui/stream/frame.ts";
import {
	describeEvent,
	readTiming,
} from "../../src/console/ui/stream/timing.ts";

const codec = new EventStreamCodec(
	(bytes) => Buffer.from(bytes).toString(),
	(text) => Buffer.from(text),
);

function frame(): Uint8Array {
	return codec.encode({
		headers: { ":event-type": { type: "string", value: "messageStop" } },
		body: Buffer.from('{"stopReason":"end_turn"}'),
	});
}

test("a frame of AWS's own codec is decoded", () => {
	expect(decodeFrame(frame())).toMatchObject({
		totalBytes: 67,
		headersBytes: 26,
		headers: [{ name: ":event-type", type: "string", value: "messageStop" }],
		payload: '{"stopReason":"end_turn"}',
		preludeCrc: { isRight: true },
		messageCrc: { isRight: true },
	});
});

test("wrong checksums are told", () => {
	const bytes = frame();
	bytes.set([bytes[50] === 0 ? 1 : 0], 50);
	expect(decodeFrame(bytes)).toMatchObject({
		preludeCrc: { isRight: true },
		messageCrc: { isRight: false },
	});
});

test("a frame that is cut is refused", () => {
	expect(() => decodeFrame(frame().subarray(0, 40))).toThrow(
		"The frame says that it has 67 bytes, 26 of them headers; it has 40.",
	);
});

test("bytes are shown as offset, hexadecimal and text", () => {
	expect(hexDump(decodeBase64("SGVsbG8sIE91dGNyb3AhAAE="))).toBe(
		`00000000  48 65 6c 6c 6f 2c 20 4f  75 74 63 72 6f 70 21 00  Hello, Outcrop!.
00000010  01                                                .`,
	);
});

test("a stream's times are those of its deltas", () => {
	const delta = (text: string): Json => ({
		contentBlockDelta: { contentBlockIndex: 0, delta: { text } },
	});
	const timing = readTiming([
		{ atMs: 90, event: { messageStart: { role: "assistant" } } },
		{ atMs: 100, event: delta("a") },
		{ atMs: 110, event: delta("b") },
		{ atMs: 140, event: delta("c") },
		{ atMs: 150, event: delta("d") },
		{ atMs: 155, event: { messageStop: { stopReason: "end_turn" } } },
	]);
	expect(timing).toEqual({
		firstDeltaMs: 100,
		gapsMs: [10, 30, 10],
		medianGapMs: 10,
		longestGapMs: 30,
		lastMs: 155,
		deltas: 4,
	});
});

test.each<[Json, string, string]>([
	[
		{ contentBlockDelta: { delta: { toolUse: { input: '{"a' } } } },
		"contentBlockDelta",
		'{"a',
	],
	[
		{
			chunk: { bytes: { type: "content_block_delta", delta: { text: "Hi" } } },
		},
		"chunk content_block_delta",
		"Hi",
	],
	[
		{ chunk: { bytes: { choices: [{ delta: { content: "Hi" } }] } } },
		"chunk",
		"Hi",
	],
	[{ chunk: { bytes: { generation: "Hi" } } }, "chunk", "Hi"],
	[{ metadata: { usage: {} } }, "metadata", ""],
])("the event %j is called %s and brings %s", (event, name, delta) => {
	expect(describeEvent(event)).toEqual({ name, delta });
});
