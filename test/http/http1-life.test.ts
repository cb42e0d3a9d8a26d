import { once } from "node:events";
import { expect, test, vi } from "vitest";
import type { HttpHandler } from "../../src/http/message.ts";
import { gate, Raw, start, stopTime } from "./clients.ts";

const plain = (body: string) => ({ status: 200, headers: {}, body });
const megabyte = Buffer.alloc(1_000_000, "x");
const get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

test("A connection that waits for no further request is closed after its time", async () => {
	const listener = await start(() => plain("first"), {
		keepAliveTimeoutMs: 40,
	});
	const raw = new Raw(listener).send(get);
	await raw.closed;
	expect(raw.received).toMatch(/Keep-Alive: timeout=1\r\n[\s\S]*first$/);
});

test("A request that takes longer than every timeout is answered", async () => {
	stopTime();
	const asked = gate();
	const next = gate();
	const listener = await start(
		async ({ path }) => {
			if (path !== "/slow") return plain("answer");
			asked.open();
			await next.opened;
			return plain("answer");
		},
		{ keepAliveTimeoutMs: 20, headersTimeoutMs: 20, requestTimeoutMs: 20 },
	);
	const slow = new Raw(listener).send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
	await asked.opened;
	const idle = new Raw(listener).send(get);
	await idle.until("answer");
	vi.advanceTimersByTime(1000);
	await idle.closed;
	next.open();
	await slow.until("answer");
});

test("HTTP/1.0 without keep-alive gets its answer and a closed connection", async () => {
	const raw = new Raw(await start(() => plain("answer"))).send(
		"GET / HTTP/1.0\r\n\r\n",
	);
	await raw.closed;
	expect(raw.received).toMatch(/Content-Length: 6\r\n[\s\S]*\r\n\r\nanswer$/);
	expect(raw.received).toContain("Connection: close\r\n");
});

test("HTTP/1.0 with keep-alive is kept alive", async () => {
	const raw = new Raw(await start(() => plain("answer")));
	raw.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
	await raw.until("answer");
	expect(raw.received).toContain("Connection: keep-alive\r\n");
	raw.send("GET / HTTP/1.0\r\n\r\n");
	await raw.closed;
	expect(raw.received.match(/answer/g)).toHaveLength(2);
});

test("A stream to HTTP/1.0 is not chunked and ends with the connection", async () => {
	const listener = await start(() => ({
		status: 200,
		headers: {},
		body: (async function* () {
			yield Buffer.from("one ");
			yield Buffer.from("two");
		})(),
	}));
	const raw = new Raw(listener).send(
		"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
	);
	await raw.closed;
	expect(raw.received).toMatch(/Connection: close\r\n\r\none two$/);
});

test("A stream whose length is told is not chunked, and the connection lives on", async () => {
	const listener = await start(() => ({
		status: 200,
		headers: { "content-length": "7" },
		body: (async function* () {
			yield Buffer.from("one ");
			yield Buffer.from("two");
		})(),
	}));
	const raw = new Raw(listener).send(get);
	await raw.until("one two");
	raw.send(get);
	await raw.until("one twoHTTP");
	expect(raw.received).not.toContain("chunked");
});

test("Pipelined requests are worked on one after the other", async () => {
	let running = 0;
	let most = 0;
	const handler: HttpHandler = async () => {
		most = Math.max(most, ++running);
		await new Promise(setImmediate);
		running--;
		return plain("answer");
	};
	const raw = new Raw(await start(handler)).send(get.repeat(20));
	while ((raw.received.match(/answer/g) ?? []).length < 20)
		await once(raw.socket, "data");
	expect(most).toBe(1);
});

test("A client that sends far ahead of a slow answer is held back", async () => {
	const next = gate();
	let served = 0;
	const listener = await start(async () => {
		await next.opened;
		served++;
		return plain("answer");
	});
	const long = `GET / HTTP/1.1\r\nHost: x\r\nX: ${"a".repeat(60_000)}\r\n\r\n`;
	const raw = new Raw(listener).send(long.repeat(300));
	for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
	expect(raw.socket.writableLength).toBeGreaterThan(0);
	next.open();
	while (served < 300) await once(raw.socket, "data");
});

