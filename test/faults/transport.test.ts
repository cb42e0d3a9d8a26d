import { ConfiguredRetryStrategy } from "@smithy/core/retry";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { describe, expect, test } from "vitest";
import { all, startOutcrop, transports } from "../support/outcrop.ts";
import { TestClock } from "../turn/stand-ins.ts";
import {
	converse,
	converseStream,
	failure,
	untilItBreaks,
	withFault,
} from "./client.ts";

function http1() {
	return { requestHandler: new NodeHttpHandler() };
}

test("HTTP/1.1: cut closes the connection before the answer", async () => {
	await using outcrop = await startOutcrop();
	const client = withFault(outcrop.client(http1()), "cut");
	const seen = await failure(client.send(converse()));
	expect([seen.name, seen.code]).toEqual(["TimeoutError", "ECONNRESET"]);
	expect(seen.message).toBe("socket hang up");
});

test("HTTP/2: cut closes the connection before the answer", async () => {
	await using outcrop = await startOutcrop();
	const client = withFault(outcrop.client(), "cut");
	const seen = await failure(client.send(converse()));
	expect(seen.name).toBe("TimeoutError");
	expect(seen.message).toMatch(/http2 request did not get a response/u);
});

test("HTTP/1.1: cut after 2 events aborts the stream there", async () => {
	await using outcrop = await startOutcrop();
	const client = withFault(outcrop.client(http1()), "cut; after=2");
	const seen = await untilItBreaks(client.send(converseStream()));
	expect(seen).toMatchObject({ events: 2, code: "ECONNRESET" });
});

test("HTTP/2: cut after 2 events ends the stream there, without an error, as the SDK sees it", async () => {
	await using outcrop = await startOutcrop();
	const client = withFault(outcrop.client(), "cut; after=2");
	const { stream } = await client.send(converseStream());
	expect(await all(stream)).toHaveLength(2);
});

test("HTTP/1.1: reset after 2 events is a TCP RST", async () => {
	await using outcrop = await startOutcrop();
	const client = withFault(outcrop.client(http1()), "reset; after=2");
	const seen = await untilItBreaks(client.send(converseStream()));
	expect(seen).toMatchObject({ events: 2, code: "ECONNRESET" });
});

test("HTTP/2: reset after 2 events is RST_STREAM with INTERNAL_ERROR", async () => {
	await using outcrop = await startOutcrop();
	const client = withFault(outcrop.client(), "reset; after=2");
	const seen = await untilItBreaks(client.send(converseStream()));
	expect(seen).toMatchObject({ events: 2, code: "ERR_HTTP2_STREAM_ERROR" });
	expect(seen.message).toBe(
		"Stream closed with error code NGHTTP2_INTERNAL_ERROR",
	);
});

test("HTTP/2: goaway after 2 events ends the session", async () => {
	await using outcrop = await startOutcrop();
	const client = withFault(outcrop.client(), "goaway; after=2");
	const seen = await untilItBreaks(client.send(converseStream()));
	expect(seen).toMatchObject({ events: 2, code: "ERR_HTTP2_SESSION_ERROR" });
	expect(seen.message).toBe("Session closed with error code 2");
});

test("HTTP/1.1: goaway is a cut", async () => {
	await using outcrop = await startOutcrop();
	const client = withFault(outcrop.client(http1()), "goaway; after=2");
	const seen = await untilItBreaks(client.send(converseStream()));
	expect(seen).toMatchObject({ events: 2, code: "ECONNRESET" });
});

