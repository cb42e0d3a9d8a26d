import { readFileSync } from "node:fs";
import { zstdDecompressSync } from "node:zlib";
import * as cl100k from "ai-tokenizer/encoding/cl100k_base";
import * as claude from "ai-tokenizer/encoding/claude";
import * as o200k from "ai-tokenizer/encoding/o200k_base";
import { expect, test } from "vitest";
import { calibration, packVocabulary } from "../../scripts/vocabulary.ts";
import {
	hashVocabulary,
	readTable,
	unpack,
	writeTable,
} from "../../src/turn/vocabulary.ts";

const stored = (file: string) =>
	readFileSync(new URL(`../../src/models/vocabulary/${file}`, import.meta.url));

test.each([
	["claude", claude],
	["o200k_base", o200k],
	["cl100k_base", cl100k],
])("%s is packed from the package that is installed", (name, data) => {
	const packed = zstdDecompressSync(stored(`${name}.bin`));
	expect(packed.equals(packVocabulary(data))).toBe(true);
});

test("o200k_base holds the same tokens in the same order as gpt-tokenizer's copy", () => {
	const file = new URL(
		"../../node_modules/gpt-tokenizer/data/o200k_base.tiktoken",
		import.meta.url,
	);
	const tokens = readFileSync(file, "utf8")
		.trim()
		.split("\n")
		.map((line) => Buffer.from(line.split(" ")[0] ?? "", "base64"));
	const packed = zstdDecompressSync(stored("o200k_base.bin"));
	expect(packed.subarray(4 + tokens.length).equals(Buffer.concat(tokens))).toBe(
		true,
	);
});

test("a vocabulary reads back from its table as it was", () => {
	const vocabulary = hashVocabulary(unpack("claude.bin"));
	const { offsets, slots, bytes } = readTable(writeTable(vocabulary));
	expect(offsets).toEqual(vocabulary.offsets);
	expect(slots).toEqual(vocabulary.slots);
	expect(Buffer.compare(bytes, vocabulary.bytes)).toBe(0);
});

test("the calibration is that of the package that is installed", () => {
	expect(JSON.parse(stored("calibration.json").toString())).toEqual(
		calibration(),
	);
});

test("a vocabulary whose pattern has changed is not packed", () => {
	expect(() => packVocabulary({ ...claude, pat_str: "\\w+" })).toThrow(
		"src/turn/words.ts was written for",
	);
});
