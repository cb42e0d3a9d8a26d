import { expect, test } from "vitest";
import { ServiceError } from "../../src/errors.ts";
import { TransportFault } from "../../src/http/message.ts";
import type { Shape } from "../../src/protocol/description.ts";
import { readFrames } from "../../src/protocol/frames.ts";
import {
	type WriteCall,
	writeStream,
} from "../../src/protocol/write-stream.ts";
import { seededRandom } from "../../src/random.ts";
import { bedrockRuntime } from "../../src/services/bedrock-runtime/index.ts";

const union = bedrockRuntime.description.shapes.get(
	"ConverseStreamOutput",
) as Shape;
const start = { messageStart: { role: "assistant" } };
const stop = { messageStop: { stopReason: "end_turn" } };

/** What a stream tells of itself while it is written. */
function heard() {
	const ends: [error: unknown, isCut: boolean][] = [];
	const errors: unknown[] = [];
	const call: WriteCall = {
		requestId: "",
		random: seededRandom(1),
		onError: (error) => errors.push(error),
		onEnd: (error, isCut = false) => ends.push([error, isCut]),
	};
	return { ends, errors, call };
}

/** Two events, and a note of whether they were let go. */
function events(error?: Error) {
	const seen = { letGo: false };
	async function* stream() {
		try {
			yield start;
			if (error) throw error;
			yield stop;
		} finally {
			seen.letGo = true;
		}
	}
	return { seen, stream: stream() };
}

async function framesOf(stream: AsyncIterable<Uint8Array>) {
	const chunks: Uint8Array[] = [];
	for await (const chunk of stream) chunks.push(chunk);
	return readFrames(Buffer.concat(chunks)).map(({ headers, payload }) => ({
		type: headers.get(":event-type") ?? headers.get(":exception-type"),
		payload: `${payload}`,
	}));
}

test("A list of events is over once its bytes are taken", async () => {
	const { ends, call } = heard();
	const written = await writeStream(union, [start, stop], call);
	expect(ends).toEqual([]);
	const frames = await framesOf(written);
	expect(frames.map(({ type }) => type)).toEqual([
		"messageStart",
		"messageStop",
	]);
	expect(ends).toEqual([[undefined, false]]);
});

test("A list of events whose bytes nobody takes is cut", async () => {
	const { ends, call } = heard();
	const written = await writeStream(union, [start, stop], call);
	await written[Symbol.asyncIterator]().return?.();
	expect(ends).toEqual([[undefined, true]]);
});

test("A stream that is taken to its end is over, and was not cut", async () => {
	const { ends, errors, call } = heard();
	const made = events();
	await framesOf(await writeStream(union, made.stream, call));
	expect(ends).toEqual([[undefined, false]]);
	expect(errors).toEqual([]);
	expect(made.seen.letGo).toBe(true);
});

test("A stream that is left is cut, and its events are let go", async () => {
	const { ends, call } = heard();
	const made = events();
	for await (const _ of await writeStream(union, made.stream, call)) break;
	expect(ends).toEqual([[undefined, true]]);
	expect(made.seen.letGo).toBe(true);
});

test("What nobody foresaw ends a stream with an exception frame, and is reported", async () => {
	const { ends, errors, call } = heard();
	const bug = new Error("a bug");
	const frames = await framesOf(
		await writeStream(union, events(bug).stream, call),
	);
	expect(frames.map(({ type }) => type)).toEqual([
		"messageStart",
		"internalServerException",
	]);
	expect(frames[1]?.payload).not.toContain("a bug");
	expect(errors).toEqual([bug]);
	expect(ends).toEqual([[bug, false]]);
});

test("A modelled error ends a stream with its exception frame, and is not reported", async () => {
	const { errors, call } = heard();
	const error = new ServiceError("ThrottlingException", "slow down");
	const frames = await framesOf(
		await writeStream(union, events(error).stream, call),
	);
	expect(frames[1]).toEqual({
		type: "throttlingException",
		payload: '{"message":"slow down"}',
	});
	expect(errors).toEqual([]);
});

test("A fault of the transport is the listener's to play", async () => {
	const { call } = heard();
	const fault = new TransportFault("reset");
	const written = await writeStream(union, events(fault).stream, call);
	await expect(framesOf(written)).rejects.toBe(fault);
});

test("What is thrown before the first event is thrown, unless the answer begins early", async () => {
	const { call } = heard();
	const error = new ServiceError("ThrottlingException", "slow down");
	const failing = () => ({
		[Symbol.asyncIterator]: () => ({ next: () => Promise.reject(error) }),
	});
	await expect(writeStream(union, failing(), call)).rejects.toBe(error);
	const early = { ...call, beginsEarly: true };
	const frames = await framesOf(await writeStream(union, failing(), early));
	expect(frames.map(({ type }) => type)).toEqual(["throttlingException"]);
});
