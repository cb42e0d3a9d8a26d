import type { Json } from "../json.ts";
import { parseJson } from "../protocol/json.ts";

/** The input of a tool call from its joined deltas: none is an empty object, and so is what is no JSON, or too deep. */
export function readToolInput(joined: string): Json {
	if (joined === "") return {};
	try {
		return parseJson(joined);
	} catch {
		return {};
	}
}
