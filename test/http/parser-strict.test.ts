import { expect, test } from "vitest";
import { bytes, understand } from "./stand-in.ts";

const get = "GET / HTTP/1.1\r\nHost: x\r\n";
const chunked = `POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`;

test.each([
	["a line feed alone behind a chunk", `${chunked}3\r\nabcX\n0\r\n\r\n`],
	["a carriage return alone behind a chunk", `${chunked}3\r\nabc\rX0\r\n\r\n`],
	["a carriage return in a trailer", `${chunked}0\r\nX: 1\rYZ: 2\r\n\r\n`],
	["a DEL in a chunk's extension", `${chunked}3;a\x7f\r\nabc\r\n0\r\n\r\n`],
	["a DEL in a value", `${get}X: a\x7f\r\n\r\n`],
])("Outcrop refuses %s", async (_name, text) => {
	const { requests, refused } = await understand([bytes(text)]);
	expect(requests).toEqual([]);
	expect(refused).toBe(400);
});

test("A body may have any number of chunks", async () => {
	const text = `${chunked}${"01\r\na\r\n".repeat(50)}0\r\n\r\n`;
	const { requests } = await understand([bytes(text)]);
	expect(requests.map(({ body }) => body)).toEqual(["a".repeat(50)]);
});

test("A header that begins like the one before it on the connection is another", async () => {
	const values = ["a", "abc", "", "ab", "a"];
	const text = values.map((value) => `${get}X-A: ${value}\r\n\r\n`).join("");
	const { requests } = await understand([bytes(text)]);
	expect(requests.map(({ headers }) => headers["x-a"])).toEqual(values);
});

test("A first line that begins like the one before it on the connection is another", async () => {
	const targets = ["/a", "/abc", "/", "/ab"];
	const text = targets
		.map((target) => `GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`)
		.join("");
	const { requests } = await understand([bytes(text)]);
	expect(requests.map(({ target }) => target)).toEqual(targets);
});

/** How many of two requests are served, of which the first says so of its connection. */
async function served(version: string, connection: string): Promise<number> {
	const head = `GET / HTTP/${version}\r\nHost: x\r\n`;
	const text = `${head}Connection: ${connection}\r\n\r\n${head}\r\n`;
	return (await understand([bytes(text)])).requests.length;
}

test.each([
	["1.1", "close", 1],
	["1.1", "TE, close", 1],
	["1.1", "Close,\tTE", 1],
	["1.1", "Keep-Alive, TE", 2],
	["1.1", "X-close-me", 2],
	["1.1", "", 2],
	["1.0", "TE", 1],
	["1.0", "Keep-Alive, TE", 2],
	["1.0", "keep-alive, close", 1],
])(
	"HTTP/%s with Connection: %s: %i of two requests are served",
	async (version, connection, count) => {
		expect(await served(version, connection)).toBe(count);
	},
);