test("An answer that holds letters beyond ASCII is as long as its bytes", async () => {
	const raw = new Raw(
		await start(() => ({
			status: 200,
			headers: { "X-Name": "caf\xe9" },
			body: "Donau für alle",
		})),
	).send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
	await raw.closed;
	expect(raw.received).toContain("X-Name: caf\xe9\r\nContent-Length: 15\r\n");
	expect(raw.received).toMatch(/\r\n\r\nDonau f\xc3\xbcr alle$/);
});

test("What the handler says of framing is left out", async () => {
	const raw = new Raw(
		await start(() => ({
			status: 200,
			headers: { "Transfer-Encoding": "chunked", "Content-Length": "99" },
			body: "four",
		})),
	).send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
	await raw.closed;
	expect(raw.received).not.toContain("chunked");
	expect(raw.received.match(/Content-Length: \d+/g)).toEqual([
		"Content-Length: 4",
	]);
});

test("The handler may end the connection", async () => {
	const raw = new Raw(
		await start(() => ({
			status: 200,
			headers: { connection: "close" },
			body: "last",
		})),
	).send(get);
	await raw.closed;
	expect(raw.received.match(/connection: close/gi)).toHaveLength(1);
});

test("A Date of the handler's own stands alone", async () => {
	const raw = new Raw(
		await start(() => ({
			status: 200,
			headers: { date: "Thu, 01 Jan 1970 00:00:00 GMT" },
			body: "",
		})),
	).send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
	await raw.closed;
	expect(raw.received.match(/date: .*/gi)).toEqual([
		"date: Thu, 01 Jan 1970 00:00:00 GMT",
	]);
});

test("A request that stops in the middle of its body is answered 400 when the client ends", async () => {
	const listener = await start(async (request) =>
		plain(`${await request.body()}`),
	);
	const raw = new Raw(listener);
	raw.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf");
	raw.socket.end();
	await raw.closed;
	expect(raw.received).toMatch(/^HTTP\/1.1 400 /);
});

test("A small body that comes after its refusal is skipped, and the next request answered", async () => {
	const listener = await start((request) => plain(`for ${request.path}.`));
	const raw = new Raw(listener);
	raw.send("POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\n");
	await raw.until("for /1.");
	raw.send("GET /hidden HTTP/1.1");
	raw.send(get.replace("/", "/2"));
	await raw.until("for /2.");
	expect(raw.received).not.toContain("hidden");
});

test("A body that nobody has asked for is held back, and whole once it is", async () => {
	const asked = gate();
	const listener = await start(
		async (request) => {
			await asked.opened;
			return plain(`${(await request.body()).length} bytes`);
		},
		{ maxBodyBytes: 30_000_000 },
	);
	const raw = new Raw(listener);
	raw.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 30000000\r\n\r\n");
	const written = new Promise((resolve) =>
		raw.socket.write(Buffer.alloc(30_000_000, "a"), () => resolve("written")),
	);
	const turns = async () => {
		for (let turn = 0; turn < 3000; turn++) await new Promise(setImmediate);
		return "held back";
	};
	expect(await Promise.race([written, turns()])).toBe("held back");
	asked.open();
	await raw.until("30000000 bytes");
});

test("A body that comes with its head does not keep the head in memory", async () => {
	let whole: Buffer | undefined;
	const listener = await start(async (request) => {
		whole = await request.body();
		return plain("answer");
	});
	const raw = new Raw(listener);
	raw.send(
		"POST / HTTP/1.1\r\nHost: x\r\nAuthorization: secret\r\nContent-Length: 4\r\n\r\nbody",
	);
	await raw.until("answer");
	expect(`${whole}`).toBe("body");
	const memory = Buffer.from(whole?.buffer as ArrayBuffer);
	expect(memory.includes("secret")).toBe(false);
});

