/** Pixels as files. PNG by Node's own zlib, JPEG and WebP by the codecs of browsers, compiled to WebAssembly. */
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { crc32, deflate } from "node:zlib";
import type { ImageFormat } from "../../turn/image.ts";

/** Pixels row by row, 4 bytes each: red, green, blue, alpha. */
export interface Pixels {
	width: number;
	height: number;
	data: Uint8ClampedArray<ArrayBuffer>;
}

/**
 * A whole image file.
 *
 * @param description - stands in the file as text where the format is PNG
 */
export function encodeImage(
	pixels: Pixels,
	format: ImageFormat,
	description: string,
): Promise<Uint8Array> {
	if (format === "png") return encodePng(pixels, description);
	return format === "jpeg" ? encodeJpeg(pixels) : encodeWebp(pixels);
}

const deflateAsync = promisify(deflate);
const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);

/** Source: PNG specification (documented): 8-bit RGB, each row with the filter `Up`, which suits smooth pictures. */
async function encodePng(
	{ width, height, data }: Pixels,
	description: string,
): Promise<Uint8Array> {
	const stride = width * 3 + 1;
	const rows = Buffer.alloc(stride * height);
	for (let row = 0; row < height; row++) {
		let to = row * stride;
		rows[to++] = row === 0 ? 0 : 2;
		for (let at = row * width * 4; at < (row + 1) * width * 4; at += 4) {
			for (let channel = at; channel < at + 3; channel++) {
				const above = row === 0 ? 0 : (data[channel - width * 4] ?? 0);
				rows[to++] = (data[channel] ?? 0) - above;
			}
		}
	}
	const header = Buffer.alloc(13);
	header.writeUInt32BE(width, 0);
	header.writeUInt32BE(height, 4);
	header.set([8, 2, 0, 0, 0], 8);
	// iTXt: keyword, not compressed, no language, no translated keyword.
	const text = Buffer.from(`Description\0\0\0\0\0${description}`);
	return Buffer.concat([
		signature,
		chunk("IHDR", header),
		chunk("iTXt", text),
		chunk("IDAT", await deflateAsync(rows, { level: 6 })),
		chunk("IEND", Buffer.alloc(0)),
	]);
}

function chunk(type: string, content: Buffer): Buffer {
	const bytes = Buffer.alloc(content.length + 12);
	bytes.writeUInt32BE(content.length, 0);
	bytes.write(type, 4, "latin1");
	content.copy(bytes, 8);
	bytes.writeUInt32BE(
		crc32(bytes.subarray(4, content.length + 8)),
		content.length + 8,
	);
	return bytes;
}

/** Baseline JPEG: the slower searches of mozjpeg gain nothing on these pictures. */
async function encodeJpeg(pixels: Pixels): Promise<Uint8Array> {
	jpegEncoder ??= loadJpeg();
	const options = {
		quality: 88,
		progressive: false,
		optimize_coding: true,
		trellis_multipass: false,
	};
	const encode = await jpegEncoder;
	return new Uint8Array(await encode(withColorSpace(pixels), options));
}

async function encodeWebp(pixels: Pixels): Promise<Uint8Array> {
	webpEncoder ??= loadWebp();
	const encode = await webpEncoder;
	const options = { quality: 88, method: 2 };
	return new Uint8Array(await encode(withColorSpace(pixels), options));
}

/** Loaded once, 10 to 20 ms each. An encoder keeps nothing of the pictures that it has made. */
let jpegEncoder: ReturnType<typeof loadJpeg> | undefined;
let webpEncoder: ReturnType<typeof loadWebp> | undefined;

async function loadJpeg() {
	const { default: encode, init } = await import("@jsquash/jpeg/encode.js");
	await init(await loadCodec("@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm"));
	return encode;
}

/** WebAssembly's SIMD is in every Node that runs this. */
async function loadWebp() {
	const { default: encode, init } = await import("@jsquash/webp/encode.js");
	await init(await loadCodec("@jsquash/webp/codec/enc/webp_enc_simd.wasm"));
	return encode;
}

function withColorSpace(pixels: Pixels) {
	return { ...pixels, colorSpace: "srgb" as const };
}

/** The packages would fetch it, which Node cannot do with files. */
async function loadCodec(path: string): Promise<{ wasmBinary: ArrayBuffer }> {
	// An import would be hoisted to the start of the bundle.
	const { createRequire } = process.getBuiltinModule("node:module");
	const { resolve } = createRequire(import.meta.url);
	const bytes = new Uint8Array(await readFile(resolve(path)));
	return { wasmBinary: bytes.buffer };
}
