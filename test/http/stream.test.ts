import { once } from "node:events";
import http from "node:http";
import { expect, test } from "vitest";
import {
	type HttpHandler,
	TransportFault,
	type TransportFaultKind,
} from "../../src/http/message.ts";
import { generateCertificate } from "../../src/http/tls.ts";
import { answer2, ask2, connect2, gate, Raw, start } from "./clients.ts";

const get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
const stream =
	(body: AsyncIterable<Uint8Array>): HttpHandler =>
	() => ({ status: 200, headers: {}, body });
const megabyte = Buffer.alloc(1_000_000, "a");

/** A body that ends only when it is stopped. */
function endless(): {
	body: AsyncIterable<Uint8Array>;
	produced: () => number;
	stopped: Promise<void>;
} {
	const stopped = gate();
	let produced = 0;
	async function* chunks() {
		try {
			for (;;) {
				produced++;
				yield megabyte;
			}
		} finally {
			stopped.open();
		}
	}
	return { body: chunks(), produced: () => produced, stopped: stopped.opened };
}

async function* failing(error: Error) {
	yield Buffer.from("before");
	throw error;
}

test("A chunk is sent before the next one exists on HTTP/1.1", async () => {
	const next = gate();
	async function* body() {
		yield Buffer.from("first");
		await next.opened;
		yield Buffer.from("second");
	}
	const raw = new Raw(await start(stream(body()))).send(get);
	await raw.until("first");
	next.open();
	await raw.until("second");
	await raw.until("\r\n0\r\n\r\n");
});

test("A chunk is sent before the next one exists on HTTP/2", async () => {
	const next = gate();
	async function* body() {
		yield Buffer.from("first");
		await next.opened;
		yield Buffer.from("second");
	}
	const listener = await start(stream(body()));
	const request = connect2(listener.url).request({ ":path": "/" });
	const answer = answer2(request);
	await once(request, "data");
	next.open();
	expect(await answer).toMatchObject({ body: "firstsecond", code: 0 });
});

test("The head is sent before the first chunk exists on HTTP/1.1", async () => {
	const next = gate();
	async function* body() {
		await next.opened;
		yield Buffer.from("first");
	}
	const raw = new Raw(await start(stream(body()))).send(get);
	await raw.until("\r\n\r\n");
	next.open();
	await raw.until("first");
});

test("Chunks of one tick are sent as one", async () => {
	async function* body() {
		yield Buffer.from("one ");
		yield Buffer.from("two ");
		yield Buffer.from("three");
	}
	const raw = new Raw(await start(stream(body()))).send(get);
	await raw.until("\r\n0\r\n\r\n");
	expect(raw.received).toContain("\r\n\r\nd\r\none two three\r\n0\r\n\r\n");
});

test("A slow reader pauses the producer on HTTP/1.1", async () => {
	const { body, produced, stopped } = endless();
	const listener = await start(stream(body));
	const request = http.get({
		host: "127.0.0.1",
		port: listener.port,
		agent: false,
	});
	request.on("error", () => {});
	const [response] = await once(request, "response");
	await settled(produced);
	const paused = produced();
	expect(paused).toBeLessThan(40);
	for (let read = 0; read < 20_000_000; )
		read += (await once(response, "data"))[0].length;
	response.pause();
	expect(produced()).toBeGreaterThan(paused);
	request.destroy();
	await stopped;
});

test("A slow reader pauses the producer on HTTP/2", async () => {
	const { body, produced, stopped } = endless();
	const listener = await start(stream(body));
	const request = connect2(listener.url).request({ ":path": "/" });
	request.on("error", () => {});
	await once(request, "response");
	await settled(produced);
	const paused = produced();
	expect(paused).toBeLessThan(10);
	for (let read = 0; read < 10_000_000; )
		read += (await once(request, "data"))[0].length;
	request.pause();
	expect(produced()).toBeGreaterThan(paused);
	request.close(8);
	await stopped;
});

test("A slow reader pauses the producer of small chunks", async () => {
	let produced = 0;
	async function* body() {
		for (;;) {
			produced++;
			yield megabyte.subarray(0, 30_000);
			await new Promise(setImmediate);
		}
	}
	const raw = new Raw(await start(stream(body())));
	raw.socket.pause();
	raw.send(get);
	await settled(() => produced);
	expect(produced).toBeLessThan(1000);
});

test("A hang-up runs the finally of a body that waits for the reader", async () => {
	const { body, stopped } = endless();
	const raw = new Raw(await start(stream(body))).send(get);
	await once(raw.socket, "data");
	raw.socket.destroy();
	await stopped;
});

test("A hang-up runs the finally of a body that waits for its signal, and nothing is logged", async () => {
	const stopped = gate();
	const listener = await start((request) => ({
		status: 200,
		headers: {},
		body: (async function* () {
			try {
				yield Buffer.from("first");
				await new Promise((_, reject) => {
					request.signal.addEventListener("abort", () =>
						reject(request.signal.reason),
					);
				});
			} finally {
				stopped.open();
			}
		})(),
	}));
	const raw = new Raw(listener).send(get);
	await raw.until("first");
	raw.socket.destroy();
	await stopped.opened;
});

test("A body that HEAD does not want is stopped", async () => {
	const stopped = gate();
	const body: AsyncIterable<Uint8Array> = {
		[Symbol.asyncIterator]: () => ({
			next: async () => ({ done: false, value: megabyte }),
			return: async () => {
				stopped.open();
				return { done: true, value: undefined };
			},
		}),
	};
	const raw = new Raw(await start(stream(body))).send(
		"HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
	);
	await Promise.all([raw.closed, stopped.opened]);
	expect(raw.received).toMatch(/^HTTP\/1.1 200 [\s\S]*\r\n\r\n$/);
});

