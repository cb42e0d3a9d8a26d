import { expect, test } from "vitest";
import type { HttpHandler } from "../../src/http/message.ts";
import { Raw, start } from "./clients.ts";

const echo: HttpHandler = async (request) => ({
	status: 200,
	headers: {},
	body: `${request.method} ${request.path} ${request.query} ${await request.body()}`,
});
const put = "PUT / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";

test("Expect: 100-continue is answered when the body is asked for", async () => {
	const listener = await start(echo);
	const raw = new Raw(listener);
	raw.send(
		"PUT / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\nConnection: close\r\n\r\n",
	);
	await raw.until("100 Continue\r\n\r\n");
	raw.send("abc");
	await raw.closed;
	expect(raw.received).toContain("PUT /  abc");
});

test("Expect: 100-continue is not answered when the handler refuses without the body", async () => {
	const listener = await start(() => ({
		status: 403,
		headers: {},
		body: "refused",
	}));
	const raw = new Raw(listener);
	raw.send(
		"PUT / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n",
	);
	await raw.closed;
	expect(raw.received).toMatch(/^HTTP\/1.1 403 /);
});

test("A body that is asked for twice is wanted once", async () => {
	const listener = await start((request) => {
		void request.body();
		return echo(request);
	});
	const raw = new Raw(listener);
	raw.send(`${put}Expect: 100-continue\r\nContent-Length: 3\r\n\r\n`);
	await raw.until("100 Continue\r\n\r\n");
	raw.send("abc");
	await raw.closed;
	expect(raw.received.match(/100 Continue/g)).toHaveLength(1);
});

test("A client that does not wait is not told that its body is wanted", async () => {
	const raw = new Raw(await start(echo));
	raw.send(`${put}Expect: 100-continue\r\nContent-Length: 3\r\n\r\nabc`);
	await raw.closed;
	expect(raw.received).toMatch(/^HTTP\/1.1 200 OK\r\n[\s\S]*PUT \/ {2}abc$/);
});

test("Expect: 100-continue in chunks is answered when the body is asked for", async () => {
	const raw = new Raw(await start(echo));
	raw.send(`${put}Expect: 100-Continue\r\nTransfer-Encoding: chunked\r\n\r\n`);
	await raw.until("100 Continue\r\n\r\n");
	raw.send("3\r\nabc\r\n0\r\n\r\n");
	await raw.closed;
	expect(raw.received).toContain("PUT /  abc");
});

test("A body over the limit is not wanted", async () => {
	const listener = await start(
		async (request) => {
			await request.body().catch(() => {});
			return { status: 413, headers: {}, body: "too large" };
		},
		{ maxBodyBytes: 10 },
	);
	const raw = new Raw(listener);
	raw.send(`${put}Expect: 100-continue\r\nContent-Length: 11\r\n\r\n`);
	await raw.closed;
	expect(raw.received).toMatch(/^HTTP\/1.1 413 /);
});

test("HTTP/1.0 is never told to go on", async () => {
	const raw = new Raw(await start(echo));
	raw.send(
		"PUT / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n",
	);
	for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
	raw.send("abc");
	await raw.closed;
	expect(raw.received).toMatch(/^HTTP\/1.1 200 /);
});

test("An empty Expect asks for nothing", async () => {
	const raw = new Raw(await start(echo));
	raw.send(`${put}Expect:\r\nContent-Length: 3\r\n\r\nabc`);
	await raw.closed;
	expect(raw.received).toMatch(/^HTTP\/1.1 200 /);
});

test("Nothing is said of a body that is asked for behind the beginning of its answer", async () => {
	const listener = await start((request) => ({
		status: 200,
		headers: {},
		body: (async function* () {
			yield Buffer.from("early");
			yield await request.body();
		})(),
	}));
	const raw = new Raw(listener);
	raw.send(`${put}Expect: 100-continue\r\nContent-Length: 3\r\n\r\n`);
	await raw.until("early");
	raw.send("abc");
	await raw.closed;
	expect(raw.received).not.toContain("100 Continue");
});
