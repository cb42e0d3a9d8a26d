import { expect, test, vi } from "vitest";
import type { HttpHandler } from "../../src/http/message.ts";
import { gate, Raw, start, stopTime } from "./clients.ts";
import { bytes, serve } from "./stand-in.ts";

const get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
const probe = "HTTP/1.1 100 Continue\r\n\r\n";

/** Answers once the gate is open. */
function waiting(): { handler: HttpHandler; open: () => void } {
	const { opened, open } = gate();
	const handler: HttpHandler = async ({ path }) => {
		await opened;
		return { status: 200, headers: {}, body: `for ${path}.` };
	};
	return { handler, open };
}

test("A client that ends behind its request gets the answer", async () => {
	const { handler, open } = waiting();
	const raw = new Raw(await start(handler)).send(get);
	raw.socket.end();
	await raw.until(probe);
	open();
	await raw.closed;
	expect(raw.received).toMatch(
		/100 Continue\r\n\r\nHTTP\/1.1 200 OK\r\n[\s\S]*Connection: close\r\n\r\nfor \/\.$/,
	);
});

test("A client that ends behind several requests gets all answers", async () => {
	const { handler, open } = waiting();
	const raw = new Raw(await start(handler));
	raw.send(get.replace("/", "/1") + get.replace("/", "/2"));
	raw.socket.end();
	await raw.until(probe);
	open();
	await raw.closed;
	expect(raw.received.match(/for ..\./g)).toEqual(["for /1.", "for /2."]);
});

test("A client that ends within its second request gets its first answer, and 400", async () => {
	const { handler, open } = waiting();
	const raw = new Raw(await start(handler)).send(`${get}GET / HT`);
	raw.socket.end();
	await raw.until(probe);
	open();
	await raw.closed;
	expect(raw.received).toMatch(
		/for \/\.HTTP\/1.1 400 [\s\S]*it ends too early/,
	);
});

test("A client that ends gets the rest of a stream", async () => {
	const next = gate();
	const listener = await start(() => ({
		status: 200,
		headers: {},
		body: (async function* () {
			yield Buffer.from("one");
			await next.opened;
			yield Buffer.from("two");
		})(),
	}));
	const raw = new Raw(listener).send(get);
	raw.socket.end();
	await raw.until("one\r\n0");
	next.open();
	await raw.closed;
	expect(raw.received).toMatch(/\r\n3\r\none\r\n0+3\r\ntwo\r\n0\r\n\r\n$/);
});

test("HTTP/1.0 that ends behind its request gets the answer, and nothing before it", async () => {
	const { handler, open } = waiting();
	const raw = new Raw(await start(handler)).send("GET / HTTP/1.0\r\n\r\n");
	raw.socket.end();
	for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
	open();
	await raw.closed;
	expect(raw.received).toMatch(/^HTTP\/1.1 200 [\s\S]*for \/\.$/);
});

test("A client that ends has most of a minute for its answer to begin", async () => {
	stopTime();
	const { socket } = serve(waiting().handler);
	await socket.feed([bytes("GET / HTTP/1.0\r\n\r\n")]);
	socket.push(null);
	await new Promise(setImmediate);
	vi.advanceTimersByTime(40_000);
	expect(socket.destroyed).toBe(false);
	vi.advanceTimersByTime(40_000);
	expect(socket.destroyed).toBe(true);
});

test("Nothing comes behind a stream that is read slowly by a client that has ended", async () => {
	stopTime();
	const listener = await start(() => ({
		status: 200,
		headers: {},
		body: (async function* () {
			yield Buffer.alloc(10_000_000, "a");
		})(),
	}));
	const raw = new Raw(listener);
	raw.socket.pause();
	raw.send(get);
	raw.socket.end();
	for (let turn = 0; turn < 100; turn++) {
		await new Promise(setImmediate);
		vi.advanceTimersByTime(5);
	}
	raw.socket.resume();
	await raw.closed;
	expect(raw.received.slice(-10)).toBe("aaa\r\n0\r\n\r\n");
});
