import { once } from "node:events";
import http from "node:http";
import { expect, test } from "vitest";
import { BodyTooLargeError, type HttpHandler } from "../../src/http/message.ts";
import { gate, Raw, start } from "./clients.ts";

const echo: HttpHandler = async (request) => ({
	status: 200,
	headers: { "Content-Type": "text/plain" },
	body: `${request.method} ${request.path} ${request.query} ${await request.body()}`,
});

const plain = (body: string) => ({ status: 200, headers: {}, body });

test("An HTTP/1.1 request reaches the handler with method, path, query and body", async () => {
	const listener = await start(echo);
	const response = await fetch(`${listener.url}/a%2Fb?x=1&y=%20`, {
		method: "POST",
		body: "hello",
	});
	expect(await response.text()).toBe("POST /a%2Fb x=1&y=%20 hello");
	expect(response.headers.get("content-length")).toBe("27");
	expect(response.headers.get("date")).toMatch(/GMT$/);
});

test("Pipelined requests on one connection are answered in order", async () => {
	const listener = await start(echo);
	const raw = new Raw(listener);
	raw.send(
		"GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\nGET /3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
	);
	await raw.closed;
	expect(raw.received.match(/GET \/\d/g)).toEqual([
		"GET /1",
		"GET /2",
		"GET /3",
	]);
});

test("A chunked request body arrives whole", async () => {
	const listener = await start(echo);
	const raw = new Raw(listener);
	raw.send(
		"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n",
	);
	await raw.closed;
	expect(raw.received).toContain("POST /  abcdefg");
});

test("Repeated request headers are joined with a comma", async () => {
	const listener = await start((request) =>
		plain(request.headers["x-many"] ?? "none"),
	);
	const raw = new Raw(listener);
	raw.send(
		"GET / HTTP/1.1\r\nHost: x\r\nX-Many: a\r\nX-Many: b\r\nConnection: close\r\n\r\n",
	);
	await raw.closed;
	expect(raw.received).toContain("a, b");
});

test("A request target in absolute form loses scheme and host", async () => {
	const listener = await start(echo);
	const raw = new Raw(listener);
	raw.send(
		"GET http://bedrock.example/model/x?y=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
	);
	await raw.closed;
	expect(raw.received).toContain("GET /model/x y=1 ");
});

