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

/** Three and two hexadecimal digits at once: few texts to keep, few to put together. */
const hex12 = Array.from({ length: 0x1000 }, (_, bits) =>
	bits.toString(16).padStart(3, "0"),
);
const hex8 = Array.from({ length: 0x100 }, (_, bits) =>
	bits.toString(16).padStart(2, "0"),
);

/** A version 4 UUID from the given chance. */
export function uuid(random: Random): string {
	const a = (random.next() * 0x100000000) >>> 0;
	const b = (random.next() * 0x100000000) >>> 0;
	const c = (random.next() * 0x100000000) >>> 0;
	const d = (random.next() * 0x100000000) >>> 0;
	const word = (bits: number) =>
		`${hex12[bits >>> 20]}${hex12[(bits >>> 8) & 0xfff]}${hex8[bits & 0xff]}`;
	const variant = hex8[0x80 | ((c >>> 24) & 0x3f)];
	return (
		`${word(a)}-${hex8[b >>> 24]}${hex8[(b >>> 16) & 0xff]}-4${hex12[b & 0xfff]}-` +
		`${variant}${hex8[(c >>> 16) & 0xff]}-${hex8[(c >>> 8) & 0xff]}${hex8[c & 0xff]}${word(d)}`
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
