/** The members of a chat body that steer inference, read into Converse's. */

import type {
	InferenceConfiguration,
	OutputConfig,
	ServiceTier,
	Tool,
	ToolChoice,
	ToolConfiguration,
} from "@aws-sdk/client-bedrock-runtime";
import type { Json, JsonObject } from "../../json.ts";
import { refuse } from "./refusal.ts";
import {
	asBoolean,
	asInteger,
	asList,
	asNumber,
	asObject,
	asText,
	asWord,
	optional,
	required,
	wrongType,
} from "./values.ts";

/**
 * Reads `max_completion_tokens` or `max_tokens`, `temperature`, `top_p` and `stop` (a text or a list of texts).
 *
 * Source: the mapping documented for gpt-oss; the words of the range checks are vLLM's (assumed: the server is not known).
 *
 * @throws ChatBodyError
 */
export function readInference(body: JsonObject): InferenceConfiguration {
	const inference: InferenceConfiguration = {};
	const limitKey =
		optional(body, "max_completion_tokens") === undefined
			? "max_tokens"
			: "max_completion_tokens";
	const limit = optional(body, limitKey);
	if (limit !== undefined) {
		inference.maxTokens = asInteger(limit, limitKey);
		if (inference.maxTokens < 1)
			throw refuse(
				limitKey,
				`${limitKey} must be at least 1, got ${inference.maxTokens}.`,
			);
	}
	const temperature = optional(body, "temperature");
	if (temperature !== undefined) {
		inference.temperature = asNumber(temperature, "temperature");
		if (inference.temperature < 0) {
			throw refuse(
				"temperature",
				`temperature must be non-negative, got ${inference.temperature}.`,
			);
		}
	}
	const topP = optional(body, "top_p");
	if (topP !== undefined) {
		inference.topP = asNumber(topP, "top_p");
		if (inference.topP <= 0 || inference.topP > 1) {
			throw refuse("top_p", `top_p must be in (0, 1], got ${inference.topP}.`);
		}
	}
	const stop = readStop(optional(body, "stop"));
	if (stop.length > 0) inference.stopSequences = stop;
	return inference;
}

function readStop(value: Json | undefined): string[] {
	if (value === undefined) return [];
	const texts = typeof value === "string" ? [value] : value;
	if (!Array.isArray(texts))
		throw wrongType(value, "stop", "a string or a sequence");
	const stop = texts.map((item, index) => asText(item, `stop[${index}]`));
	if (stop.includes(""))
		throw refuse("stop", "stop cannot contain an empty string.");
	return stop;
}

/** What tools and tool choice become, and what only `additionalModelRequestFields` can say. */
export interface ReadTools {
	toolConfig?: ToolConfiguration;
	additional: JsonObject;
}

/**
 * Reads `tools` and `tool_choice`: `auto`, `required` (`any` is Mistral's word) or `{type: "function", function: {name}}`.
 * Converse has no word for `none`, which travels in the additional fields.
 *
 * @throws ChatBodyError
 */
export function readTools(body: JsonObject): ReadTools {
	const list = asList(optional(body, "tools") ?? [], "tools");
	const tools = list.map((item, index) => readTool(item, `tools[${index}]`));
	const choice = optional(body, "tool_choice");
	const additional: JsonObject =
		choice === "none" ? { tool_choice: choice } : {};
	if (tools.length === 0) {
		if (choice !== undefined && choice !== "none" && choice !== "auto") {
			throw refuse(
				"tool_choice",
				"When using `tool_choice`, `tools` must be set.",
			);
		}
		return { additional };
	}
	const toolChoice =
		choice === undefined || choice === "none"
			? undefined
			: readToolChoice(choice, tools);
	return {
		toolConfig: { tools, ...(toolChoice && { toolChoice }) },
		additional,
	};
}

function readTool(item: Json, path: string): Tool {
	const tool = asObject(item, path, "struct ChatCompletionTool");
	asWord(optional(tool, "type") ?? "function", `${path}.type`, ["function"]);
	const at = `${path}.function`;
	const described = asObject(
		required(tool, "function", path),
		at,
		"struct FunctionObject",
	);
	const name = asText(required(described, "name", at), `${at}.name`);
	const description = optional(described, "description");
	const parameters = optional(described, "parameters") ?? {
		type: "object",
		properties: {},
	};
	const strict = optional(described, "strict");
	return {
		toolSpec: {
			name,
			...(description !== undefined &&
				description !== "" && {
					description: asText(description, `${at}.description`),
				}),
			inputSchema: { json: asObject(parameters, `${at}.parameters`, "a map") },
			...(strict !== undefined && {
				strict: asBoolean(strict, `${at}.strict`),
			}),
		},
	};
}

function readToolChoice(choice: Json, tools: Tool[]): ToolChoice {
	if (typeof choice === "string") {
		const word = asWord(choice, "tool_choice", [
			"none",
			"auto",
			"required",
			"any",
		]);
		return word === "auto" ? { auto: {} } : { any: {} };
	}
	const object = asObject(choice, "tool_choice", "a string or a map");
	const named = asObject(
		required(object, "function", "tool_choice"),
		"tool_choice.function",
		"struct FunctionName",
	);
	const name = asText(
		required(named, "name", "tool_choice.function"),
		"tool_choice.function.name",
	);
	if (!tools.some(({ toolSpec }) => toolSpec?.name === name)) {
		throw refuse(
			"tool_choice",
			"The tool specified in `tool_choice` does not match any of the specified `tools`",
		);
	}
	return { tool: { name } };
}

/**
 * Reads `response_format`. `json_object` is a schema that any object fits, so that engines answer it with one.
 *
 * @throws ChatBodyError
 */
export function readResponseFormat(body: JsonObject): OutputConfig | undefined {
	const value = optional(body, "response_format");
	if (value === undefined) return undefined;
	const format = asObject(
		value,
		"response_format",
		"internally tagged enum ResponseFormat",
	);
	const type = asWord(
		required(format, "type", "response_format"),
		"response_format.type",
		["text", "json_object", "json_schema"],
	);
	if (type === "text") return undefined;
	if (type === "json_object") return jsonOutput({ type: "object" });
	const path = "response_format.json_schema";
	const described = asObject(
		required(format, "json_schema", "response_format"),
		path,
		"struct ResponseFormatJsonSchema",
	);
	const schema = optional(described, "schema") ?? { type: "object" };
	const name = optional(described, "name");
	const description = optional(described, "description");
	return jsonOutput(asObject(schema, `${path}.schema`, "a map"), {
		...(name !== undefined && { name: asText(name, `${path}.name`) }),
		...(description !== undefined && {
			description: asText(description, `${path}.description`),
		}),
	});
}

/** Converse's way to ask for JSON: the schema travels as text. */
export function jsonOutput(
	schema: JsonObject,
	names: { name?: string; description?: string } = {},
): OutputConfig {
	const jsonSchema = { schema: JSON.stringify(schema), ...names };
	return { textFormat: { type: "json_schema", structure: { jsonSchema } } };
}

/** `service_tier`; `auto` is the service's choice and says nothing. @throws ChatBodyError */
export function readServiceTier(body: JsonObject): ServiceTier | undefined {
	const value = optional(body, "service_tier");
	if (value === undefined) return undefined;
	const type = asWord(value, "service_tier", [
		"auto",
		"default",
		"flex",
		"priority",
		"reserved",
	]);
	return type === "auto" ? undefined : { type };
}
