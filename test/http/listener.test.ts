import { once } from "node:events";
import https from "node:https";
import tls from "node:tls";
import { expect, onTestFinished, test, vi } from "vitest";
import { listen } from "../../src/http/listener.ts";
import { generateCertificate } from "../../src/http/tls.ts";
import {
	answer2,
	ask2,
	connect2,
	gate,
	Raw,
	start,
	stopTime,
} from "./clients.ts";

const version = async (request: { httpVersion: string }) => ({
	status: 200,
	headers: {},
	body: `version ${request.httpVersion}`,
});
const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
const settings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);

test("A port in use rejects with EADDRINUSE", async () => {
	const { port } = await start(version);
	const options = {
		host: "127.0.0.1",
		port,
		maxBodyBytes: 1,
		handler: version,
	};
	await expect(listen(options)).rejects.toMatchObject({ code: "EADDRINUSE" });
});

test("The url names the port that was found", async () => {
	const listener = await start(version);
	expect(listener.url).toBe(`http://127.0.0.1:${listener.port}`);
	expect(listener.port).toBeGreaterThan(0);
});

test("A preface that comes byte by byte opens an HTTP/2 connection", async () => {
	const raw = new Raw(await start(version));
	for (const byte of preface) {
		raw.send(Uint8Array.of(byte));
		await new Promise(setImmediate);
	}
	raw.send(settings);
	await once(raw.socket, "data");
	// A SETTINGS frame, type 4, is the first thing an HTTP/2 server says.
	expect(raw.received.charCodeAt(3)).toBe(4);
});

test("An HTTP/1.1 request that comes byte by byte is answered", async () => {
	const raw = new Raw(await start(version));
	for (const letter of "PUT / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n") {
		raw.send(letter);
		await new Promise(setImmediate);
	}
	await raw.closed;
	expect(raw.received).toContain("version 1.1");
});

test("A body that comes in the first packet and after it is whole", async () => {
	const listener = await start(async (request) => ({
		status: 200,
		headers: {},
		body: `${(await request.body()).length}.`,
	}));
	const raw = new Raw(listener);
	raw.send(
		`POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 900000\r\n\r\n${"a".repeat(900_000)}`,
	);
	await raw.closed;
	expect(raw.received).toContain("900000.");
});

test("A client that speaks TLS to a port without it is told of", async () => {
	let told = 0;
	const listener = await start(version, { onUnexpectedTls: () => told++ });
	const client = tls.connect({ host: "127.0.0.1", port: listener.port });
	await once(client, "error");
	expect(told).toBe(1);
});

test("A TLS port speaks HTTP/2 by ALPN", async () => {
	const listener = await start(version, { tls: await generateCertificate([]) });
	expect(listener.url).toMatch(/^https:/);
	expect((await ask2(connect2(listener.url), { ":path": "/" })).body).toBe(
		"version 2",
	);
});

test("A TLS port speaks HTTP/1.1 to a client that offers no h2", async () => {
	const listener = await start(version, { tls: await generateCertificate([]) });
	const request = https.get({
		host: "127.0.0.1",
		port: listener.port,
		rejectUnauthorized: false,
		agent: false,
	});
	const [response] = await once(request, "response");
	const [body] = await once(response, "data");
	expect(`${body}`).toBe("version 1.1");
});

test("A TLS port speaks HTTP/2 to a client that begins with it, without ALPN", async () => {
	const listener = await start(version, { tls: await generateCertificate([]) });
	const session = connect2(listener.url, {
		createConnection: (url) => connectTls(url),
	});
	expect((await ask2(session, { ":path": "/" })).body).toBe("version 2");
	expect((await ask2(session, { ":path": "/" })).body).toBe("version 2");
});

test("A TLS port speaks HTTP/1.1 to a client without ALPN", async () => {
	const listener = await start(version, { tls: await generateCertificate([]) });
	const socket = connectTls(new URL(listener.url));
	for (let request = 0; request < 2; request++) {
		socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
		const [answer] = await once(socket, "data");
		expect(`${answer}`).toMatch(/^HTTP\/1.1 200 /);
	}
});

test("A TLS port speaks HTTP/1.1 to a client that offers only that by ALPN", async () => {
	const listener = await start(version, { tls: await generateCertificate([]) });
	const socket = connectTls(new URL(listener.url), ["http/1.1"]);
	socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
	const [answer] = await once(socket, "data");
	expect(`${answer}`).toMatch(/^HTTP\/1.1 200 /);
	expect(socket.alpnProtocol).toBe("http/1.1");
});

test("A client that ends without a word is let go", async () => {
	const raw = new Raw(await start(version));
	raw.socket.end();
	await raw.closed;
});

