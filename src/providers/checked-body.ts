/** Reading of native bodies that a schema has checked. */

import type { InferenceConfiguration } from "@aws-sdk/client-bedrock-runtime";
import { isObject, type Json, type JsonObject } from "../json.ts";
import { malformed } from "./native.ts";
import { type BodySchema, findViolations } from "./schema.ts";

/**
 * Checks a whole body like `checkBody`, and names every violation instead of counting them.
 *
 * Source: `#: required key [message] not found#: extraneous key [stream] is not permitted…` observed on Command R, 2024; the
 * models of 2023 only told their number.
 *
 * @throws ServiceError `Malformed input request: …`
 */
export function checkBodyInDetail(
	body: Json,
	schema: BodySchema,
): asserts body is JsonObject {
	if (!isObject(body)) throw malformed();
	const violations = findViolations(body, schema);
	if (violations.length > 0) throw malformed(violations.join(""));
}

/** The family's own names of what Converse has a member for. */
export interface InferenceNames {
	maxTokens: string;
	temperature?: string;
	topP?: string;
	stopSequences?: string;
}

/** The inference members of a checked body; undefined when it has none. Values of other types are left out. */
export function readInference(
	body: JsonObject,
	names: InferenceNames,
): InferenceConfiguration | undefined {
	const {
		maxTokens,
		temperature = "temperature",
		topP = "top_p",
		stopSequences = "stop_sequences",
	} = names;
	const inference: InferenceConfiguration = {};
	const limit = body[maxTokens];
	if (typeof limit === "number" && limit >= 1) inference.maxTokens = limit;
	const heat = body[temperature];
	if (typeof heat === "number") inference.temperature = heat;
	const share = body[topP];
	if (typeof share === "number") inference.topP = share;
	const stop = readTexts(body[stopSequences]).filter(Boolean);
	if (stop.length > 0) inference.stopSequences = stop;
	return Object.keys(inference).length > 0 ? inference : undefined;
}

/** A text, or the texts of a list; what is no text is left out. */
function readTexts(value: Json | undefined): string[] {
	const list = Array.isArray(value) ? value : [value];
	return list.filter((item) => typeof item === "string");
}

/** The members of these names, as they are; undefined when there are none. For `additionalModelRequestFields`. */
export function pick(
	body: JsonObject,
	keys: readonly string[],
): JsonObject | undefined {
	const picked: JsonObject = {};
	for (const key of keys) {
		const value = Object.hasOwn(body, key) ? body[key] : undefined;
		if (value !== undefined && value !== null) picked[key] = value;
	}
	return Object.keys(picked).length > 0 ? picked : undefined;
}
