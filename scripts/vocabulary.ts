/**
 * Packs what token counting needs into small checked-in files under `src/models/vocabulary/`:
 *
 *   <encoding>.bin     the byte strings of a vocabulary, in merge order
 *   characters.bin     which characters are letters, marks, digits and white space, as this Node's Unicode says
 *   calibration.json   what a family of models adds to the bare tokens, measured by ai-tokenizer's authors
 *
 *   node scripts/vocabulary.ts            writes the files
 *   node scripts/vocabulary.ts --check    only tells whether they are up to date (exit 1 when stale)
 *
 * The packages cost 250 to 900 ms and 43 to 129 MB to load, so they serve this script and the tests only.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { models } from "ai-tokenizer";
import * as cl100k from "ai-tokenizer/encoding/cl100k_base";
import * as claude from "ai-tokenizer/encoding/claude";
import * as o200k from "ai-tokenizer/encoding/o200k_base";
import { longestPieceBytes } from "../src/turn/bpe.ts";
import { characterClasses } from "../src/turn/words.ts";
import { calibrated } from "./calibrated.ts";

const gpt2 =
	"'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
const contraction = "(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])";
const space = "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

/** The pattern that each scanner of `src/turn/words.ts` was written from; packing stops when a package changes one. */
const patterns: Record<string, string> = {
	claude: gpt2,
	cl100k_base: `${contraction}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|${space}`,
	o200k_base:
		`[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+${contraction}?|` +
		`[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*${contraction}?|` +
		`\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|${space}`,
};

interface Vocabulary {
	name: string;
	pat_str: string;
	stringEncoder: Record<string, number>;
	binaryEncoder: [ArrayLike<number>, number][];
}

/**
 * The file of a vocabulary before compression: number of tokens (32-bit little-endian), the length of each (a byte),
 * their bytes. The position of a token is its merge priority; tokens longer than a piece can be are left out.
 */
export function packVocabulary(vocabulary: Vocabulary): Buffer {
	const expected = patterns[vocabulary.name];
	if (vocabulary.pat_str !== expected) {
		throw new Error(
			`The pattern of ${vocabulary.name} is now ${vocabulary.pat_str}, and src/turn/words.ts was written for ` +
				`${expected}. Change the scanner, then the pattern here.`,
		);
	}
	const ranked = [
		...Object.entries(vocabulary.stringEncoder).map(([text, rank]) => ({
			bytes: Buffer.from(text),
			rank,
		})),
		...vocabulary.binaryEncoder.map(([bytes, rank]) => ({
			bytes: Buffer.from(bytes),
			rank,
		})),
	];
	const tokens = ranked
		.sort((a, b) => a.rank - b.rank)
		.map(({ bytes }) => bytes)
		.filter((bytes) => bytes.length <= longestPieceBytes);
	const count = Buffer.alloc(4);
	count.writeUInt32LE(tokens.length);
	return Buffer.concat([
		count,
		Buffer.from(tokens.map((bytes) => bytes.length)),
		...tokens,
	]);
}

const classPatterns: [number, RegExp][] = [
	[characterClasses.newline, /[\r\n]/u],
	[characterClasses.space, /\s/u],
	[characterClasses.upper, /[\p{Lu}\p{Lt}]/u],
	[characterClasses.lower, /\p{Ll}/u],
	[characterClasses.letter, /[\p{Lm}\p{Lo}]/u],
	[characterClasses.mark, /\p{M}/u],
	[characterClasses.digit, /\p{N}/u],
];

/** Runs of characters of one class: first code point, end (exclusive), class; each a 32-bit little-endian number. */
export function packCharacters(): Buffer {
	const runs: number[] = [];
	let first = 0;
	let current = 0;
	for (let point = 0; point <= 0x110000; point++) {
		const character = point < 0x110000 ? String.fromCodePoint(point) : "";
		const found =
			classPatterns.find(([, pattern]) => pattern.test(character))?.[0] ?? 0;
		if (found === current && point < 0x110000) continue;
		if (current !== 0) runs.push(first, point, current);
		first = point;
		current = found;
	}
	return Buffer.from(Uint32Array.from(runs).buffer);
}

/** `calibration.json`: rows in the order they are tried, the measured figures joined with what is known better. */
export function calibration(): Record<string, unknown> {
	const families = calibrated.map(({ id, from, why, images, ...known }) => {
		const { encoding, tokens } = models[from];
		return [
			id,
			{ from, ...(why && { why }), images, encoding, ...tokens, ...known },
		];
	});
	return Object.fromEntries(families);
}

if (import.meta.main) {
	const check = process.argv.includes("--check");
	const fileOf = (name: string) =>
		new URL(`../src/models/vocabulary/${name}`, import.meta.url);
	let stale = 0;
	const put = (
		name: string,
		fresh: boolean,
		content: () => string | Buffer,
	) => {
		if (fresh) return;
		stale++;
		if (check)
			return console.error(`${name} is stale: run node scripts/vocabulary.ts`);
		writeFileSync(fileOf(name), content());
		console.log(`${name} written`);
	};

	const packed = [claude, o200k, cl100k].map((vocabulary): [string, Buffer] => [
		`${vocabulary.name}.bin`,
		packVocabulary(vocabulary),
	]);
	for (const [name, bytes] of [
		...packed,
		["characters.bin", packCharacters()] as const,
	]) {
		// Compared unpacked, since another zstd may compress to other bytes. A Node with a newer Unicode finds
		// characters.bin stale and is right: run this with the pinned one.
		const fresh =
			existsSync(fileOf(name)) &&
			zstdDecompressSync(readFileSync(fileOf(name))).equals(bytes);
		put(name, fresh, () =>
			zstdCompressSync(bytes, {
				params: { [constants.ZSTD_c_compressionLevel]: 22 },
			}),
		);
	}

	const families = calibration();
	const file = fileOf("calibration.json");
	const old = existsSync(file)
		? JSON.parse(readFileSync(file, "utf8"))
		: undefined;
	const same =
		isDeepStrictEqual(old, families) &&
		isDeepStrictEqual(Object.keys(old), Object.keys(families));
	put("calibration.json", same, () => `${JSON.stringify(families, null, 2)}\n`);
	if (check && stale > 0) process.exit(1);
}
