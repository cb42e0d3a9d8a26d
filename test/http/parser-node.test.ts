import http from "node:http";
import { expect, test } from "vitest";
import {
	bytes,
	lastStatus,
	type Seen,
	StandIn,
	type Understood,
	understand,
} from "./stand-in.ts";

/** What `node:http` makes of the same bytes. */
async function nodeUnderstands(text: string): Promise<Understood> {
	const requests: Seen[] = [];
	const server = http.createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on("data", (chunk) => chunks.push(chunk));
		request.on("end", () => {
			requests.push({
				method: request.method ?? "",
				target: request.url ?? "",
				headers: request.headers as Record<string, string>,
				body: Buffer.concat(chunks).toString("latin1"),
			});
			response.writeHead(204);
			response.end();
		});
	});
	const socket = new StandIn();
	socket.on("error", () => {});
	server.emit("connection", socket);
	await socket.feed([bytes(text)]);
	socket.destroy();
	return { requests, refused: lastStatus(socket.written) };
}

const post = "POST /p HTTP/1.1\r\nHost: x\r\n";
const chunked = `${post}Transfer-Encoding: chunked\r\n\r\n`;

/** Understood, or refused with 400, by both. */
const alike = {
	"a plain request": "GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\n",
	"HTTP/1.0": "GET / HTTP/1.0\r\n\r\n",
	"a star in a path": "OPTIONS /* HTTP/1.1\r\nHost: x\r\n\r\n",
	"raw bytes in a path": "GET /\xe9\xff HTTP/1.1\r\nHost: x\r\n\r\n",
	"raw bytes in a value": `GET / HTTP/1.1\r\nHost: x\r\nX-A: \xe9 \xa0\r\n\r\n`,
	"an empty value": `GET / HTTP/1.1\r\nHost: x\r\nX-A:\r\nX-B: \t \r\n\r\n`,
	"space around a value": `GET / HTTP/1.1\r\nHost: x\r\nX-A: \t a b\t \r\n\r\n`,
	"odd letters in a name": `GET / HTTP/1.1\r\nHost: x\r\n!#$%&'*+-.^_\`|~1: a\r\n\r\n`,
	"a colon in a value": `GET / HTTP/1.1\r\nHost: x:1\r\nX-A: a:b\r\n\r\n`,
	"lists and singles sent twice": `GET / HTTP/1.1\r\nHost: x\r\nX-A: 1\r\nX-A: 2\r\nCookie: a\r\nCookie: b\r\nUser-Agent: a\r\nUser-Agent: b\r\nAuthorization: a\r\nAuthorization: b\r\nAccept: a\r\naccept: b\r\n\r\n`,
	"names JavaScript keeps": `GET / HTTP/1.1\r\nHost: x\r\nconstructor: a\r\ntoString: b\r\n\r\n`,
	"a body by length": `${post}Content-Length: 3\r\n\r\nabc`,
	"leading zeros of a length": `${post}Content-Length: 003\r\n\r\nabc`,
	"a body of nothing": `${post}Content-Length: 0\r\n\r\n`,
	"a CRLF too many behind a body": `${post}Content-Length: 3\r\n\r\nabc\r\n${post}\r\n`,
	"a body in chunks": `${chunked}3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n`,
	"chunks with leading zeros": `${chunked}0003\r\nabc\r\n000\r\n\r\n`,
	"chunk extensions": `${chunked}3;a=b;c="d"\r\nabc\r\n0;e\r\n\r\n`,
	trailers: `${chunked}0\r\nX-A: 1\r\nX-B: 2\r\n\r\n`,
	"CHUNKED in capitals": `${post}Transfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n`,
	pipelining: `${post}Content-Length: 1\r\n\r\na${chunked}0\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n`,
	"an upgrade nobody takes": `GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n`,
	"no request line": "\x00\x01\r\n\r\n",
	"a line of words": "Hello there, server\r\n\r\n",
	"a target without a slash": "GET foo HTTP/1.1\r\nHost: x\r\n\r\n",
	"a space behind the version": "GET / HTTP/1.1 \r\nHost: x\r\n\r\n",
	"a version of no number": "GET / HTTP/x\r\nHost: x\r\n\r\n",
	"lower case http": "GET / http/1.1\r\nHost: x\r\n\r\n",
	"a space in the target": "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n",
	"a tab in the target": "GET /a\tb HTTP/1.1\r\nHost: x\r\n\r\n",
	"a NUL in the target": "GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n",
	"a line feed alone": "GET / HTTP/1.1\r\nHost: x\nX-A: b\r\n\r\n",
	"a carriage return alone": "GET / HTTP/1.1\r\nHost: x\r\nX-A: a\rb\r\n\r\n",
	"a NUL in a value": "GET / HTTP/1.1\r\nHost: x\r\nX-A: a\0b\r\n\r\n",
	"DEL in a value": "GET / HTTP/1.1\r\nHost: x\r\nX-A: a\x7fb\r\n\r\n",
	"a header without a colon": "GET / HTTP/1.1\r\nHost: x\r\nX-A\r\n\r\n",
	"a header without a name": "GET / HTTP/1.1\r\nHost: x\r\n: a\r\n\r\n",
	"a space before the colon": `${post}Content-Length : 3\r\n\r\nabc`,
	"a space in a name": "GET / HTTP/1.1\r\nHost: x\r\nX A: b\r\n\r\n",
	"a space before the first header":
		"GET / HTTP/1.1\r\n Host: x\r\nHost: y\r\n\r\n",
	"two lengths": `${post}Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc`,
	"two different lengths": `${post}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd`,
	"a list of lengths": `${post}Content-Length: 3, 3\r\n\r\nabc`,
	"a signed length": `${post}Content-Length: +3\r\n\r\nabc`,
	"a negative length": `${post}Content-Length: -3\r\n\r\nabc`,
	"a hexadecimal length": `${post}Content-Length: 0x3\r\n\r\nabc`,
	"an empty length": `${post}Content-Length:\r\n\r\n`,
	"a length past counting": `${post}Content-Length: 99999999999999999999\r\n\r\n`,
	"length and chunks": `${post}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
	"chunks and length": `${chunked.slice(0, -2)}Content-Length: 3\r\n\r\n0\r\n\r\n`,
	"a chunk without a size": `${chunked}\r\nabc\r\n0\r\n\r\n`,
	"a chunk's size of no number": `${chunked}x\r\nabc\r\n0\r\n\r\n`,
	"a chunk's size with 0x": `${chunked}0x3\r\nabc\r\n0\r\n\r\n`,
	"a chunk's size with a minus": `${chunked}-3\r\nabc\r\n0\r\n\r\n`,
	"a chunk longer than its size": `${chunked}3\r\nabcd\r\n0\r\n\r\n`,
	"a chunk that ends in a line feed": `${chunked}3\r\nabc\n0\r\n\r\n`,
	"a chunk's size that ends in a line feed": `${chunked}3\nabc\r\n0\r\n\r\n`,
	"a chunk's size past counting": `${chunked}fffffffffffffffff\r\nabc`,
	"a line feed in a chunk's extension": `${chunked}3;a\nb\r\nabc\r\n0\r\n\r\n`,
	"a trailer that is none": `${chunked}0\r\nno trailer\r\n\r\n`,
	"a head that stops": "GET / HTTP/1.1\r\nHost: x\r\n",
	"a body that stops": `${post}Content-Length: 4\r\n\r\nabc`,
};

test.each(Object.entries(alike))(
	"node:http and Outcrop agree on %s",
	async (_name, text) => {
		const ours = await understand([bytes(text)]);
		expect(ours).toEqual(await nodeUnderstands(text));
	},
);

/** Where Outcrop goes by the RFC, and `node:http` by what it has always done. */
test.each([
	["two spaces", "GET  / HTTP/1.1\r\nHost: x\r\n\r\n", 400],
	["two Host", "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400],
	["no Host", "GET / HTTP/1.1\r\n\r\n", 400],
	["HTTP/1.2", "GET / HTTP/1.2\r\nHost: x\r\n\r\n", 505],
	["HTTP/2.0", "GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505],
	["gzip", `${post}Transfer-Encoding: gzip, chunked\r\n\r\n`, 501],
	["chunks under gzip", `${post}Transfer-Encoding: chunked, gzip\r\n\r\n`, 501],
	[
		"chunked twice",
		`${chunked.slice(0, -2)}Transfer-Encoding: chunked\r\n\r\n`,
		400,
	],
	[
		"a tab before chunked",
		`${post}Transfer-Encoding: \x0bchunked\r\n\r\n`,
		400,
	],
	["a line folded", "GET / HTTP/1.1\r\nHost: x\r\nX-A: a\r\n b\r\n\r\n", 400],
	[
		"a body in chunks of HTTP/1.0",
		"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		400,
	],
	["another expectation", `${post}Expect: a miracle\r\n\r\n`, 417],
])("Outcrop refuses %s", async (_name, text, status) => {
	const { requests, refused } = await understand([bytes(text)]);
	expect(requests).toEqual([]);
	expect(refused).toBe(status);
});

test("A request behind one that was refused is never looked at", async () => {
	const hidden = "GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n";
	const text = `${post}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`;
	const understood = await understand([bytes(text + hidden), bytes(hidden)]);
	expect(understood).toEqual({ requests: [], refused: 400 });
});

test("A method nobody has heard of is the handler's to refuse", async () => {
	const { requests } = await understand([
		bytes("BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n"),
	]);
	expect(requests.map(({ method }) => method)).toEqual(["BREW"]);
});

test("Heads up to the limit are taken, and longer ones are not", async () => {
	const head = (filler: number) =>
		bytes(`GET / HTTP/1.1\r\nHost: x\r\nX: ${"a".repeat(filler)}\r\n\r\n`);
	const limits = { maxHeaderBytes: 100 };
	const most = 100 - head(0).length;
	expect((await understand([head(most)], limits)).requests).toHaveLength(1);
	expect((await understand([head(most + 1)], limits)).refused).toBe(431);
	const cut = head(most + 1);
	const pieces = [cut.subarray(0, 60), cut.subarray(60)];
	expect((await understand(pieces, limits)).refused).toBe(431);
});

test("Trailers past the limit are refused", async () => {
	const text = `${chunked}0\r\nX: ${"a".repeat(200)}\r\n\r\n`;
	const { refused } = await understand([bytes(text)], { maxHeaderBytes: 150 });
	expect(refused).toBe(431);
});

test("Chunk extensions past 16 KiB are refused", async () => {
	const text = `${chunked}3;${"a".repeat(17_000)}\r\nabc\r\n0\r\n\r\n`;
	expect((await understand([bytes(text)])).refused).toBe(413);
});
