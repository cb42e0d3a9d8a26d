import { EventStreamCodec } from "@smithy/eventstream-codec";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
	encodeError,
	encodeEvent,
	encodeException,
	Frames,
} from "../../src/protocol/eventstream.ts";

const codec = new EventStreamCodec(
	(bytes) => Buffer.from(bytes).toString("utf8"),
	(text) => Buffer.from(text, "utf8"),
);

test("an event's frame is byte for byte what AWS's own codec writes", () => {
	fc.assert(
		fc.property(fc.string({ unit: "grapheme" }), (text) => {
			const payload = JSON.stringify({ text });
			const theirs = codec.encode({
				headers: {
					":event-type": { type: "string", value: "contentBlockDelta" },
					":content-type": { type: "string", value: "application/json" },
					":message-type": { type: "string", value: "event" },
				},
				body: Buffer.from(payload),
			});
			expect(
				encodeEvent("contentBlockDelta", payload).equals(Buffer.from(theirs)),
			).toBe(true);
		}),
		{ seed: 42 },
	);
});

test("an exception's frame names the union member in :exception-type", () => {
	const message = codec.decode(
		encodeException("throttlingException", '{"message":"slow down"}'),
	);
	expect(Object.keys(message.headers)).toEqual([
		":exception-type",
		":content-type",
		":message-type",
	]);
	expect(message.headers[":exception-type"]?.value).toBe("throttlingException");
	expect(message.headers[":message-type"]?.value).toBe("exception");
	expect(Buffer.from(message.body).toString()).toBe('{"message":"slow down"}');
});

test("an unmodelled failure is an error frame with code and message and an empty payload", () => {
	const message = codec.decode(encodeError("AccessDeniedException", "no"));
	expect(message.headers[":message-type"]?.value).toBe("error");
	expect(message.headers[":error-code"]?.value).toBe("AccessDeniedException");
	expect(message.headers[":error-message"]?.value).toBe("no");
	expect(message.body.length).toBe(0);
});

test("frames written into one piece are the frames written one by one", () => {
	fc.assert(
		fc.property(
			fc.array(fc.string({ unit: "binary", maxLength: 3000 })),
			(payloads) => {
				const frames = new Frames();
				for (const payload of payloads)
					frames.addEvent("contentBlockDelta", payload);
				const single = payloads.map((payload) =>
					encodeEvent("contentBlockDelta", payload),
				);
				expect(frames.join().equals(Buffer.concat(single))).toBe(true);
			},
		),
		{ seed: 42 },
	);
});

test("frames of any letters fit the piece they are written into", () => {
	const frames = new Frames();
	const payloads = [
		"\u20ac".repeat(16_000),
		"a".repeat(16_000),
		"\ud83d\ude00",
	];
	for (const payload of payloads) frames.addEvent("chunk", payload);
	const alone = payloads.map((payload) => encodeEvent("chunk", payload));
	expect(frames.join().equals(Buffer.concat(alone))).toBe(true);
});

test("an error's message is cut to what a header may hold", () => {
	const { headers } = codec.decode(
		encodeError("Code", "\u20ac".repeat(50_000)),
	);
	expect(headers[":error-message"]?.value).toBe("\u20ac".repeat(4096));
});
