import { isObject, type Json, type JsonObject } from "../../json.ts";
import type { Turn } from "../../turn/turn.ts";
import { readMessages } from "./messages.ts";
import {
	readInference,
	readResponseFormat,
	readServiceTier,
	readTools,
} from "./parameters.ts";
import { ChatBodyError } from "./refusal.ts";
import { asBoolean, asText, optional, required } from "./values.ts";

/** Members that have a place of their own in the turn, or none that matters. The others travel as they are. */
const ownKeys = new Set([
	"messages",
	"model",
	"stream",
	"max_completion_tokens",
	"max_tokens",
	"temperature",
	"top_p",
	"stop",
	"tools",
	"tool_choice",
	"response_format",
	"service_tier",
]);

/**
 * Reads a chat completions body of OpenAI's, whatever surface it came by. `model` and `stream` are the surface's to judge;
 * they are only checked for their type here. Everything Converse has no member for, such as `reasoning_effort`, goes to
 * `additionalModelRequestFields` under its own name (documented for gpt-oss).
 *
 * @throws ChatBodyError on the first thing that is wrong
 */
export function readChatTurn(body: Json, modelId: string): Turn {
	if (!isObject(body)) throw new ChatBodyError("", "expected value");
	const { messages, system } = readMessages(required(body, "messages", ""));
	const { toolConfig, additional } = readTools(body);
	const inferenceConfig = readInference(body);
	const outputConfig = readResponseFormat(body);
	const serviceTier = readServiceTier(body);
	const fields = { ...readAdditional(body), ...additional };
	return {
		modelId,
		messages,
		...(system.length > 0 && { system }),
		...(Object.keys(inferenceConfig).length > 0 && { inferenceConfig }),
		...(toolConfig && { toolConfig }),
		...(outputConfig && { outputConfig }),
		...(serviceTier && { serviceTier }),
		...(Object.keys(fields).length > 0 && {
			additionalModelRequestFields: fields,
		}),
	};
}

function readAdditional(body: JsonObject): JsonObject {
	const model = optional(body, "model");
	if (model !== undefined) asText(model, "model");
	const stream = optional(body, "stream");
	if (stream !== undefined) asBoolean(stream, "stream");
	const effort = optional(body, "reasoning_effort");
	if (effort !== undefined) asText(effort, "reasoning_effort");
	// Guardrail settings are the service's, which takes them off the body.
	const others = Object.entries(body).filter(
		([key, value]) =>
			value !== null && !ownKeys.has(key) && !key.startsWith("amazon-bedrock-"),
	);
	return Object.fromEntries(others);
}
