import { expect, test } from "vitest";
import {
	encodeEvent,
	encodeException,
	Frames,
} from "../../src/protocol/eventstream.ts";
import { readEvents } from "../../src/protocol/read-events.ts";
import { encodeStreamEvent } from "../../src/protocol/write-stream.ts";
import { bedrockRuntime } from "../../src/services/bedrock-runtime/index.ts";

function unionOf(operation: string) {
	const { output } = bedrockRuntime.description.operations.get(operation) ?? {};
	const union = output?.members.find(
		({ target }) => target.eventStream,
	)?.target;
	if (!union) throw new Error(`${operation} streams nothing.`);
	return union;
}

test("events are read back from their frames, without the padding", () => {
	const union = unionOf("ConverseStream");
	const events = [
		{ messageStart: { role: "assistant" } },
		{ contentBlockDelta: { contentBlockIndex: 0, delta: { text: "Grüße" } } },
		{
			contentBlockDelta: {
				contentBlockIndex: 1,
				delta: {
					reasoningContent: { redactedContent: Buffer.from([0, 255]) },
				},
			},
		},
		{ messageStop: { stopReason: "end_turn" } },
	];
	const bytes = Buffer.concat(
		events.map((event) => encodeStreamEvent(union, event, "abc")),
	);
	expect(readEvents(union, bytes)).toEqual(events);
});

test("chunks of a native stream are read back as bytes", () => {
	const union = unionOf("InvokeModelWithResponseStream");
	const chunk = { bytes: Buffer.from('{"completion":"Hi"}') };
	const bytes = encodeStreamEvent(union, { chunk }, "abc");
	expect(readEvents(union, bytes)).toEqual([{ chunk }]);
});

test("frames that are no events of the union are left out", () => {
	const bytes = Buffer.concat([
		encodeEvent("somethingNew", "{}"),
		encodeException("throttlingException", '{"message":"slow"}'),
	]);
	expect(readEvents(unionOf("ConverseStream"), bytes)).toEqual([]);
});

test("frames hold as much memory as they need", () => {
	const frames = new Frames();
	const payload = JSON.stringify({ role: "a".repeat(1000) });
	for (let at = 0; at < 100; at++) frames.addEvent("messageStart", payload);
	const bytes = frames.join();
	expect(bytes.buffer.byteLength).toBe(bytes.byteLength);
});
