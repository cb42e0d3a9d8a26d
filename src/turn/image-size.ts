/** Width and height in pixels. */
export interface ImageSize {
	width: number;
	height: number;
}

/**
 * Reads an image's size from the header of a PNG, JPEG, GIF or WebP file, whatever format its sender names.
 *
 * @returns undefined when the bytes are none of these, are cut off before the size, or name a size of zero
 *
 * Source: the formats' specifications (documented): PNG IHDR, GIF89a logical screen, JPEG SOFn, WebP VP8, VP8L, VP8X.
 */
export function imageSize(bytes: Uint8Array): ImageSize | undefined {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const size = readers.find(([magic]) => startsWith(bytes, magic))?.[1](view);
	return size && size.width > 0 && size.height > 0 ? size : undefined;
}

const readers: [number[], (view: DataView) => ImageSize | undefined][] = [
	[[0x89, 0x50, 0x4e, 0x47], pngSize],
	[[0xff, 0xd8], jpegSize],
	[[0x47, 0x49, 0x46, 0x38], gifSize],
	[[0x52, 0x49, 0x46, 0x46], webpSize],
];

function startsWith(bytes: Uint8Array, magic: number[]): boolean {
	return magic.every((byte, index) => bytes[index] === byte);
}

function pngSize(view: DataView): ImageSize | undefined {
	if (view.byteLength < 24) return undefined;
	return { width: view.getUint32(16), height: view.getUint32(20) };
}

function gifSize(view: DataView): ImageSize | undefined {
	if (view.byteLength < 10) return undefined;
	return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
}

/** Goes from segment to segment to the frame header. */
function jpegSize(view: DataView): ImageSize | undefined {
	let at = 2;
	while (at + 9 <= view.byteLength) {
		if (view.getUint8(at) !== 0xff) return undefined;
		const marker = view.getUint8(at + 1);
		const isFrame =
			marker >= 0xc0 &&
			marker <= 0xcf &&
			marker !== 0xc4 &&
			marker !== 0xc8 &&
			marker !== 0xcc;
		if (isFrame)
			return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
		// 0xff may be repeated before a marker.
		at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
	}
	return undefined;
}

function webpSize(view: DataView): ImageSize | undefined {
	if (view.byteLength < 30 || view.getUint32(8) !== 0x57454250)
		return undefined;
	const chunk = view.getUint32(12);
	if (chunk === 0x56503820) {
		return {
			width: view.getUint16(26, true) & 0x3fff,
			height: view.getUint16(28, true) & 0x3fff,
		};
	}
	if (chunk === 0x5650384c) {
		const bits = view.getUint32(21, true);
		return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
	}
	if (chunk !== 0x56503858) return undefined;
	const uint24 = (at: number) =>
		view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
	return { width: uint24(24) + 1, height: uint24(27) + 1 };
}
