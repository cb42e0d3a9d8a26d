/** Bodies in readable form: JSON where writing it again gives the same bytes, else text, else base64. */
import type { Json } from "../json.ts";
import { parseJson } from "../protocol/json.ts";

/** A body as a cassette holds it: exactly one member. */
export interface ReadableBody {
	body?: Json;
	text?: string;
	base64?: string;
}

/** @param bytes - as they travelled */
export function readableBody(bytes: Uint8Array): ReadableBody {
	const text = exactText(bytes);
	if (text === undefined) return { base64: toBase64(bytes) };
	const body = exactJson(text);
	return body === undefined ? { text } : { body };
}

/** The bytes that a readable body stands for. */
export function bytesOf({ body, text, base64 }: ReadableBody): Uint8Array {
	if (base64 !== undefined) return Buffer.from(base64, "base64");
	return Buffer.from(text ?? JSON.stringify(body));
}

/** The text of bytes; undefined when they are not UTF-8, or the text does not give them back. */
export function exactText(bytes: Uint8Array): string | undefined {
	const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const text = buffer.toString("utf8");
	return Buffer.from(text).equals(buffer) ? text : undefined;
}

/** Half of a surrogate pair, which JSON escapes and YAML cannot hold. */
const halfPair = /\\ud[89a-f]/iu;

/** The JSON object or list whose compact form is the text; undefined when it is something else. */
export function exactJson(text: string): Json | undefined {
	const first = text[0];
	if (first !== "{" && first !== "[") return undefined;
	try {
		const value = parseJson(text);
		const again = JSON.stringify(value);
		return again === text && !halfPair.test(text) ? value : undefined;
	} catch {
		return undefined;
	}
}

/** JSON of any spelling; undefined when it is none, or deeper than Outcrop reads. */
export function looseJson(text: string): Json | undefined {
	try {
		return parseJson(text);
	} catch {
		return undefined;
	}
}

function toBase64(bytes: Uint8Array): string {
	return Buffer.from(bytes).toString("base64");
}