test("HEAD gets the length of the body and no body", async () => {
	const listener = await start(() => plain("twelve bytes"));
	const raw = new Raw(listener);
	raw.send("HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
	await raw.closed;
	expect(raw.received).toMatch(/^HTTP\/1.1 200 OK\r\n/);
	expect(raw.received).toMatch(/\r\nContent-Length: 12\r\n/);
	expect(raw.received).not.toContain("twelve bytes");
});

test("204 has neither length nor body", async () => {
	const listener = await start(() => ({ status: 204, headers: {}, body: "" }));
	const raw = new Raw(listener);
	raw.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
	await raw.closed;
	expect(raw.received).toMatch(/^HTTP\/1.1 204 No Content\r\n/);
	expect(raw.received.toLowerCase()).not.toContain("content-length");
	expect(raw.received.toLowerCase()).not.toContain("transfer-encoding");
});

test("Head and body of a whole answer come in one packet", async () => {
	const listener = await start(() => ({
		status: 200,
		headers: {},
		body: Buffer.from("payload"),
	}));
	const raw = new Raw(listener);
	raw.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
	await once(raw.socket, "data");
	expect(raw.received).toContain("payload");
});

test("A body over the limit is refused by its Content-Length before it is sent", async () => {
	const listener = await start(
		async (request) => {
			const error = await request.body().catch((thrown) => thrown);
			return {
				status: 413,
				headers: {},
				body: error instanceof BodyTooLargeError ? "too large" : "read",
			};
		},
		{ maxBodyBytes: 10 },
	);
	const raw = new Raw(listener);
	raw.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n");
	await raw.until("too large");
	expect(raw.received).toMatch(/Connection: close/i);
});

test("A chunked body over the limit is refused while it comes, and the connection closes", async () => {
	const listener = await start(
		async (request) => {
			const error = await request.body().catch((thrown) => thrown);
			return {
				status: 413,
				headers: {},
				body: error instanceof BodyTooLargeError ? "too large" : "read",
			};
		},
		{ maxBodyBytes: 10 },
	);
	const raw = new Raw(listener);
	raw.send(
		"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n14\r\n01234567890123456789\r\n",
	);
	await raw.until("too large");
	// Past the limit again, what still comes is read no further.
	raw.send("14\r\n01234567890123456789\r\n");
	await raw.closed;
	expect(raw.received).toMatch(/^HTTP\/1.1 413 /);
});

test("A client that sends a large refused body to its end still reads the answer", async () => {
	const listener = await start(
		() => ({ status: 403, headers: {}, body: "no" }),
		{ maxBodyBytes: 50_000_000 },
	);
	const request = http.request({
		port: listener.port,
		host: "127.0.0.1",
		method: "POST",
	});
	request.on("error", () => {}); // of the rest of the body, once the answer is there and the test over
	request.end(Buffer.alloc(20_000_000));
	const [response] = await once(request, "response");
	expect(response.statusCode).toBe(403);
	response.resume();
	await once(response, "end");
});

test("A client that reads only after sending all of a refused body gets the answer", async () => {
	const listener = await start(
		() => ({ status: 403, headers: {}, body: "refused" }),
		{ maxBodyBytes: 50_000_000 },
	);
	const raw = new Raw(listener);
	raw.socket.pause();
	raw.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 20000000\r\n\r\n");
	await new Promise((resolve) =>
		raw.socket.write(Buffer.alloc(20_000_000), resolve),
	);
	raw.socket.resume();
	await raw.closed;
	expect(raw.error).toBeUndefined();
	expect(raw.received).toMatch(/^HTTP\/1.1 403 [\s\S]*refused$/);
});

test("The connection lives on when a small body was not read", async () => {
	const listener = await start(() => plain("unread"));
	const raw = new Raw(listener);
	raw.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
	await raw.until("unread");
	raw.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
	await raw.closed;
	expect(raw.received.match(/unread/g)).toHaveLength(2);
});

test("A hang-up in mid-body rejects body() with an AbortError, and nothing is logged", async () => {
	const asked = gate();
	const failed = Promise.withResolvers<Error>();
	const listener = await start(async (request) => {
		const body = request.body();
		asked.open();
		body.catch(failed.resolve);
		return plain((await body).toString());
	});
	const raw = new Raw(listener);
	raw.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf");
	await asked.opened;
	raw.socket.destroy();
	expect((await failed.promise).name).toBe("AbortError");
});

test("The signal aborts when the client hangs up before the answer", async () => {
	const asked = gate();
	const aborted = gate();
	const listener = await start(async (request) => {
		request.signal.addEventListener("abort", aborted.open);
		asked.open();
		await aborted.opened;
		return plain("too late");
	});
	const raw = new Raw(listener);
	raw.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
	await asked.opened;
	raw.socket.destroy();
	await aborted.opened;
});

test("The signal does not abort when the connection closes after the answer", async () => {
	let signal: AbortSignal | undefined;
	const listener = await start((request) => {
		signal = request.signal;
		return plain("answered");
	});
	const raw = new Raw(listener);
	raw.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
	await raw.closed;
	await listener.close(1000);
	expect(signal?.aborted).toBe(false);
});

test("A handler that throws is answered with 500 and reported", async () => {
	const errors: unknown[] = [];
	const broken = new Error("a bug");
	const listener = await start(
		() => {
			throw broken;
		},
		{ onError: (error) => errors.push(error) },
	);
	const response = await fetch(listener.url);
	expect(response.status).toBe(500);
	expect(await response.json()).toEqual({
		message: "The server failed unexpectedly.",
	});
	expect(errors).toEqual([broken]);
});

test("A header that HTTP forbids is answered with 500 and reported", async () => {
	const errors: unknown[] = [];
	const listener = await start(
		() => ({ status: 200, headers: { "X-Bad": "a\r\nb" }, body: "" }),
		{
			onError: (error) => errors.push(error),
		},
	);
	expect((await fetch(listener.url)).status).toBe(500);
	expect(errors).toHaveLength(1);
});

test("Two hundred concurrent requests on HTTP/1.1 each get their own answer", async () => {
	const listener = await start(echo);
	const ask = async (index: number) =>
		(
			await fetch(`${listener.url}/${index}`, {
				method: "POST",
				body: `b${index}`,
			})
		).text();
	const answers = await Promise.all(
		Array.from({ length: 200 }, (_, index) => ask(index)),
	);
	expect(answers).toEqual(
		Array.from({ length: 200 }, (_, index) => `POST /${index}  b${index}`),
	);
});
