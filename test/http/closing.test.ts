import { expect, test } from "vitest";
import { gate, Raw, start } from "./clients.ts";
import { bytes, serve } from "./stand-in.ts";

const get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
const large = `${"x".repeat(3_000_000)}end`;

async function turns(): Promise<void> {
	for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
}

test("What a client sends behind its last request does not cost it the answer", async () => {
	const listener = await start(() => ({
		status: 200,
		headers: {},
		body: large,
	}));
	const raw = new Raw(listener);
	raw.socket.pause();
	raw.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
	raw.send(get.repeat(10_000));
	await turns();
	raw.socket.resume();
	await raw.closed;
	expect(raw.error).toBeUndefined();
	expect(raw.received.slice(-3)).toBe("end");
});

test("What a client sends behind a body that was not read does not cost it the answer", async () => {
	const listener = await start(() => ({
		status: 403,
		headers: {},
		body: large,
	}));
	const raw = new Raw(listener);
	raw.socket.pause();
	raw.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\n\r\n");
	raw.send("b".repeat(90_000) + get.repeat(10_000));
	await turns();
	raw.socket.resume();
	await raw.closed;
	expect(raw.error).toBeUndefined();
	expect(raw.received.slice(-3)).toBe("end");
});

test("A client that writes a body to its end before it reads gets the answer to one that is too large", async () => {
	const listener = await start(
		async (request) => {
			await request.body().catch(() => undefined);
			return { status: 413, headers: {}, body: "too large" };
		},
		{ maxBodyBytes: 1_000_000 },
	);
	const raw = new Raw(listener);
	raw.socket.pause();
	const piece = Buffer.alloc(1_000_000, "b");
	raw.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 50000000\r\n\r\n");
	for (let sent = 0; sent < 50; sent++)
		await new Promise((resolve) => raw.socket.write(piece, resolve));
	raw.socket.resume();
	await raw.closed;
	expect(raw.error).toBeUndefined();
	expect(raw.received).toMatch(/^HTTP\/1\.1 413 [\s\S]*too large$/);
});

test("A client that goes on sending without end is cut off", async () => {
	const listener = await start(
		() => ({ status: 403, headers: {}, body: "no" }),
		{ maxBodyBytes: 1000 },
	);
	const raw = new Raw(listener);
	raw.socket.allowHalfOpen = true;
	raw.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 900000000\r\n\r\n");
	const send = () =>
		raw.socket.write("b".repeat(50_000), (error) => error ?? send());
	send();
	await raw.closed;
	expect(raw.socket.bytesWritten).toBeLessThan(100_000_000);
});

test("close() does not cut off whom an answer is still on its way to", async () => {
	const { server, socket } = serve(() => ({
		status: 403,
		headers: {},
		body: "no",
	}));
	await socket.feed([
		bytes("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\n\r\nb"),
	]);
	server.drain();
	expect(socket.destroyed).toBe(false);
	socket.push(null);
	await turns();
	expect(socket.destroyed).toBe(true);
});

/** A stream that tells when it is let go. */
function watched() {
	const { opened, open } = gate();
	const end = async () => ({ done: true as const, value: undefined });
	const body: AsyncIterable<Uint8Array> = {
		[Symbol.asyncIterator]: () => ({
			next: end,
			return: () => {
				open();
				return end();
			},
		}),
	};
	return { body, letGo: opened };
}

test("A stream that comes after the request was given up is let go", async () => {
	const { body, letGo } = watched();
	const next = gate();
	const { socket } = serve(
		async () => {
			await next.opened;
			return { status: 200, headers: {}, body };
		},
		{ requestTimeoutMs: 20 },
	);
	socket.push(
		bytes("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf"),
	);
	while (!socket.written.includes(" 408 ")) await new Promise(setImmediate);
	next.open();
	await letGo;
});

test("A stream whose head HTTP forbids is let go", async () => {
	const { body, letGo } = watched();
	const errors: unknown[] = [];
	const listener = await start(
		() => ({ status: 200, headers: { "X-Bad": "a\r\nb" }, body }),
		{ onError: (error) => errors.push(error) },
	);
	const raw = new Raw(listener).send(get);
	await raw.until("HTTP/1.1 500 ");
	await letGo;
	expect(errors).toHaveLength(1);
});