test("A body that is asked for after the client has left rejects with an AbortError", async () => {
	const asked = gate();
	const failed = Promise.withResolvers<Error>();
	const listener = await start(async (request) => {
		const left = new Promise((resolve) =>
			request.signal.addEventListener("abort", resolve),
		);
		asked.open();
		await left;
		request.body().catch(failed.resolve);
		return plain("too late");
	});
	const raw = new Raw(listener);
	raw.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf");
	await asked.opened;
	raw.socket.destroy();
	expect((await failed.promise).name).toBe("AbortError");
});

test("HEAD of an answer without a body keeps the length that the handler tells", async () => {
	const listener = await start(() => ({
		status: 200,
		headers: { "Content-Length": "42" },
		body: "",
	}));
	const raw = new Raw(listener);
	raw.send("HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
	await raw.closed;
	expect(raw.received.match(/Content-Length: \d+/gi)).toEqual([
		"Content-Length: 42",
	]);
});

test("A body over the limit that is small is skipped, and the next request answered", async () => {
	const listener = await start((request) => plain(`for ${request.path}.`), {
		maxBodyBytes: 10,
	});
	const raw = new Raw(listener);
	raw.send("POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\n");
	await raw.until("for /1.");
	raw.send("0123456789");
	raw.send(`0123456789${get.replace("/", "/2")}`);
	await raw.until("for /2.");
});

test("A client that does not read its answers is given no more of them", async () => {
	let served = 0;
	const listener = await start(() => {
		served++;
		return { status: 200, headers: {}, body: megabyte };
	});
	const { socket } = new Raw(listener).send(get.repeat(100));
	socket.removeAllListeners("data").pause();
	for (let turn = 0; turn < 200; turn++) await new Promise(setImmediate);
	expect(served).toBeLessThan(50);
	socket.on("data", () => {});
	socket.resume();
	while (served < 100) await once(socket, "data");
});

test("A chunk that is none behind the beginning of an answer breaks it off", async () => {
	const next = gate();
	const listener = await start(() => ({
		status: 200,
		headers: {},
		body: (async function* () {
			yield Buffer.from("early");
			await next.opened;
		})(),
	}));
	const raw = new Raw(listener);
	raw.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
	await raw.until("early");
	raw.send("no chunk\r\n");
	await raw.closed;
	expect(raw.received).toMatch(/early\r\n$/);
	next.open();
});

test("A signal that is first looked at after the client has left is aborted", async () => {
	const asked = gate();
	const { promise, resolve } = Promise.withResolvers<boolean>();
	const listener = await start(async (request) => {
		const body = request.body();
		asked.open();
		await body.catch(() => {});
		await new Promise(setImmediate);
		resolve(request.signal.aborted);
		return plain("too late");
	});
	const raw = new Raw(listener);
	raw.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf");
	await asked.opened;
	raw.socket.resetAndDestroy();
	expect(await promise).toBe(true);
});

test("A body over the limit that comes with its head is not there whole", async () => {
	const seen: unknown[] = [];
	const listener = await start(
		async (request) => {
			seen.push(request.wholeBody);
			return plain(await request.body().catch((error) => error.name));
		},
		{ maxBodyBytes: 10 },
	);
	const raw = new Raw(listener);
	raw.send(
		"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n01234567890",
	);
	await raw.until("BodyTooLargeError");
	expect(seen).toEqual([undefined]);
});

test("A header that cannot be named so is answered with 500 and reported", async () => {
	const errors: unknown[] = [];
	const listener = await start(
		() => ({ status: 200, headers: { "X Bad": "a" }, body: "" }),
		{ onError: (error) => errors.push(error) },
	);
	const raw = new Raw(listener).send(get);
	await raw.until("HTTP/1.1 500 ");
	expect(errors).toHaveLength(1);
});
