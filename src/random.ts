import type { Random } from "./call.ts";

/** A small, fast, seeded generator (mulberry32). Not for secrets. */
export function seededRandom(seed: number): Random {
	let state = seed >>> 0;
	return {
		next() {
			state = (state + 0x6d2b79f5) >>> 0;
			let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
			mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
			return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000;
		},
	};
}

/** A 32-bit hash of a text (FNV-1a), to seed a generator by what was asked. */
export function hashText(text: string, seed = 0): number {
	let hash = (0x811c9dc5 ^ seed) >>> 0;
	for (let index = 0; index < text.length; index++) {
		hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
	}
	return hash;
}

const hexBytes = Array.from({ length: 256 }, (_, byte) =>
	byte.toString(16).padStart(2, "0"),
);

/** A version 4 UUID from the given chance. */
export function uuid(random: Random): string {
	const a = (random.next() * 0x100000000) >>> 0;
	const b = (random.next() * 0x100000000) >>> 0;
	const c = (random.next() * 0x100000000) >>> 0;
	const d = (random.next() * 0x100000000) >>> 0;
	const hex = (word: number, shift: number) =>
		hexBytes[(word >>> shift) & 0xff] as string;
	const version = hexBytes[0x40 | ((b >>> 12) & 0x0f)] as string;
	const variant = hexBytes[0x80 | ((c >>> 28) & 0x3f)] as string;
	return (
		`${hex(a, 24)}${hex(a, 16)}${hex(a, 8)}${hex(a, 0)}-${hex(b, 24)}${hex(b, 16)}-` +
		`${version}${hex(b, 0)}-${variant}${hex(c, 16)}-${hex(c, 8)}${hex(c, 0)}${hex(d, 24)}${hex(d, 16)}${hex(d, 8)}${hex(d, 0)}`
	);
}

const base62 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** `length` letters and digits from the given chance, for ids such as `tooluse_…`. */
export function randomText(
	random: Random,
	length: number,
	alphabet: string = base62,
): string {
	let text = "";
	for (let index = 0; index < length; index++)
		text += alphabet[Math.floor(random.next() * alphabet.length)];
	return text;
}
