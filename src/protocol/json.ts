import { isUtf8 } from "node:buffer";
import type { Json } from "../json.ts";

/** How deep a JSON value may nest. Real requests stay far below; past it, recursion could exhaust the stack. */
const maxJsonDepth = 256;

/** JSON text that cannot be used: not JSON, or nested past `maxJsonDepth`. */
export class JsonError extends Error {
	override readonly name = "JsonError";
}

/**
 * Parses JSON of bounded depth.
 *
 * @throws JsonError
 */
export function parseJson(text: string): Json {
	let value: Json;
	try {
		value = JSON.parse(text) as Json;
	} catch {
		throw new JsonError("The text is not valid JSON.");
	}
	checkDepth(value, maxJsonDepth);
	return value;
}

/**
 * Parses the bytes of a body, JSON of bounded depth in UTF-8.
 *
 * @throws JsonError
 */
export function parseJsonBytes(body: Uint8Array): Json {
	const bytes = Buffer.isBuffer(body)
		? body
		: Buffer.from(body.buffer, body.byteOffset, body.byteLength);
	const text = bytes.toString("utf8");
	// The decoder has put U+FFFD in place of what is wrong (that it is refused is assumed: the framework's parser does).
	if (text.includes("\u{fffd}") && !isUtf8(bytes))
		throw new JsonError("The text is not valid UTF-8.");
	return parseJson(text);
}

function checkDepth(value: Json, levelsLeft: number): void {
	if (typeof value !== "object" || value === null) return;
	if (levelsLeft === 0)
		throw new JsonError(`The JSON nests deeper than ${maxJsonDepth} levels.`);
	if (Array.isArray(value)) {
		for (const item of value)
			if (typeof item === "object") checkDepth(item, levelsLeft - 1);
	} else {
		for (const key in value) {
			const item = value[key] as Json;
			if (typeof item === "object") checkDepth(item, levelsLeft - 1);
		}
	}
}