test("A body that throws breaks the chunked body on HTTP/1.1 and is reported", async () => {
	const errors: unknown[] = [];
	const broken = new Error("a bug");
	const listener = await start(stream(failing(broken)), {
		onError: (error) => errors.push(error),
	});
	const raw = new Raw(listener).send(get);
	await raw.closed;
	expect(raw.received).toMatch(/before\r\n$/);
	expect(errors).toEqual([broken]);
});

test("A body that throws resets the HTTP/2 stream with INTERNAL_ERROR and is reported", async () => {
	const errors: unknown[] = [];
	const broken = new Error("a bug");
	const listener = await start(stream(failing(broken)), {
		onError: (error) => errors.push(error),
	});
	const answer = await ask2(connect2(listener.url), { ":path": "/" });
	expect(answer).toMatchObject({ status: 200, body: "before", code: 2 });
	expect(errors).toEqual([broken]);
});

test("The fault reset in a body is a TCP reset on HTTP/1.1", async () => {
	const raw = new Raw(
		await start(stream(failing(new TransportFault("reset")))),
	).send(get);
	await raw.closed;
	expect(raw.error?.code).toBe("ECONNRESET");
});

test("The fault truncate in a body ends the connection without a last chunk on HTTP/1.1", async () => {
	const raw = new Raw(
		await start(stream(failing(new TransportFault("truncate")))),
	).send(get);
	await raw.closed;
	expect(raw.error).toBeUndefined();
	expect(raw.received).toMatch(/before\r\n$/);
});

test("The fault goaway in a body is truncate on HTTP/1.1", async () => {
	const raw = new Raw(
		await start(stream(failing(new TransportFault("goaway")))),
	).send(get);
	await raw.closed;
	expect(raw.error).toBeUndefined();
	expect(raw.received).toMatch(/before\r\n$/);
});

test("The fault reset in a body resets one HTTP/2 stream and leaves the others", async () => {
	let count = 0;
	const listener = await start(() => {
		count++;
		return {
			status: 200,
			headers: {},
			body: count === 1 ? failing(new TransportFault("reset")) : "fine",
		};
	});
	const session = connect2(listener.url);
	expect(await ask2(session, { ":path": "/" })).toMatchObject({
		body: "before",
		code: 2,
	});
	expect(await ask2(session, { ":path": "/" })).toMatchObject({
		body: "fine",
		code: 0,
	});
});

test("The fault goaway in a body sends GOAWAY and closes the HTTP/2 connection", async () => {
	const listener = await start(stream(failing(new TransportFault("goaway"))));
	const session = connect2(listener.url);
	const goaway = new Promise((resolve) => session.on("goaway", resolve));
	const closed = new Promise((resolve) => session.on("close", resolve));
	const answer = await ask2(session, { ":path": "/" });
	expect(answer.body).toBe("before");
	expect(await goaway).toBe(2);
	await closed;
});

test("The fault truncate in a body closes the HTTP/2 connection without GOAWAY", async () => {
	const listener = await start(stream(failing(new TransportFault("truncate"))));
	const session = connect2(listener.url);
	let goaways = 0;
	session.on("goaway", () => goaways++);
	const closed = new Promise((resolve) => session.on("close", resolve));
	const answer = await ask2(session, { ":path": "/" });
	expect(answer.body).toBe("before");
	await closed;
	expect(goaways).toBe(0);
});

const faulty =
	(kind: TransportFaultKind): HttpHandler =>
	() => {
		throw new TransportFault(kind);
	};

test("The fault reset before an answer is a TCP reset on HTTP/1.1", async () => {
	const raw = new Raw(await start(faulty("reset"))).send(get);
	await raw.closed;
	expect(raw.error?.code).toBe("ECONNRESET");
});

test("The fault truncate before an answer closes without a byte on HTTP/1.1", async () => {
	const raw = new Raw(await start(faulty("truncate"))).send(get);
	await raw.closed;
	expect(raw.error).toBeUndefined();
	expect(raw.received).toBe("");
});

test("The fault reset before an answer is RST_STREAM on HTTP/2", async () => {
	const listener = await start(faulty("reset"));
	expect(await ask2(connect2(listener.url), { ":path": "/" })).toMatchObject({
		status: undefined,
		code: 2,
	});
});

test("The fault goaway before an answer is GOAWAY on HTTP/2", async () => {
	const session = connect2((await start(faulty("goaway"))).url);
	const goaway = new Promise((resolve) => session.on("goaway", resolve));
	session.request({ ":path": "/" }).on("error", () => {});
	expect(await goaway).toBe(2);
});

test("The fault reset is a TCP reset below TLS", async () => {
	const listener = await start(faulty("reset"), {
		tls: await generateCertificate([]),
	});
	const { request } = await import("node:https");
	const client = request({
		host: "127.0.0.1",
		port: listener.port,
		rejectUnauthorized: false,
		agent: false,
	});
	client.end();
	const [error] = await once(client, "error");
	expect(error.code).toBe("ECONNRESET");
});

test("The fault truncate closes an HTTP/2 connection below TLS", async () => {
	const listener = await start(faulty("truncate"), {
		tls: await generateCertificate([]),
	});
	const session = connect2(listener.url);
	const closed = new Promise((resolve) => session.on("close", resolve));
	session.request({ ":path": "/" }).on("error", () => {});
	await closed;
});

/** Resolves once the counter has stood still for fifty turns of the event loop: all buffers are full. */
async function settled(count: () => number): Promise<void> {
	let last = -1;
	for (let still = 0; still < 50; still++) {
		if (count() !== last) still = 0;
		last = count();
		await new Promise(setImmediate);
	}
}
