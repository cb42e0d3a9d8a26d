import { once } from "node:events";
import { expect, test, vi } from "vitest";
import { BodyTooLargeError, type HttpHandler } from "../../src/http/message.ts";
import {
	answer2,
	ask2,
	connect2,
	gate,
	Raw,
	start,
	stopTime,
} from "./clients.ts";

const echo: HttpHandler = async (request) => ({
	status: 200,
	headers: { "Content-Type": "text/plain" },
	body: `${request.method} ${request.path} ${request.query} ${await request.body()}`,
});

const plain = (body: string) => ({ status: 200, headers: {}, body });

test("An HTTP/2 request in cleartext reaches the handler with method, path, query and body", async () => {
	const listener = await start(echo);
	const answer = await ask2(
		connect2(listener.url),
		{ ":method": "POST", ":path": "/a%2Fb?x=1" },
		"hello",
	);
	expect(answer).toMatchObject({
		status: 200,
		body: "POST /a%2Fb x=1 hello",
		code: 0,
	});
	expect(answer.headers["content-length"]).toBe("21");
	expect(answer.headers.date).toMatch(/GMT$/);
});

test("host is set from :authority on HTTP/2", async () => {
	const listener = await start((request) =>
		plain(`${request.headers.host} ${request.headers[":authority"]}`),
	);
	const answer = await ask2(connect2(listener.url), {
		":path": "/",
		":authority": "bedrock.example",
	});
	expect(answer.body).toBe("bedrock.example bedrock.example");
});

test("Headers that HTTP/2 forbids are left out of the answer", async () => {
	const listener = await start(() => ({
		status: 200,
		headers: { Connection: "close", "X-Kept": "yes" },
		body: "",
	}));
	const answer = await ask2(connect2(listener.url), { ":path": "/" });
	expect(answer).toMatchObject({ status: 200, headers: { "x-kept": "yes" } });
});

test("HEAD gets the length of the body and no body on HTTP/2", async () => {
	const listener = await start(() => plain("twelve bytes"));
	const answer = await ask2(connect2(listener.url), {
		":method": "HEAD",
		":path": "/",
	});
	expect(answer).toMatchObject({ status: 200, body: "", code: 0 });
	expect(answer.headers["content-length"]).toBe("12");
});

test("A client that writes a too large body to its end on HTTP/2 gets its answer", async () => {
	const listener = await start(
		async (request) => {
			await request.body().catch(() => undefined);
			return { status: 413, headers: {}, body: "too large" };
		},
		{ maxBodyBytes: 1_000_000 },
	);
	const stream = connect2(listener.url).request({
		":method": "POST",
		":path": "/",
	});
	const answer = answer2(stream);
	stream.end(Buffer.alloc(20_000_000));
	expect(await answer).toMatchObject({ status: 413, error: undefined });
	expect(stream.writableFinished).toBe(true);
});

test("A large body arrives whole on HTTP/2", async () => {
	const listener = await start(
		async (request) => plain(`${(await request.body()).length}`),
		{ maxBodyBytes: 9_000_000 },
	);
	const answer = await ask2(
		connect2(listener.url),
		{ ":method": "POST", ":path": "/" },
		Buffer.alloc(8_000_000),
	);
	expect(answer.body).toBe("8000000");
});

test("A body over the limit rejects on HTTP/2, and the handler may still answer", async () => {
	stopTime();
	const asked = gate();
	const listener = await start(
		async (request) => {
			asked.open();
			const error = await request.body().catch((thrown) => thrown);
			return {
				status: 413,
				headers: {},
				body: error instanceof BodyTooLargeError ? "too large" : "read",
			};
		},
		{ maxBodyBytes: 10 },
	);
	const stream = connect2(listener.url).request({
		":method": "POST",
		":path": "/",
	});
	const answer = answer2(stream);
	stream.write("01234567890123456789");
	await asked.opened;
	// The client never ends its body: it is waited for, then answered, and the stream closed.
	let isOver = false;
	void answer.then(() => {
		isOver = true;
	});
	while (!isOver) {
		vi.advanceTimersByTime(100);
		await new Promise(setImmediate);
	}
	expect(await answer).toMatchObject({
		status: 413,
		body: "too large",
		code: 0,
	});
});

