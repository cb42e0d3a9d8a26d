import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The vocabularies that are packed; see `scripts/vocabulary.ts`. */
export type EncodingName = "claude" | "o200k_base" | "cl100k_base";

/** A vocabulary in memory: the tokens' bytes one after another in order of rank, found by an open-addressing hash table. */
export interface Vocabulary {
	bytes: Uint8Array;
	/** Where each token starts in `bytes`, and the end of the last. */
	offsets: Uint32Array;
	/** Rank + 1 of the token that hashes there, or 0. */
	slots: Int32Array;
}

/**
 * Where a file of `models/vocabulary/` lies: beside the bundle, or in the sources.
 *
 * @throws Error when it is in none of these places
 */
export function vocabularyPath(file: string): string {
	const found = findFile(file);
	if (found === undefined) {
		throw new Error(
			`${file} is missing from ${join(import.meta.dirname, "vocabulary")}: build or install anew`,
		);
	}
	return found;
}

function findFile(file: string): string | undefined {
	const places = ["vocabulary", "../vocabulary", "../models/vocabulary"];
	return places
		.map((place) => join(import.meta.dirname, place, file))
		.find((path) => existsSync(path));
}

/** Reads a vocabulary: as the table that `scripts/build.ts` wrote, or else packed, which takes ten times as long. */
export function readVocabulary(name: EncodingName): Vocabulary {
	const table = findFile(`${name}.table`);
	return table === undefined
		? hashVocabulary(unpack(`${name}.bin`))
		: readTable(readFileSync(table));
}

/** Makes the hash table of an unpacked vocabulary, as `packVocabulary` of `scripts/vocabulary.ts` writes it. */
export function hashVocabulary(file: Buffer): Vocabulary {
	const count = file.readUInt32LE(0);
	const lengths = file.subarray(4, 4 + count);
	const bytes = file.subarray(4 + count);
	const offsets = new Uint32Array(count + 1);
	// At most half full, so that a look-up in vain ends soon.
	const slots = new Int32Array(2 ** Math.ceil(Math.log2(count * 2)));
	const mask = slots.length - 1;
	let at = 0;
	for (let rank = 0; rank < count; rank++) {
		const end = at + (lengths[rank] as number);
		let slot = hashBytes(bytes, at, end) & mask;
		while (slots[slot] !== 0) slot = (slot + 1) & mask;
		slots[slot] = rank + 1;
		at = end;
		offsets[rank + 1] = at;
	}
	return { bytes, offsets, slots };
}

/**
 * A vocabulary as it lies in memory: how many `offsets` and `slots` there are, these themselves, then `bytes`. Numbers are
 * 32-bit little-endian.
 */
export function writeTable({ offsets, slots, bytes }: Vocabulary): Buffer {
	const counts = Uint32Array.of(offsets.length, slots.length);
	const numbers = [counts, offsets, slots].map((array) =>
		Buffer.from(array.buffer, array.byteOffset, array.byteLength),
	);
	return Buffer.concat([...numbers, bytes]);
}

/** A table in the file's own memory: nothing is copied. The file lies at a multiple of 4 bytes. */
export function readTable(file: Buffer): Vocabulary {
	const { buffer, byteOffset } = file;
	const offsetCount = file.readUInt32LE(0);
	const slotCount = file.readUInt32LE(4);
	const slotsAt = 8 + offsetCount * 4;
	return {
		offsets: new Uint32Array(buffer, byteOffset + 8, offsetCount),
		slots: new Int32Array(buffer, byteOffset + slotsAt, slotCount),
		bytes: file.subarray(slotsAt + slotCount * 4),
	};
}

let classes: Uint8Array | undefined;

/** The class of every code point, see `characterClasses`; untouched pages of it take no memory. */
export function readClasses(): Uint8Array {
	if (classes) return classes;
	classes = new Uint8Array(0x110000);
	const table = findFile("characters.table");
	const file =
		table === undefined ? unpack("characters.bin") : readFileSync(table);
	const runs = new Uint32Array(file.buffer, file.byteOffset, file.length / 4);
	for (let run = 0; run < runs.length; run += 3) {
		classes.fill(runs[run + 2] as number, runs[run], runs[run + 1]);
	}
	return classes;
}

/** The content of a packed file of `models/vocabulary/`. */
export function unpack(file: string): Buffer {
	const { zstdDecompressSync } = process.getBuiltinModule("node:zlib");
	return zstdDecompressSync(readFileSync(vocabularyPath(file)));
}

/** The rank of the token of these bytes, or -1. */
export function rankOf(
	vocabulary: Vocabulary,
	bytes: Uint8Array,
	start: number,
	end: number,
): number {
	const { slots, offsets, bytes: pool } = vocabulary;
	const length = end - start;
	const mask = slots.length - 1;
	for (
		let slot = hashBytes(bytes, start, end) & mask;
		;
		slot = (slot + 1) & mask
	) {
		const rank = (slots[slot] as number) - 1;
		if (rank < 0) return -1;
		const from = offsets[rank] as number;
		if ((offsets[rank + 1] as number) - from !== length) continue;
		let same = 0;
		while (same < length && pool[from + same] === bytes[start + same]) same++;
		if (same === length) return rank;
	}
}

function hashBytes(bytes: Uint8Array, start: number, end: number): number {
	let hash = end - start;
	for (let at = start; at < end; at++)
		hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
	return hash ^ (hash >>> 15);
}