describe.each(transports)("over %s", (_name, options) => {
	test("a connection that is cut once is retried", async () => {
		await using outcrop = await startOutcrop();
		outcrop.emulator.faults.add({ break: "cut", times: 1 });
		const retryStrategy = new ConfiguredRetryStrategy(2, 0);
		const client = outcrop.client({ ...options(), retryStrategy });
		const reply = await client.send(converse());
		expect(reply.stopReason).toBe("end_turn");
		expect(outcrop.emulator.journal.find({})).toHaveLength(2);
	});

	test("after=0 sends the head, then breaks", async () => {
		await using outcrop = await startOutcrop();
		const client = withFault(outcrop.client(options()), "reset; after=0");
		const seen = await untilItBreaks(client.send(converseStream()));
		expect(seen.events).toBe(0);
		expect(outcrop.emulator.journal.find({})[0]?.status).toBe(200);
	});

	test("a frame with a wrong checksum is found by the client", async () => {
		await using outcrop = await startOutcrop();
		const client = withFault(outcrop.client(options()), "wrongCrc; after=2");
		const seen = await untilItBreaks(client.send(converseStream()));
		expect(seen.events).toBe(2);
		expect(seen.message).toMatch(
			/^The message checksum \(\d+\) did not match/u,
		);
	});

	test("a frame with a wrong length is found by the client", async () => {
		await using outcrop = await startOutcrop();
		const client = withFault(outcrop.client(options()), "wrongLength; after=2");
		const seen = await untilItBreaks(client.send(converseStream()));
		expect(seen.events).toBe(2);
		expect(seen.message).toMatch(
			/^The prelude checksum specified in the message \(\d+\) does not match/u,
		);
	});

	test("an event whose JSON stops in the middle is found by the client", async () => {
		await using outcrop = await startOutcrop();
		const client = withFault(
			outcrop.client(options()),
			"truncatedJson; after=2",
		);
		const seen = await untilItBreaks(client.send(converseStream()));
		expect([seen.events, seen.name]).toEqual([2, "SyntaxError"]);
	});

	test("a whole answer whose JSON stops in the middle is found by the client", async () => {
		await using outcrop = await startOutcrop();
		const client = withFault(outcrop.client(options()), "truncatedJson");
		const seen = await failure(client.send(converse()));
		expect([seen.name, seen.status]).toEqual(["SyntaxError", 200]);
		expect(seen.message).toMatch(/in JSON at position \d+/u);
	});

	test("a drip comes whole in the end", async () => {
		await using outcrop = await startOutcrop();
		const plain = await outcrop.client(options()).send(converseStream());
		const client = withFault(
			outcrop.client(options()),
			"drip; every=1ms; pieceBytes=100; after=3",
		);
		const { stream } = await client.send(converseStream());
		const text = (events: object[]) => JSON.stringify(events.slice(0, -1));
		expect(text(await all(stream))).toBe(text(await all(plain.stream)));
	});

	test("a drip pauses after each piece of a whole answer", async () => {
		const clock = new TestClock();
		await using outcrop = await startOutcrop({}, { clock });
		const client = withFault(
			outcrop.client(options()),
			"drip; every=70ms; pieceBytes=100",
		);
		const reply = await client.send(converse());
		expect(reply.stopReason).toBe("end_turn");
		// The answer has 401 to 500 bytes.
		expect(clock.sleeps).toEqual([70, 70, 70, 70, 70]);
	});

	test("a drip begins after as many events as it was told", async () => {
		const clock = new TestClock();
		await using outcrop = await startOutcrop({}, { clock });
		const client = withFault(
			outcrop.client(options()),
			"drip; pieceBytes=1000000; after=3",
		);
		const events = await all((await client.send(converseStream())).stream);
		expect(clock.sleeps).toHaveLength(events.length - 3);
	});

	test("a stalled stream ends when the client leaves", async () => {
		await using outcrop = await startOutcrop();
		const client = withFault(outcrop.client(options()), "stall; after=2");
		const leaving = new AbortController();
		const { stream } = await client.send(converseStream(), {
			abortSignal: leaving.signal,
		});
		let events = 0;
		for await (const _ of stream ?? []) {
			if (++events === 2) break;
		}
		expect(events).toBe(2);
		expect(outcrop.emulator.journal.find({})).toHaveLength(0);
		leaving.abort();
		client.destroy();
		await expect.poll(() => outcrop.emulator.journal.find({}).length).toBe(1);
	});

	test("a stalled answer sends nothing, and ends when the client gives up", async () => {
		await using outcrop = await startOutcrop();
		const { faults, journal } = outcrop.emulator;
		faults.add({ break: "stall", times: 1 });
		const client = outcrop.client(options());
		const givingUp = new AbortController();
		const stalled = failure(
			client.send(converse(), { abortSignal: givingUp.signal }),
		);
		await expect.poll(() => faults.list()[0]?.hits).toBe(1);
		// There was time enough for an answer.
		await client.send(converse());
		expect(journal.find({})).toHaveLength(1);
		givingUp.abort();
		expect((await stalled).name).toBe("AbortError");
		await expect.poll(() => journal.find({}).length).toBe(2);
	});
});

test("an emulator that stops ends its stalled calls", async () => {
	const outcrop = await startOutcrop();
	const client = withFault(outcrop.client(http1()), "stall; after=1");
	const { stream } = await client.send(converseStream());
	const iterator = stream?.[Symbol.asyncIterator]();
	expect((await iterator?.next())?.value).toHaveProperty("messageStart");
	await outcrop[Symbol.asyncDispose]();
	await expect(iterator?.next()).rejects.toThrow("aborted");
});