test("A handler that answers without reading the body closes the HTTP/2 stream with NO_ERROR", async () => {
	stopTime();
	const listener = await start(() => ({
		status: 403,
		headers: {},
		body: "refused",
	}));
	const stream = connect2(listener.url).request({
		":method": "POST",
		":path": "/",
	});
	const answer = answer2(stream);
	stream.write("never ended");
	await once(stream, "end");
	vi.advanceTimersByTime(2000);
	expect(await answer).toMatchObject({
		status: 403,
		body: "refused",
		code: 0,
		error: undefined,
	});
});

test("Expect: 100-continue is answered on HTTP/2 when the body is asked for", async () => {
	const listener = await start(echo);
	const stream = connect2(listener.url).request({
		":method": "PUT",
		":path": "/",
		expect: "100-continue",
	});
	const answer = answer2(stream);
	await once(stream, "continue");
	stream.end("abc");
	expect((await answer).body).toBe("PUT /  abc");
});

test("A stream reset in mid-body rejects body() with an AbortError, and nothing is logged", async () => {
	const asked = gate();
	const failed = Promise.withResolvers<Error>();
	const listener = await start(async (request) => {
		const body = request.body();
		body.catch(failed.resolve);
		asked.open();
		return plain((await body).toString());
	});
	const stream = connect2(listener.url).request({
		":method": "POST",
		":path": "/",
	});
	stream.on("error", () => {});
	stream.write("half");
	await asked.opened;
	// Not close(8): Node's client would end the body properly before the reset.
	stream.destroy(new Error("reset"));
	expect((await failed.promise).name).toBe("AbortError");
});

test("A connection lost in mid-body rejects body() with an AbortError", async () => {
	const asked = gate();
	const failed = Promise.withResolvers<Error>();
	const listener = await start(async (request) => {
		const body = request.body();
		body.catch(failed.resolve);
		asked.open();
		return plain((await body).toString());
	});
	const raw = new Raw(listener);
	raw.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
	// SETTINGS, then HEADERS of `POST http://x/`, then DATA without END_STREAM.
	raw.send(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]));
	const post = [0x83, 0x86, 0x84, 0x01, 0x01, 0x78];
	raw.send(Buffer.from([0, 0, post.length, 1, 4, 0, 0, 0, 1, ...post]));
	raw.send(Buffer.from([0, 0, 1, 0, 0, 0, 0, 0, 1, 65]));
	await asked.opened;
	raw.socket.end();
	expect((await failed.promise).name).toBe("AbortError");
});

test("The signal aborts when the HTTP/2 stream is reset", async () => {
	const asked = gate();
	const aborted = gate();
	const listener = await start(async (request) => {
		request.signal.addEventListener("abort", aborted.open);
		asked.open();
		await aborted.opened;
		return plain("too late");
	});
	const stream = connect2(listener.url).request({ ":path": "/" });
	stream.on("error", () => {});
	await asked.opened;
	stream.close(8);
	await aborted.opened;
});

test("The signal aborts when the HTTP/2 connection dies", async () => {
	const asked = gate();
	const aborted = gate();
	const listener = await start(async (request) => {
		request.signal.addEventListener("abort", aborted.open);
		asked.open();
		await aborted.opened;
		return plain("too late");
	});
	const session = connect2(listener.url);
	session.request({ ":path": "/" }).on("error", () => {});
	await asked.opened;
	session.destroy();
	await aborted.opened;
});

test("The signal does not abort after an HTTP/2 answer", async () => {
	let signal: AbortSignal | undefined;
	const listener = await start((request) => {
		signal = request.signal;
		return plain("answered");
	});
	const session = connect2(listener.url);
	await ask2(session, { ":path": "/" });
	session.destroy();
	await listener.close(1000);
	expect(signal?.aborted).toBe(false);
});

test("Five hundred concurrent streams on one connection each get their own answer", async () => {
	const listener = await start(echo);
	const session = connect2(listener.url);
	await once(session, "remoteSettings");
	const ask = (index: number) =>
		ask2(session, { ":method": "POST", ":path": `/${index}` }, `b${index}`);
	const answers = await Promise.all(
		Array.from({ length: 500 }, (_, index) => ask(index)),
	);
	expect(answers.map(({ body }) => body)).toEqual(
		Array.from({ length: 500 }, (_, index) => `POST /${index}  b${index}`),
	);
});
