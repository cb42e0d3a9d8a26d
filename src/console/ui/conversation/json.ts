import type { Json } from "../api/types.ts";

/** A JSON object, or an empty one. */
export function membersOf(value: Json | undefined): Record<string, Json> {
	return typeof value === "object" && value !== null && !Array.isArray(value)
		? value
		: {};
}

/** The items of a JSON list, or none. */
export function itemsOf(value: Json | undefined): Json[] {
	return Array.isArray(value) ? value : [];
}

/** A JSON text, or an empty one. */
export function textOf(value: Json | undefined): string {
	return typeof value === "string" ? value : "";
}

/** A stream that was cut leaves half of its JSON. */
export function parseInput(text: string): Json {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}
