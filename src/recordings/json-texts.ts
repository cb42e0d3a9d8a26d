import { isObject, type Json } from "../json.ts";

/** JSON with each of its texts replaced; names of members stay. */
export function mapTexts(value: Json, each: (text: string) => string): Json {
	if (typeof value === "string") return each(value);
	if (Array.isArray(value)) return value.map((item) => mapTexts(item, each));
	if (!isObject(value)) return value;
	return Object.fromEntries(
		Object.entries(value).map(([name, item]) => [name, mapTexts(item, each)]),
	);
}
