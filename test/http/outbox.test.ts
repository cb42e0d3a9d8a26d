import { expect, test, vi } from "vitest";
import { bytes, StandIn, serve } from "./stand-in.ts";

const request = bytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
const answer = () => ({ status: 200, headers: {}, body: "answer" });
const afterTurn = setImmediate;
const turn = () => new Promise((resolve) => afterTurn(resolve));

/** A server with two connections. */
async function serveTwo() {
	const { server, socket } = serve(answer);
	const other = new StandIn();
	server.accept(other);
	await turn();
	return { server, socket, other };
}

test("Answers of one turn of the event loop are sent at its end", async () => {
	const { socket, other } = await serveTwo();
	socket.push(request);
	other.push(request);
	expect(socket.written + other.written).toBe("");
	await turn();
	expect(socket.written).toMatch(/answer$/);
	expect(other.written).toMatch(/answer$/);
});

test("An answer on the only connection is sent at once", async () => {
	const { socket, other } = await serveTwo();
	other.destroy();
	await turn();
	socket.push(request);
	expect(socket.written).toMatch(/answer$/);
});

test("An answer that is to be sent goes out before a broken body ends the connection", async () => {
	const { socket } = await serveTwo();
	socket.push(
		bytes("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"),
	);
	socket.push(bytes("no size\r\n"));
	expect(socket.destroyed).toBe(true);
	expect(socket.written).toMatch(/^HTTP\/1\.1 200 [\s\S]*answer$/);
});

test("Nothing is written to a client that left in the turn of its answer", async () => {
	const { socket } = await serveTwo();
	const written: unknown[] = [];
	socket._write = (chunk) => written.push(chunk);
	socket.push(request);
	socket.destroy();
	await turn();
	expect(written).toEqual([]);
});

test("A draining connection ends after the answer that is to be sent", async () => {
	const { server, socket } = await serveTwo();
	socket.push(request);
	server.drain();
	expect(socket.destroyed).toBe(false);
	await turn();
	expect(socket.written).toMatch(/answer$/);
	expect(socket.writableEnded).toBe(true);
});

test("Answers are sent while a test has stopped the timers", async () => {
	const { socket, other } = await serveTwo();
	vi.useFakeTimers({ toFake: ["setImmediate"] });
	try {
		socket.push(request);
		other.push(request);
		await turn();
		expect(socket.written).toMatch(/answer$/);
	} finally {
		vi.useRealTimers();
	}
});
