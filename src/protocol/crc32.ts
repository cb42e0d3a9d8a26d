/** The CRC-32 of IEEE (polynomial 0xEDB88320), eight bytes a step. */

/** Of every byte, followed by 0 to 7 bytes of zeros: table `n` begins at `256 * n`. */
const tables = makeTables();

function makeTables(): Uint32Array {
	const made = new Uint32Array(8 * 256);
	for (let byte = 0; byte < 256; byte++) {
		let crc = byte;
		for (let bit = 0; bit < 8; bit++)
			crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
		made[byte] = crc;
	}
	for (let index = 256; index < made.length; index++) {
		const before = made[index - 256] as number;
		made[index] = (before >>> 8) ^ (made[before & 0xff] as number);
	}
	return made;
}

/**
 * The CRC-32 of the bytes from `from` up to `to`. Frames of events are short: a call into zlib, with the view that it wants,
 * costs more than this does.
 *
 * @param before - the CRC of what stands before them, to go on from
 */
export function crc32(
	bytes: Uint8Array,
	from: number,
	to: number,
	before = 0,
): number {
	const byte = (at: number) => bytes[at] as number;
	const table = (number: number, index: number) =>
		tables[256 * number + (index & 0xff)] as number;
	let state = ~before;
	let at = from;
	for (; at + 8 <= to; at += 8) {
		state =
			table(7, state ^ byte(at)) ^
			table(6, (state >>> 8) ^ byte(at + 1)) ^
			table(5, (state >>> 16) ^ byte(at + 2)) ^
			table(4, (state >>> 24) ^ byte(at + 3)) ^
			table(3, byte(at + 4)) ^
			table(2, byte(at + 5)) ^
			table(1, byte(at + 6)) ^
			table(0, byte(at + 7));
	}
	for (; at < to; at++) state = (state >>> 8) ^ table(0, state ^ byte(at));
	return ~state >>> 0;
}
