import zlib from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { crc32 } from "../../src/protocol/crc32.ts";

test("The checksum of the usual test text is the usual one", () => {
	expect(crc32(Buffer.from("123456789"), 0, 9)).toBe(0xcbf43926);
});

test("Checksums of any bytes, whole or gone on with, are zlib's", () => {
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(), (bytes, cut) => {
			const middle = cut % (bytes.length + 1);
			const first = crc32(bytes, 0, middle);
			expect(first).toBe(zlib.crc32(bytes.subarray(0, middle)));
			expect(crc32(bytes, middle, bytes.length, first)).toBe(zlib.crc32(bytes));
		}),
		{ seed: 42 },
	);
});