test("A TLS client without ALPN that says nothing after its handshake is cut off", async () => {
	stopTime();
	const listener = await start(version, { tls: await generateCertificate([]) });
	const socket = connectTls(new URL(listener.url));
	// The ticket for another session is what a server sends when its side of the handshake is over.
	await once(socket, "session");
	vi.advanceTimersByTime(60_000);
	await once(socket, "close");
});

test("A TLS port speaks cleartext HTTP/1.1 too", async () => {
	const listener = await start(version, { tls: await generateCertificate([]) });
	expect(await (await fetch(`http://127.0.0.1:${listener.port}`)).text()).toBe(
		"version 1.1",
	);
});

test("A TLS port speaks cleartext HTTP/2 too", async () => {
	const listener = await start(version, { tls: await generateCertificate([]) });
	expect(
		(
			await ask2(connect2(`http://127.0.0.1:${listener.port}`), {
				":path": "/",
			})
		).body,
	).toBe("version 2");
});

test("A certificate that is none stops the start and says so", async () => {
	const nonsense = { cert: "nonsense", key: "nonsense" };
	await expect(start(version, { tls: nonsense })).rejects.toThrow(
		/^The certificate and its key cannot be used \(.*no start line.*\)\. Both are read as PEM/,
	);
});

test("A key of another certificate stops the start and says so", async () => {
	const { cert } = await generateCertificate([]);
	const { key } = await generateCertificate([]);
	await expect(start(version, { tls: { cert, key } })).rejects.toMatchObject({
		name: "ConfigError",
	});
});

test("The generated certificate is trusted for localhost, the loopback addresses and the given hosts", async () => {
	const certificate = await generateCertificate(["bedrock.test"]);
	const listener = await start(version, { tls: certificate });
	const socket = tls.connect({
		host: "127.0.0.1",
		port: listener.port,
		ca: certificate.cert,
		servername: "bedrock.test",
	});
	await once(socket, "secureConnect");
	expect(socket.authorized).toBe(true);
	expect(socket.getPeerCertificate().subjectaltname).toBe(
		"DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, DNS:bedrock.test",
	);
	socket.destroy();
});

test("Garbage is answered with 400 and a JSON message", async () => {
	const raw = new Raw(await start(version)).send("\x00\x01garbage\r\n\r\n");
	await raw.closed;
	expect(raw.received).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/);
	expect(raw.received).toContain(
		'{"message":"The request is no well-formed HTTP."}',
	);
});

test("A request without Host is answered with 400", async () => {
	const raw = new Raw(await start(version)).send(
		"GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
	);
	await raw.closed;
	expect(raw.received).toMatch(
		/^HTTP\/1.1 400 [\s\S]*"The Host header is missing."/,
	);
});

