import fc from "fast-check";
import { expect, test } from "vitest";
import { bytes, type Seen, type Understood, understand } from "./stand-in.ts";

const sized =
	"POST /model/a%2Fb:0/converse?x=1&y HTTP/1.1\r\nHost: x\r\nX-Many: a\r\nContent-Length: 5\r\nX-Many:\t b \r\n\r\nhello";
const chunked =
	'PUT /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;a="b"\r\nabc\r\n0A\r\n0123456789\r\n0\r\nX-Trailer: 1\r\n\r\n';
const bare = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

/** What a text is understood as in one piece, and in two pieces for every place it can be cut at. */
async function cutEverywhere(text: string): Promise<[Understood, Set<string>]> {
	const whole = await understand([bytes(text)]);
	const others = await Promise.all(
		Array.from({ length: text.length }, (_, at) =>
			understand([bytes(text.slice(0, at)), bytes(text.slice(at))]),
		),
	);
	return [whole, new Set(others.map((other) => JSON.stringify(other)))];
}

test("Requests that are cut at any byte are understood as they are in one piece", async () => {
	const [whole, others] = await cutEverywhere(
		`${sized}\r\n${chunked}${bare}${sized}`,
	);
	expect(whole.requests.map(({ method, body }) => [method, body])).toEqual([
		["POST", "hello"],
		["PUT", "abc0123456789"],
		["GET", ""],
		["POST", "hello"],
	]);
	expect(whole.requests[0]).toEqual({
		method: "POST",
		target: "/model/a%2Fb:0/converse?x=1&y",
		headers: { host: "x", "x-many": "a, b", "content-length": "5" },
		body: "hello",
	});
	expect([...others]).toEqual([JSON.stringify(whole)]);
});

test("Requests that come byte by byte are understood as they are in one piece", async () => {
	const text = `${sized}${chunked}${bare}`;
	const whole = await understand([bytes(text)]);
	const pieces = [...text].map(bytes);
	expect(await understand(pieces)).toEqual(whole);
});

test("A head that comes again is read as it was, and one that is as long but another is not", async () => {
	const get = (value: string) =>
		`GET / HTTP/1.1\r\nX: ${value}\r\nHost: x\r\n\r\n`;
	const long = "a".repeat(5000);
	const sent = ["a", "a", "b", "a", "ab", "a", long, "a", long, long];
	const { requests } = await understand([bytes(sent.map(get).join(""))]);
	expect(requests.map(({ headers }) => headers)).toEqual(
		sent.map((x) => ({ x, host: "x" })),
	);
});

test("What is refused is refused wherever it is cut", async () => {
	const [whole, others] = await cutEverywhere(
		`${bare}POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcX\r\n`,
	);
	expect(whole.refused).toBe(400);
	expect([...others]).toEqual([JSON.stringify(whole)]);
});

/** A request, and the bytes that a client may send it as. */
interface Sent {
	seen: Seen;
	text: string;
}

const tokenLetters =
	"!#$%&'*+.^_`|~-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const letters = (alphabet: string, minLength: number, maxLength: number) =>
	fc
		.array(fc.constantFrom(...alphabet), { minLength, maxLength })
		.map((list) => list.join(""));
const ascii = String.fromCharCode(
	...Array.from({ length: 94 }, (_, index) => index + 0x21),
);
const printable = String.fromCharCode(
	...Array.from({ length: 94 }, (_, index) => index + 0x21),
	...Array.from({ length: 128 }, (_, index) => index + 0x80),
);
const blanks = fc.constantFrom("", " ", "\t", " \t ");
const header = fc.record({
	name: letters(tokenLetters, 1, 20).map((name) => `x-${name}`),
	value: letters(`${printable} \t`, 0, 40).map((value) =>
		value.replace(/^[ \t]+|[ \t]+$/g, ""),
	),
	before: blanks,
	after: blanks,
});
const pieceOfBody = fc
	.uint8Array({ minLength: 1, maxLength: 40 })
	.map((piece) => Buffer.from(piece).toString("latin1"));
const extension = fc
	.constantFrom("", ";a", ";a=b", ' ;a="b;c"')
	.map((text) => text.replace(/^ /, ""));
