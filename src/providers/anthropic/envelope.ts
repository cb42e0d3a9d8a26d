/** The keys of an Anthropic Messages body on Bedrock: which it must have, and which it may. */

import { invalid } from "../../errors.ts";
import { isObject, type Json, type JsonObject } from "../../json.ts";
import { malformed } from "../native.ts";
import { type BodySchema, findViolations } from "../schema.ts";
import { type Claude, isSchemaChecked } from "./claude.ts";

/** What Bedrock checks before Claude 3 and 3.5 see the body. `model` and `stream` are not among the keys. */
const schema: BodySchema = {
	type: "object",
	closed: true,
	required: ["max_tokens", "anthropic_version"],
	properties: {
		anthropic_version: { type: "string" },
		anthropic_beta: { type: "array", items: { type: "string" } },
		max_tokens: { type: "integer", minimum: 1 },
		messages: { type: "array", minItems: 1 },
		system: {},
		temperature: { type: "number", minimum: 0, maximum: 1 },
		top_p: { type: "number", minimum: 0, maximum: 1 },
		top_k: { type: "integer", minimum: 0, maximum: 500 },
		stop_sequences: {
			type: "array",
			maxItems: 8191,
			items: { type: "string" },
		},
		tools: { type: "array" },
		tool_choice: { type: "object" },
		thinking: {},
		metadata: {},
		"amazon-bedrock-guardrailConfig": {},
	},
};

const keys = new Set([
	...Object.keys(schema.properties ?? {}),
	"context_management",
	"output_config",
	"output_format",
	"user_profile_id",
]);

/**
 * Checks the keys of a body, as Bedrock does before Claude 3 and 3.5 and as later models do themselves.
 *
 * Source: `subject must not be valid…` with the violations strung together, and the refusal of `prompt`, observed 2024 to 2025;
 * `Field required` and `Extra inputs are not permitted` observed 2025 to 2026; which key is named first is assumed.
 *
 * @throws ServiceError `ValidationException`
 */
export function checkEnvelope(
	body: Json,
	claude: Claude,
): asserts body is JsonObject {
	if (!isObject(body)) throw malformed();
	if (!Object.hasOwn(body, "messages") && Object.hasOwn(body, "prompt")) {
		throw invalid(
			`"${claude.name}" is not supported on this API. Please use the Messages API instead.`,
		);
	}
	if (isSchemaChecked(claude)) checkBySchema(body);
	else checkByClaude(body);
}

/**
 * The schema offers two bodies, a text completion without `messages` and this one. A body with `messages` that breaks a rule
 * fits neither, and the refusal tells both reasons.
 */
function checkBySchema(body: JsonObject): void {
	const hasMessages = Object.hasOwn(body, "messages");
	const violations = findViolations(body, schema);
	if (!hasMessages) violations.unshift("#: required key [messages] not found");
	if (violations.length === 0) return;
	if (hasMessages)
		violations.unshift(
			'#: subject must not be valid against schema {"required":["messages"]}',
		);
	throw malformed(violations.join(""));
}

function checkByClaude(body: JsonObject): void {
	for (const key of ["anthropic_version", "max_tokens", "messages"]) {
		if ((body[key] ?? null) === null) throw invalid(`${key}: Field required`);
	}
	for (const key in body)
		if (!keys.has(key)) throw invalid(`${key}: Extra inputs are not permitted`);
}