test("Headers over the limit are answered with 431", async () => {
	const raw = new Raw(await start(version)).send(
		`GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${"a".repeat(70_000)}\r\n\r\n`,
	);
	await raw.closed;
	expect(raw.received).toMatch(/^HTTP\/1.1 431 [\s\S]*\{"message":/);
});

test("A path of 60,000 characters is taken", async () => {
	const raw = new Raw(await start(version)).send(
		`GET /${"a".repeat(60_000)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
	);
	await raw.closed;
	expect(raw.received).toContain("version 1.1");
});

test("A TLS handshake on a port without TLS is answered with 400", async () => {
	const raw = new Raw(await start(version)).send(
		Buffer.from([0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0]),
	);
	await raw.closed;
	expect(raw.received).toMatch(/^HTTP\/1.1 400 /);
});

test("Bad frames after the preface are answered with GOAWAY and a closed connection", async () => {
	const raw = new Raw(await start(version)).send(preface).send(settings);
	// DATA on stream 0 is a connection error (RFC 9113, 6.1).
	raw.send(Buffer.from([0, 0, 1, 0, 0, 0, 0, 0, 0, 65]));
	await raw.closed;
	// A frame of type 7 on stream 0: last stream 0, PROTOCOL_ERROR.
	const goaway = Buffer.from([7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
	expect(raw.received).toContain(goaway.toString("latin1"));
});

test("A client that says nothing is cut off", async () => {
	const raw = new Raw(await start(version, { headersTimeoutMs: 30 }));
	await raw.closed;
	expect(raw.received).toBe("");
});

test("A client that stops within the preface is cut off", async () => {
	const raw = new Raw(await start(version, { headersTimeoutMs: 30 })).send(
		"PRI * HT",
	);
	await raw.closed;
	expect(raw.received).toBe("");
});

test("A client that stops within its headers gets 408", async () => {
	stopTime();
	const listener = await start(version, { headersTimeoutMs: 30 });
	const raw = new Raw(listener).send(
		"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHos",
	);
	// What came with the first request is there once that is answered.
	await raw.until("version 1.1");
	vi.advanceTimersByTime(100);
	await raw.closed;
	expect(raw.received).toMatch(/HTTP\/1.1 408 [\s\S]*\{"message":/);
});

test("A client that stops within its body gets 408", async () => {
	stopTime();
	const asked = gate();
	const listener = await start(
		async (request) => {
			asked.open();
			return { status: 200, headers: {}, body: await request.body() };
		},
		{
			headersTimeoutMs: 30,
			requestTimeoutMs: 40,
		},
	);
	const raw = new Raw(listener).send(
		"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf",
	);
	await asked.opened;
	vi.advanceTimersByTime(100);
	await raw.closed;
	expect(raw.received).toMatch(/^HTTP\/1.1 408 /);
});

test("An HTTP/2 stream whose body stops is reset", async () => {
	stopTime();
	const asked = gate();
	const listener = await start(async (request) => {
		asked.open();
		return { status: 200, headers: {}, body: await request.body() };
	});
	const stream = connect2(listener.url).request({
		":method": "POST",
		":path": "/",
	});
	stream.write("half");
	const answer = answer2(stream);
	await asked.opened;
	vi.advanceTimersByTime(400_000);
	expect((await answer).code).toBe(8);
});

test("An HTTP/2 connection that falls silent is closed", async () => {
	const raw = new Raw(await start(version, { requestTimeoutMs: 40 }))
		.send(preface)
		.send(settings);
	await raw.closed;
});

test("A TLS client that stops within its handshake is cut off", async () => {
	const listener = await start(version, {
		tls: await generateCertificate([]),
		headersTimeoutMs: 40,
	});
	const raw = new Raw(listener).send(Buffer.from([0x16, 3, 1, 2, 0, 1]));
	await raw.closed;
});

test("close() ends idle connections of every kind at once", async () => {
	const listener = await start(version, { tls: await generateCertificate([]) });
	const silent = new Raw(listener);
	const partial = new Raw(listener).send("PRI * HT");
	const handshaking = new Raw(listener).send(
		Buffer.from([0x16, 3, 1, 2, 0, 1]),
	);
	const idle = new Raw(listener).send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
	await idle.until("version 1.1");
	const session = connect2(listener.url);
	await ask2(session, { ":path": "/" });
	await listener.close(60_000);
	await Promise.all([
		silent.closed,
		partial.closed,
		handshaking.closed,
		idle.closed,
	]);
});

test("close() lets a running HTTP/1.1 stream finish, then closes its connection", async () => {
	const next = gate();
	const listener = await start(() => ({
		status: 200,
		headers: {},
		body: (async function* () {
			yield Buffer.from("first");
			await next.opened;
			yield Buffer.from("last");
		})(),
	}));
	const raw = new Raw(listener).send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
	await raw.until("first");
	const closed = listener.close(60_000);
	next.open();
	await closed;
	await raw.closed;
	expect(raw.received).toMatch(/last\r\n0\r\n\r\n$/);
});

test("close() lets a running HTTP/2 stream finish", async () => {
	const next = gate();
	const listener = await start(() => ({
		status: 200,
		headers: {},
		body: (async function* () {
			yield Buffer.from("first");
			await next.opened;
			yield Buffer.from(" last");
		})(),
	}));
	const stream = connect2(listener.url).request({ ":path": "/" });
	const answer = answer2(stream);
	await once(stream, "data");
	const closed = listener.close(60_000);
	next.open();
	await closed;
	expect(await answer).toMatchObject({ body: "first last", code: 0 });
});

test("close() aborts what is still running after the grace time", async () => {
	const asked = gate();
	const aborted = gate();
	const listener = await start(async (request) => {
		request.signal.addEventListener("abort", aborted.open);
		asked.open();
		await aborted.opened;
		return version(request);
	});
	const raw = new Raw(listener).send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
	await asked.opened;
	await listener.close(10);
	await Promise.all([aborted.opened, raw.closed]);
});

test("close() aborts running HTTP/2 streams after the grace time", async () => {
	const asked = gate();
	const aborted = gate();
	const listener = await start(async (request) => {
		request.signal.addEventListener("abort", aborted.open);
		asked.open();
		await aborted.opened;
		return version(request);
	});
	connect2(listener.url)
		.request({ ":path": "/" })
		.on("error", () => {});
	await asked.opened;
	await listener.close(10);
	await aborted.opened;
});

test("A connection past maxConnections is dropped", async () => {
	const listener = await start(version, { maxConnections: 1 });
	const first = new Raw(listener).send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
	await first.until("version 1.1");
	const second = new Raw(listener);
	await second.closed;
	expect(second.received).toBe("");
});

/** A TLS connection that offers no protocol unless told to, as those of Java's SDK are. */
function connectTls(url: URL, ALPNProtocols: string[] = []): tls.TLSSocket {
	const socket = tls.connect({
		ALPNProtocols,
		host: url.hostname,
		port: Number(url.port),
		rejectUnauthorized: false,
	});
	onTestFinished(() => void socket.destroy());
	return socket;
}