const framing = fc.oneof(
	fc.constant({ kind: "none" as const }),
	fc.record({ kind: fc.constant("length" as const), body: pieceOfBody }),
	fc.record({
		kind: fc.constant("chunked" as const),
		chunks: fc.array(fc.record({ piece: pieceOfBody, extension }), {
			maxLength: 4,
		}),
		trailers: fc.array(header, { maxLength: 2 }),
	}),
);
const sent: fc.Arbitrary<Sent> = fc
	.record({
		method: letters(tokenLetters, 1, 10).filter((m) => m !== "CONNECT"),
		path: letters(ascii.replace("?", ""), 0, 40),
		query: fc.option(letters(ascii, 1, 20)),
		headers: fc.uniqueArray(header, {
			maxLength: 8,
			selector: ({ name }) => name.toLowerCase(),
		}),
		framing,
	})
	.map((made) => {
		const target =
			made.query === null ? `/${made.path}` : `/${made.path}?${made.query}`;
		const lines = made.headers.map(
			({ name, value, before, after }) =>
				`${name}:${before}${value}${after}\r\n`,
		);
		const headers: Record<string, string> = { host: "h" };
		for (const { name, value } of made.headers)
			headers[name.toLowerCase()] = value;
		const { declared, coded, body } = encode(made.framing);
		for (const [name, value] of Object.entries(declared)) {
			headers[name] = value;
			lines.push(`${name}: ${value}\r\n`);
		}
		return {
			seen: { method: made.method, target, headers, body },
			text: `${made.method} ${target} HTTP/1.1\r\nHost: h\r\n${lines.join("")}\r\n${coded}`,
		};
	});

function encode(
	framed: typeof framing extends fc.Arbitrary<infer T> ? T : never,
): {
	declared: Record<string, string>;
	coded: string;
	body: string;
} {
	if (framed.kind === "none") return { declared: {}, coded: "", body: "" };
	if (framed.kind === "length") {
		const { body } = framed;
		return {
			declared: { "content-length": `${body.length}` },
			coded: body,
			body,
		};
	}
	const chunks = framed.chunks.map(
		(chunk) =>
			`${chunk.piece.length.toString(16)}${chunk.extension}\r\n${chunk.piece}\r\n`,
	);
	const trailers = framed.trailers.map(
		({ name, value }) => `${name}: ${value}\r\n`,
	);
	return {
		declared: { "transfer-encoding": "chunked" },
		coded: `${chunks.join("")}0\r\n${trailers.join("")}\r\n`,
		body: framed.chunks.map(({ piece }) => piece).join(""),
	};
}

test("Any requests, cut anywhere, are understood as they were meant", async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.array(sent, { minLength: 1, maxLength: 4 }),
			fc.array(fc.nat(), { maxLength: 12 }),
			async (requests, cuts) => {
				const text = requests.map((request) => request.text).join("");
				const places = cuts
					.map((cut) => cut % text.length)
					.sort((a, b) => a - b);
				const pieces = [0, ...places].map((from, index) =>
					bytes(text.slice(from, places[index])),
				);
				expect(await understand(pieces)).toEqual({
					requests: requests.map(({ seen }) => seen),
					refused: undefined,
				});
			},
		),
		{ numRuns: 300, seed: 42 },
	);
});

test("Any bytes at all are answered or refused, and nothing else happens", async () => {
	const fragment = fc.constantFrom(
		"GET / HTTP/1.1\r\n",
		"Host: x\r\n",
		"Content-Length: 3\r\n",
		"Transfer-Encoding: chunked\r\n",
		"\r\n",
		"\n",
		"\r",
		"abc",
		"3\r\nabc\r\n",
		"0\r\n\r\n",
		" ",
		"\0",
		":",
	);
	await fc.assert(
		fc.asyncProperty(fc.array(fragment, { maxLength: 14 }), async (parts) => {
			const whole = await understand([bytes(parts.join(""))]);
			const pieces = await understand(parts.map(bytes));
			expect(pieces).toEqual(whole);
			expect([undefined, 400]).toContain(whole.refused);
		}),
		{ numRuns: 400, seed: 42 },
	);
});
