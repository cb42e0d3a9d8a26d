/** JSON values: what a script expects, and what it shows. */
import { isObject, type Json } from "../../json.ts";
import type { ToolResultSource } from "./source.ts";

/** Whether a value is the expected one; an object may hold more members than are expected of it. */
export function holds(
	value: Json | undefined,
	expected: Json | undefined,
): boolean {
	if (isObject(expected)) {
		return (
			isObject(value) &&
			Object.entries(expected).every(([name, member]) =>
				holds(Object.hasOwn(value, name) ? value[name] : undefined, member),
			)
		);
	}
	if (Array.isArray(expected)) {
		return (
			Array.isArray(value) &&
			value.length === expected.length &&
			expected.every((item, index) => holds(value[index], item))
		);
	}
	return value === expected;
}

/** A value as messages show it. */
export function showJson(value: Json | ToolResultSource): string {
	const shown = JSON.stringify(value) ?? "nothing";
	return shown.length > 80 ? `${shown.slice(0, 80)}…` : shown;
}
