/**
 * Reads frames of `application/vnd.amazon.eventstream`: total length, headers' length, CRC of both, headers, payload, CRC of
 * all; 32-bit, big endian.
 */

/** A frame, decoded. */
export interface Frame {
	totalBytes: number;
	headersBytes: number;
	preludeCrc: Checksum;
	headers: { name: string; type: string; value: string }[];
	payload: string;
	messageCrc: Checksum;
}

/** A checksum as it stands in the frame, and whether the bytes have it. */
export interface Checksum {
	value: number;
	isRight: boolean;
}

const preludeBytes = 12;
const stringType = 7;
const typeNames = [
	"true",
	"false",
	"byte",
	"short",
	"integer",
	"long",
	"bytes",
	"string",
	"timestamp",
	"uuid",
];

/**
 * Decodes a frame.
 *
 * @throws RangeError when it is shorter than it says, or holds a header of a type that Bedrock never sends
 */
export function decodeFrame(bytes: Uint8Array): Frame {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const totalBytes = view.getUint32(0);
	const headersBytes = view.getUint32(4);
	if (
		totalBytes !== bytes.length ||
		preludeBytes + headersBytes + 4 > totalBytes
	)
		throw new RangeError(
			`The frame says that it has ${totalBytes} bytes, ${headersBytes} of them headers; it has ${bytes.length}.`,
		);
	const headersEnd = preludeBytes + headersBytes;
	const end = totalBytes - 4;
	return {
		totalBytes,
		headersBytes,
		preludeCrc: readPreludeCrc(bytes),
		headers: decodeHeaders(bytes.subarray(preludeBytes, headersEnd)),
		payload: new TextDecoder().decode(bytes.subarray(headersEnd, end)),
		messageCrc: checksum(view.getUint32(end), bytes.subarray(0, end)),
	};
}

/** The checksum of a frame's lengths: whether they can be believed. */
export function readPreludeCrc(bytes: Uint8Array): Checksum {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	return checksum(view.getUint32(8), bytes.subarray(0, 8));
}

function decodeHeaders(bytes: Uint8Array): Frame["headers"] {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const text = new TextDecoder();
	const headers: Frame["headers"] = [];
	let at = 0;
	while (at < bytes.length) {
		const nameEnd = at + 1 + view.getUint8(at);
		const name = text.decode(bytes.subarray(at + 1, nameEnd));
		const type = view.getUint8(nameEnd);
		if (type !== stringType)
			throw new RangeError(
				`The header ${name} is of type ${typeNames[type] ?? type}; Bedrock's are strings.`,
			);
		const start = nameEnd + 3;
		at = start + view.getUint16(nameEnd + 1);
		headers.push({
			name,
			type: "string",
			value: text.decode(bytes.subarray(start, at)),
		});
	}
	return headers;
}

function checksum(value: number, bytes: Uint8Array): Checksum {
	return { value, isRight: crc32(bytes) === value };
}

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
	let crc = byte;
	for (let bit = 0; bit < 8; bit++)
		crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
	return crc;
});

/** CRC-32 of IEEE. */
function crc32(bytes: Uint8Array): number {
	let crc = 0xffffffff;
	for (const byte of bytes)
		crc = (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] ?? 0);
	return ~crc >>> 0;
}

/** Bytes as `hexdump -C` shows them: offset, 16 bytes, and what of them is text. */
export function hexDump(bytes: Uint8Array): string {
	const lines: string[] = [];
	for (let at = 0; at < bytes.length; at += 16) {
		const row = [...bytes.subarray(at, at + 16)];
		const hex = row.map((byte) => byte.toString(16).padStart(2, "0"));
		const left = hex.slice(0, 8).join(" ").padEnd(23);
		const right = hex.slice(8).join(" ").padEnd(23);
		const text = row
			.map((byte) =>
				byte > 31 && byte < 127 ? String.fromCharCode(byte) : ".",
			)
			.join("");
		lines.push(
			`${at.toString(16).padStart(8, "0")}  ${left}  ${right}  ${text}`,
		);
	}
	return lines.join("\n");
}

/** Base64 to bytes. */
export function decodeBase64(base64: string): Uint8Array {
	return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
