import type { Json, JsonObject } from "../turn/turn.ts";

/** JSON with each of its texts replaced; names of members stay. */
export function mapTexts(value: Json, each: (text: string) => string): Json {
	if (typeof value === "string") return each(value);
	if (Array.isArray(value)) return value.map((item) => mapTexts(item, each));
	if (!isObject(value)) return value;
	return Object.fromEntries(
		Object.entries(value).map(([name, item]) => [name, mapTexts(item, each)]),
	);
}

/** A JSON object: neither a list nor null. */
export function isObject(value: Json | undefined): value is JsonObject {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
