/** Reads members of a body one by one, with the words of the server's own reader (serde's). */
import { isObject, type Json, type JsonObject } from "../../json.ts";
import { ChatBodyError } from "./refusal.ts";

/** A member that is not there is undefined; `null` counts as absent. */
export function optional(body: JsonObject, key: string): Json | undefined {
	return Object.hasOwn(body, key) ? (body[key] ?? undefined) : undefined;
}

/** @throws ChatBodyError ``missing field `key` `` at `path`, which is that of `body` */
export function required(body: JsonObject, key: string, path: string): Json {
	const value = optional(body, key);
	if (value === undefined)
		throw new ChatBodyError(path, `missing field \`${key}\``);
	return value;
}

/** The refusal of a value of the wrong type; `expected` such as `a string`. */
export function wrongType(
	value: Json,
	path: string,
	expected: string,
): ChatBodyError {
	return new ChatBodyError(
		path,
		`invalid type: ${typeOf(value)}, expected ${expected}`,
	);
}

/** @throws ChatBodyError when the value is no object; `expected` is the server's name of it */
export function asObject(
	value: Json,
	path: string,
	expected: string,
): JsonObject {
	if (!isObject(value)) throw wrongType(value, path, expected);
	return value;
}

/** @throws ChatBodyError when the value is no list */
export function asList(value: Json, path: string): Json[] {
	if (!Array.isArray(value)) throw wrongType(value, path, "a sequence");
	return value;
}

/** @throws ChatBodyError when the value is no text */
export function asText(value: Json, path: string): string {
	if (typeof value !== "string") throw wrongType(value, path, "a string");
	return value;
}

/** @throws ChatBodyError when the value is no number */
export function asNumber(value: Json, path: string): number {
	if (typeof value !== "number") throw wrongType(value, path, "f32");
	return value;
}

/** @throws ChatBodyError when the value is no whole number */
export function asInteger(value: Json, path: string): number {
	if (typeof value !== "number" || !Number.isInteger(value))
		throw wrongType(value, path, "u32");
	return value;
}

/** @throws ChatBodyError when the value is neither true nor false */
export function asBoolean(value: Json, path: string): boolean {
	if (typeof value !== "boolean") throw wrongType(value, path, "a boolean");
	return value;
}

/** @throws ChatBodyError when the value is none of the words */
export function asWord<Word extends string>(
	value: Json,
	path: string,
	words: readonly Word[],
): Word {
	const text = asText(value, path);
	const word = words.find((known) => known === text);
	if (word === undefined) {
		const expected = words.map((known) => `\`${known}\``).join(", ");
		throw new ChatBodyError(
			path,
			`unknown variant \`${text}\`, expected one of ${expected}`,
		);
	}
	return word;
}

/** Source: `map` and `a string` observed in a refusal of gpt-oss, 2025; the other names are serde's (documented by its source). */
function typeOf(value: Json): string {
	if (value === null) return "null";
	if (Array.isArray(value)) return "sequence";
	if (typeof value === "object") return "map";
	if (typeof value === "boolean") return `boolean \`${value}\``;
	if (typeof value === "string")
		return `string ${JSON.stringify(value.slice(0, 100))}`;
	return Number.isInteger(value)
		? `integer \`${value}\``
		: `floating point \`${value}\``;
}
