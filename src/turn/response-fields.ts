import type { StopReason } from "@aws-sdk/client-bedrock-runtime";
import { invalid } from "../errors.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";

/** What the native body of a reply would say of its end. */
export interface NativeEnd {
	stopReason: StopReason;
	/** The stop sequence that ended the text. */
	stopSequence: string | undefined;
}

/**
 * The `additionalModelResponseFields` that a request asks for by JSON Pointers, taken from what the model's native body
 * would hold; undefined when no path leads anywhere.
 *
 * Known are Claude's `stop_reason` and `stop_sequence`: at the root of the body, in streams under `/delta` (observed for
 * `stop_sequence`, value null when none matched). Other paths lead nowhere and are skipped (documented).
 *
 * @throws ServiceError `ValidationException` on a malformed pointer (documented; the wording is assumed)
 */
export function selectResponseFields(
	paths: readonly string[],
	end: NativeEnd,
	claude: boolean,
	streaming: boolean,
): JsonObject | undefined {
	const native: JsonObject = claude
		? { stop_reason: end.stopReason, stop_sequence: end.stopSequence ?? null }
		: {};
	const body: JsonObject = streaming ? { delta: native } : native;
	let selected: JsonObject | undefined;
	for (const path of paths) {
		const keys = readPointer(path);
		const value = valueAt(body, keys);
		if (value === undefined) continue;
		selected ??= {};
		place(selected, keys, value);
	}
	return selected;
}

function readPointer(path: string): string[] {
	if (!path.startsWith("/") || /~(?![01])/.test(path)) {
		throw invalid(
			`The value at additionalModelResponseFieldPaths is not a valid JSON Pointer: ${path}. ` +
				"Provide JSON Pointers that start with / and try again.",
		);
	}
	const keys = path.slice(1).split("/");
	return keys.map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function valueAt(body: JsonObject, keys: string[]): Json | undefined {
	let value: Json | undefined = body;
	for (const key of keys) {
		if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
		value = value[key];
	}
	return value;
}

/** Keys have led somewhere in `body`, so none of them is `__proto__`. */
function place(target: JsonObject, keys: string[], value: Json): void {
	let at = target;
	for (const key of keys.slice(0, -1)) {
		const next = at[key];
		if (isObject(next)) {
			at = next;
		} else {
			const made: JsonObject = {};
			at[key] = made;
			at = made;
		}
	}
	// A whole that is placed twice must not be the body itself: paths below it would write into it.
	at[keys.at(-1) ?? ""] = isObject(value) ? { ...value } : value;
}
