import { Tokenizer } from "ai-tokenizer";
import * as cl100k from "ai-tokenizer/encoding/cl100k_base";
import * as claude from "ai-tokenizer/encoding/claude";
import * as o200k from "ai-tokenizer/encoding/o200k_base";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadEncoding, longestPieceBytes } from "../../src/turn/bpe.ts";

const corpus = [
	"Hello, world!",
	"The quick brown fox jumps over the lazy dog; it's said they'll do so again, and WE'VE SEEN IT'S TRUE.",
	"吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。カタカナとＡＢＣ１２３も混ぜる。",
	"export const sum = (a: number, b: number) => {\n\treturn a + b; // HTTPServer, camelCase, snake_case\r\n};\n\n\n",
	"👍🏽 👨‍👩‍👧‍👦 🇫🇷 e\u0301 nai\u0308ve 한국어 العربية हिन्दी ไทย Ελληνικά Ǆungla ʰ",
	"  leading,    inner     and trailing spaces   \t\t \n \n\n  x \u00a0\u2003\u3000 y",
	"0 12 345 6789 1234567890 3.14159 1e-10 ٣٤٥ ½ Ⅷ 2024-05-06T07:08:09Z",
	'{"tool":"get_weather","input":{"city":"Zürich","days":[1,2,3],"unit":null}}',
	"https://example.com/a/b/c?d=e&f=g#h // ...!!! ===== ---- $$$ <div class='x'/>",
	"constructor toString hasOwnProperty valueOf",
	"half a pair \ud83d and the other \ude00 half",
	"\n//",
	"",
];

/** Pieces of text that meet the patterns' corners when put together. */
const fragments = fc.constantFrom(
	..."aBéÉ日本ーǅʰ٣129½ \t\n\r\u00a0\u2028\u3000'/.!_{}=ßİαΩहि한ا",
	"\u0301",
	"'s",
	"'LL",
	"'rE",
	"\r\n",
	"  ",
	"//",
	"😀",
	"𝒳",
	" the",
	"Hello",
	"XMLHttp",
);
const mixed = fc
	.array(fragments, { maxLength: 30 })
	.map((parts) => parts.join(""));
/** Any UTF-16 units, lone surrogates too; hardly a pair, since a newer Node knows more letters beyond than our table. */
const anyUnits = fc
	.array(fc.integer({ min: 0, max: 0xffff }))
	.map((units) => String.fromCharCode(...units));
const anyText = fc
	.oneof(mixed, anyUnits, fc.string({ unit: "grapheme" }), fc.lorem())
	.filter(
		// ai-tokenizer loses byte order marks, and takes the methods of every object for tokens.
		(text) =>
			!text.includes("\ufeff") &&
			!/__|to[LS]|prop|valueOf|constructor|isProto/i.test(text),
	);

describe.each([
	["claude", claude],
	["o200k_base", o200k],
	["cl100k_base", cl100k],
] as const)("%s", (name, data) => {
	const encoding = loadEncoding(name);
	const oracle = new Tokenizer(data);
	// Not `encode(text, "all")`: it takes a text that is a token as a whole for that token, whatever the pattern says.
	const expected = (text: string) => oracle.encode(text).length;

	test("counts a varied corpus as ai-tokenizer does", () => {
		const texts = corpus.filter((text) => !text.includes("constructor"));
		expect(texts.map((text) => encoding.count(text))).toEqual(
			texts.map(expected),
		);
	});

	test("counts any text as ai-tokenizer does", () => {
		fc.assert(
			fc.property(anyText, (text) => encoding.count(text) === expected(text)),
			{ numRuns: 1500, seed: 42 },
		);
	});

	test("cuts words where the vocabulary's pattern does", () => {
		const pattern = new RegExp(data.pat_str, "gu");
		const cut = (text: string) => {
			const words: string[] = [];
			encoding.eachPiece(text, (bytes, start, end) =>
				words.push(Buffer.from(bytes.subarray(start, end)).toString()),
			);
			return words;
		};
		fc.assert(
			fc.property(mixed, (text) => {
				expect(cut(text)).toEqual(text.match(pattern) ?? []);
			}),
			{ numRuns: 1500, seed: 42 },
		);
	});

	test("counts text of many windows as in one go", () => {
		const text = corpus.slice(0, 9).join(" ").repeat(160);
		expect(text.length).toBeGreaterThan(100_000);
		expect(encoding.count(text)).toBe(expected(text));
	});

	test("splits a text into parts that give it back", () => {
		fc.assert(
			fc.property(
				fc.oneof(mixed, anyUnits),
				(text) => encoding.split(text).join("") === text,
			),
			{ numRuns: 1000, seed: 42 },
		);
	});

	test("splits never within a character", () => {
		const parts = corpus.slice(0, 10).flatMap((text) => encoding.split(text));
		expect(parts.filter((part) => part === "" || !part.isWellFormed())).toEqual(
			[],
		);
	});

	test("splits ASCII into as many parts as it counts tokens", () => {
		const text = corpus
			.filter((line) => Buffer.byteLength(line) === line.length)
			.join("\n");
		expect(encoding.split(text)).toHaveLength(encoding.count(text));
	});

	test.each([
		"a",
		"A",
		" ",
		"\n",
		"7",
		"=",
		"日",
		"日A",
		"😀",
		"\u0301",
		" \n",
	])("works on 600 KB of %j in short pieces", (unit) => {
		const text = unit.repeat(200_000);
		let longest = 0;
		let total = 0;
		encoding.eachPiece(text, (_bytes, start, end) => {
			longest = Math.max(longest, end - start);
			total += end - start;
		});
		expect(longest).toBeLessThanOrEqual(longestPieceBytes);
		expect(total).toBe(Buffer.byteLength(text));
	});

	test("counts one letter 20,000 times and goes on", () => {
		const tokens = encoding.count("a".repeat(20_000));
		expect(tokens).toBeGreaterThan(20_000 / 64);
		expect(tokens).toBeLessThan(20_000 / 4);
	});
});

test("a contraction stays whole", () => {
	expect(loadEncoding("claude").split("they'll go")).toEqual([
		"they",
		"'ll",
		" go",
	]);
});

test("what looks like a special token is ordinary text", () => {
	expect(
		loadEncoding("cl100k_base").split("<|endoftext|>").length,
	).toBeGreaterThan(1);
});

test("an empty text is no token and no part", () => {
	expect(loadEncoding("claude").count("")).toBe(0);
	expect(loadEncoding("claude").split("")).toEqual([]);
});
