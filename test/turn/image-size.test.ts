import { expect, test } from "vitest";
import { imageSize } from "../../src/turn/image-size.ts";

const bytes = (hex: string) =>
	Uint8Array.from(Buffer.from(hex.replace(/\s/g, ""), "hex"));

test("a PNG says its size in its IHDR", () => {
	const png = bytes(
		"89504e470d0a1a0a 0000000d 49484452 00000280 000001e0 08060000 00",
	);
	expect(imageSize(png)).toEqual({ width: 640, height: 480 });
});

test("a GIF says its size in its screen descriptor", () => {
	expect(imageSize(bytes("474946383961 4001 c800 f70000"))).toEqual({
		width: 320,
		height: 200,
	});
});

test("a JPEG says its size in its frame header, after other segments", () => {
	const jpeg = bytes(
		"ffd8 ffe0 0010 4a46494600010100000100010000 ffff db0003 00 ffc2 0011 08 0258 0320 03 012200",
	);
	expect(imageSize(jpeg)).toEqual({ width: 800, height: 600 });
});

test("the Huffman tables of a JPEG are no frame header", () => {
	const jpeg = bytes(
		"ffd8 ffc4 0008 000000000000 ffc0 0011 08 0064 00c8 03 012200",
	);
	expect(imageSize(jpeg)).toEqual({ width: 200, height: 100 });
});

test("a lossy WebP says its size after its start code", () => {
	const webp = bytes(
		"52494646 24000000 57454250 56503820 18000000 300100 9d012a 8002 e081 0000",
	);
	expect(imageSize(webp)).toEqual({ width: 640, height: 480 });
});

test("a lossless WebP says its size in 14 bits each", () => {
	// 639 | 479 << 14, little-endian
	const webp = bytes(
		"52494646 24000000 57454250 5650384c 18000000 2f 7fc27700 0000000000",
	);
	expect(imageSize(webp)).toEqual({ width: 640, height: 480 });
});

test("an extended WebP says its size in 24 bits each", () => {
	const webp = bytes(
		"52494646 24000000 57454250 56503858 0a000000 00000000 7f0200 df0100",
	);
	expect(imageSize(webp)).toEqual({ width: 640, height: 480 });
});

test("a header at an offset of its buffer is read from there", () => {
	const whole = bytes("ffffff 474946383961 4001 c800 f70000");
	expect(imageSize(whole.subarray(3))).toEqual({ width: 320, height: 200 });
});

test.each([
	["no image", "68656c6c6f"],
	["nothing", ""],
	["a cut PNG", "89504e470d0a1a0a 0000000d 49484452 0000"],
	["a cut GIF", "474946383961 40"],
	["a JPEG without a frame", "ffd8 ffe0 0004 0000 ffd9"],
	["a JPEG of garbage", "ffd8 00112233445566778899"],
	["a cut WebP", "52494646 24000000 57454250 56503858"],
	["a size of zero", "474946383961 0000 c800 f70000"],
])("%s has no size", (_name, hex) => {
	expect(imageSize(bytes(hex))).toBeUndefined();
});
