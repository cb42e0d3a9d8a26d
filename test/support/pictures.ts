import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { crc32, inflateSync } from "node:zlib";

/** A decoded picture: 3 bytes a pixel from PNG, 4 from the others. */
export interface Decoded {
	width: number;
	height: number;
	data: Uint8Array;
}

/** Reads a PNG as Outcrop writes it (8-bit RGB, filters None and Up), with every check sum; throws on anything else. */
export function decodePng(file: Uint8Array): Decoded {
	const bytes = Buffer.from(file);
	if (bytes.subarray(0, 8).toString("latin1") !== "\x89PNG\r\n\x1a\n")
		throw new Error("no PNG");
	const parts: Record<string, Buffer> = {};
	for (let at = 8; at < bytes.length; ) {
		const end = at + 8 + bytes.readUInt32BE(at);
		if (crc32(bytes.subarray(at + 4, end)) !== bytes.readUInt32BE(end))
			throw new Error("wrong check sum");
		parts[bytes.toString("latin1", at + 4, at + 8)] = bytes.subarray(
			at + 8,
			end,
		);
		at = end + 4;
	}
	const header = parts.IHDR ?? Buffer.alloc(13);
	const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
	return {
		width,
		height,
		data: unfilter(
			inflateSync(parts.IDAT ?? Buffer.alloc(0)),
			width * 3,
			height,
		),
	};
}

function unfilter(rows: Buffer, stride: number, height: number): Uint8Array {
	if (rows.length !== (stride + 1) * height)
		throw new Error("wrong number of pixels");
	const data = new Uint8Array(stride * height);
	for (let row = 0; row < height; row++) {
		const filter = rows[row * (stride + 1)];
		if (filter !== 0 && filter !== 2) throw new Error(`filter ${filter}`);
		for (let at = 0; at < stride; at++) {
			const above = filter === 2 ? (data[(row - 1) * stride + at] ?? 0) : 0;
			data[row * stride + at] =
				(rows[row * (stride + 1) + 1 + at] ?? 0) + above;
		}
	}
	return data;
}

/** Reads a JPEG or WebP file with the codecs of browsers. */
export async function decodeLossy(
	file: Uint8Array,
	format: "jpeg" | "webp",
): Promise<Decoded> {
	// The decoders make one of these, which browsers have.
	(globalThis as Record<string, unknown>).ImageData ??= function (
		this: Record<string, unknown>,
		data: Uint8Array,
		width: number,
		height: number,
	) {
		Object.assign(this, { data, width, height });
	};
	const wasm = format === "jpeg" ? "mozjpeg_dec" : "webp_dec";
	const path = createRequire(import.meta.url).resolve(
		`@jsquash/${format}/codec/dec/${wasm}.wasm`,
	);
	const wasmBinary = new Uint8Array(await readFile(path)).buffer;
	const decoder =
		format === "jpeg"
			? await import("@jsquash/jpeg/decode.js")
			: await import("@jsquash/webp/decode.js");
	await decoder.init({ wasmBinary });
	return (await decoder.default(
		new Uint8Array(file).buffer,
	)) as unknown as Decoded;
}
