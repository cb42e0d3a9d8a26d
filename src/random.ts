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

/** Where ids are written before they are texts. */
const draft = Buffer.allocUnsafe(36);
const digits = Buffer.from("0123456789abcdef");
const hyphen = 0x2d;

/** Writes the lower 16 bits as four hexadecimal digits: bytes, since a text of a dozen parts is a dozen texts to V8. */
function writeHex(bytes: Buffer, at: number, bits: number): void {
	bytes[at] = digits[(bits >>> 12) & 0xf] as number;
	bytes[at + 1] = digits[(bits >>> 8) & 0xf] as number;
	bytes[at + 2] = digits[(bits >>> 4) & 0xf] as number;
	bytes[at + 3] = digits[bits & 0xf] as number;
}

/** A version 4 UUID from the given chance. */
export function uuid(random: Random): string {
	const a = (random.next() * 0x100000000) >>> 0;
	const b = (random.next() * 0x100000000) >>> 0;
	const c = (random.next() * 0x100000000) >>> 0;
	const d = (random.next() * 0x100000000) >>> 0;
	const bytes = draft;
	writeHex(bytes, 0, a >>> 16);
	writeHex(bytes, 4, a);
	bytes[8] = hyphen;
	writeHex(bytes, 9, b >>> 16);
	bytes[13] = hyphen;
	writeHex(bytes, 14, 0x4000 | (b & 0x0fff));
	bytes[18] = hyphen;
	writeHex(bytes, 19, 0x8000 | ((c >>> 16) & 0x3fff));
	bytes[23] = hyphen;
	writeHex(bytes, 24, c);
	writeHex(bytes, 28, d >>> 16);
	writeHex(bytes, 32, d);
	return bytes.toString("latin1");
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
