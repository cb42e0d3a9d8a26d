/** Reads members of a native body one by one, with Claude's own words for what is wrong (those of pydantic). */

import { invalid } from "../../errors.ts";
import { isObject, type Json, type JsonObject } from "../../json.ts";

/** A member that is not there is undefined; `null` counts as absent, as Claude's optional members allow it. */
export function optional(body: JsonObject, key: string): Json | undefined {
	return Object.hasOwn(body, key) ? (body[key] ?? undefined) : undefined;
}

/** @throws ServiceError `<path>: Field required` */
export function required(body: JsonObject, key: string, path: string): Json {
	const value = optional(body, key);
	if (value === undefined) throw invalid(`${path}: Field required`);
	return value;
}

/** @throws ServiceError when the value is no object */
export function asObject(value: Json, path: string): JsonObject {
	if (!isObject(value)) throw invalid(`${path}: Input should be an object`);
	return value;
}

/** @throws ServiceError when the value is no list */
export function asList(value: Json, path: string): Json[] {
	if (!Array.isArray(value))
		throw invalid(`${path}: Input should be a valid list`);
	return value;
}

/** @throws ServiceError when the value is no text */
export function asText(value: Json, path: string): string {
	if (typeof value !== "string")
		throw invalid(`${path}: Input should be a valid string`);
	return value;
}

/** @throws ServiceError when the value is no number */
export function asNumber(value: Json, path: string): number {
	if (typeof value !== "number")
		throw invalid(`${path}: Input should be a valid number`);
	return value;
}

/** @throws ServiceError when the value is no whole number, or less than `minimum` */
export function asInteger(value: Json, path: string, minimum: number): number {
	if (!Number.isInteger(value))
		throw invalid(`${path}: Input should be a valid integer`);
	if (asNumber(value, path) < minimum)
		throw invalid(
			`${path}: Input should be greater than or equal to ${minimum}`,
		);
	return value as number;
}

/** @throws ServiceError when the value is neither true nor false */
export function asBoolean(value: Json, path: string): boolean {
	if (typeof value !== "boolean")
		throw invalid(`${path}: Input should be a valid boolean`);
	return value;
}

/** The value of `type`, which tells the members of a union apart. */
export function readTag(
	value: JsonObject,
	path: string,
	tags: readonly string[],
): string {
	const tag = optional(value, "type");
	if (tag === undefined) throw invalid(`${path}.type: Field required`);
	if (!tags.includes(tag as string)) throw unknownTag(tag, path, tags);
	return tag as string;
}

/** The refusal of a `type` that is none of the known ones. */
export function unknownTag(
	tag: Json,
	path: string,
	tags: readonly string[],
): Error {
	const expected = tags.map((known) => `'${known}'`).join(", ");
	return invalid(
		`${path}: Input tag '${typeof tag === "string" ? tag : JSON.stringify(tag)}' found using 'type' does not match any of the expected tags: ${expected}`,
	);
}
