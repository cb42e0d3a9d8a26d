import { expect, test, vi } from "vitest";
import { stopTime } from "./clients.ts";
import { bytes, serve } from "./stand-in.ts";

const get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
const answer = () => ({ status: 200, headers: {}, body: "answer" });

/** A connection whose clock stands still until it is told to go on. */
function inSlowMotion(handler = answer) {
	stopTime();
	const { socket } = serve(handler);
	const send = (text: string) => socket.feed([bytes(text)]);
	const pass = async (seconds: number) => {
		vi.advanceTimersByTime(seconds * 1000);
		await new Promise(setImmediate);
	};
	return { socket, send, pass };
}

test("A minute without a request closes a connection, however long it was used before", async () => {
	const { socket, send, pass } = inSlowMotion();
	await send(get);
	await pass(50);
	await send(get);
	await pass(50);
	expect(socket.destroyed).toBe(false);
	await pass(20);
	expect(socket.destroyed).toBe(true);
});

test("Every head has a minute of its own", async () => {
	const { socket, send, pass } = inSlowMotion();
	await send(get);
	await pass(50);
	await send("GET / HTTP/1.1\r\n");
	await pass(50);
	await send("Host: x\r\n\r\n");
	expect(socket.written.match(/HTTP\/1.1 \d+/g)).toEqual([
		"HTTP/1.1 200",
		"HTTP/1.1 200",
	]);
});

test("A head that comes in drops is given up after a minute", async () => {
	const { socket, send, pass } = inSlowMotion();
	for (let drop = 0; drop < 8; drop++) {
		await send(drop === 0 ? "GET / HTTP/1.1\r\n" : `X-${drop}: y\r\n`);
		await pass(10);
	}
	expect(socket.written).toMatch(/^HTTP\/1.1 408 /);
});

test("Empty lines do not keep a connection", async () => {
	const { socket, send, pass } = inSlowMotion();
	for (let line = 0; line < 8; line++) {
		await send("\r\n");
		await pass(10);
	}
	expect(socket.destroyed).toBe(true);
	expect(socket.written).toBe("");
});

test("A body that stops behind its answer ends the connection, and is answered no second time", async () => {
	const { socket, send, pass } = inSlowMotion();
	await send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf");
	await pass(310);
	expect(socket.destroyed).toBe(true);
	expect(socket.written.match(/HTTP\/1.1 \d+/g)).toEqual(["HTTP/1.1 200"]);
});

test("A client that neither reads to the end nor leaves is waited for two seconds", async () => {
	const { socket, send, pass } = inSlowMotion();
	await send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
	await pass(1);
	expect(socket.destroyed).toBe(false);
	await pass(1);
	expect(socket.destroyed).toBe(true);
});

test("Date is the second of each answer", async () => {
	const { socket, send, pass } = inSlowMotion();
	vi.setSystemTime("2026-01-01T00:00:00.500Z");
	await send(get);
	await pass(1);
	await send(get);
	expect(socket.written.match(/Date: .*/g)).toEqual([
		"Date: Thu, 01 Jan 2026 00:00:00 GMT",
		"Date: Thu, 01 Jan 2026 00:00:01 GMT",
	]);
});
