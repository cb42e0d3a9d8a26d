/** The members of an Anthropic Messages body that steer inference. */

import type {
	InferenceConfiguration,
	OutputConfig,
} from "@aws-sdk/client-bedrock-runtime";
import { invalid } from "../../errors.ts";
import type { Json, JsonObject } from "../../json.ts";
import {
	type Claude,
	canThink,
	decidesForItself,
	takesOneSampler,
	thinksAdaptively,
	thinksBetweenTools,
} from "./claude.ts";
import {
	asInteger,
	asList,
	asNumber,
	asObject,
	asText,
	optional,
	readTag,
	required,
} from "./values.ts";

/** Members that Converse's users send as `additionalModelRequestFields`, unchanged. */
const additionalKeys = [
	"top_k",
	"thinking",
	"anthropic_beta",
	"metadata",
	"context_management",
	"user_profile_id",
];

/**
 * Reads `max_tokens`, `temperature`, `top_p` and `stop_sequences`.
 *
 * Source of the texts: observed, but for the range of top_p (assumed like that of temperature).
 *
 * @throws ServiceError in Claude's words
 */
export function readInference(
	body: JsonObject,
	claude: Claude,
): InferenceConfiguration {
	const maxTokens = asInteger(
		required(body, "max_tokens", "max_tokens"),
		"max_tokens",
		1,
	);
	const temperature = readNumber(body, "temperature");
	const topP = readNumber(body, "top_p");
	const stopSequences = readStopSequences(body);
	checkInference({ temperature, topP, stopSequences }, claude);
	return {
		maxTokens,
		...(temperature !== undefined && { temperature }),
		...(topP !== undefined && { topP }),
		...(stopSequences && { stopSequences }),
	};
}

/**
 * Checks samplers and stop sequences, wherever they stood.
 *
 * @throws ServiceError in Claude's words
 */
export function checkInference(
	{ temperature, topP, stopSequences }: InferenceConfiguration,
	claude: Claude,
): void {
	checkFraction(temperature, "temperature", claude);
	checkFraction(topP, "top_p", claude);
	if (
		temperature !== undefined &&
		topP !== undefined &&
		takesOneSampler(claude)
	) {
		throw invalid(
			"`temperature` and `top_p` cannot both be specified for this model. Please use only one.",
		);
	}
	if (stopSequences?.some((sequence) => !/\S/.test(sequence))) {
		throw invalid(
			"stop_sequences: each stop sequence must contain non-whitespace",
		);
	}
}

function checkFraction(
	fraction: number | undefined,
	key: string,
	claude: Claude,
): void {
	if (fraction === undefined) return;
	if (fraction < 0 || fraction > 1) throw invalid(`${key}: range: 0..1`);
	if (fraction !== 1 && decidesForItself(claude))
		throw invalid(`\`${key}\` is deprecated for this model.`);
}

function readNumber(body: JsonObject, key: string): number | undefined {
	const value = optional(body, key);
	return value === undefined ? undefined : asNumber(value, key);
}

function readStopSequences(body: JsonObject): string[] | undefined {
	const value = optional(body, "stop_sequences");
	if (value === undefined) return undefined;
	const sequences = asList(value, "stop_sequences").map((item, index) =>
		asText(item, `stop_sequences.${index}`),
	);
	return sequences.length > 0 ? sequences : undefined;
}

/**
 * What the body says beyond Converse's members, under Claude's own names.
 *
 * @throws ServiceError in Claude's words
 */
export function readAdditional(body: JsonObject, claude: Claude): JsonObject {
	checkThinking(body, claude);
	const topK = optional(body, "top_k");
	if (topK !== undefined) {
		asInteger(topK, "top_k", 0);
		if (decidesForItself(claude))
			throw invalid("`top_k` is deprecated for this model.");
	}
	const additional: JsonObject = {};
	for (const key of additionalKeys) {
		const value = optional(body, key);
		if (value !== undefined) additional[key] = value;
	}
	const { format, ...output } = readOutputConfig(body);
	if (Object.keys(output).length > 0) additional.output_config = output;
	return additional;
}

/**
 * `output_config.format`, or `output_format` of its beta, as Converse's `outputConfig`.
 *
 * @throws ServiceError in Claude's words
 */
export function readOutput(body: JsonObject): OutputConfig | undefined {
	const format =
		readOutputConfig(body).format ?? optional(body, "output_format");
	if (format === undefined || format === null) return undefined;
	const path = "output_config.format";
	const object = asObject(format, path);
	readTag(object, path, ["json_schema"]);
	const schema = asObject(
		required(object, "schema", `${path}.schema`),
		`${path}.schema`,
	);
	return {
		textFormat: {
			type: "json_schema",
			structure: { jsonSchema: { schema: JSON.stringify(schema) } },
		},
	};
}

function readOutputConfig(body: JsonObject): JsonObject {
	const config = optional(body, "output_config");
	return config === undefined ? {} : asObject(config, "output_config");
}

/**
 * Source of the texts: observed 2025 to 2026; that of adaptive thinking on older models assumed. Beside a forced tool adaptive
 * thinking passes (documented by Anthropic, and sent to Bedrock by pydantic-ai 2.62; in July 2026 langchain-aws met the refusal
 * up to Claude 4.7).
 */
function checkThinking(body: JsonObject, claude: Claude): void {
	const value = optional(body, "thinking");
	if (value === undefined) return;
	if (!canThink(claude))
		throw invalid("thinking: Extra inputs are not permitted");
	const thinking = asObject(value, "thinking");
	const types = [
		...(thinksAdaptively(claude) ? ["adaptive"] : []),
		...(thinksBetweenTools(claude) ? ["between_tools"] : []),
		"disabled",
		"enabled",
	];
	const type = readTag(thinking, "thinking", types);
	if (type === "disabled" || type === "between_tools") return;
	if (type === "enabled") {
		checkBudget(thinking, body, claude);
		if (isForced(optional(body, "tool_choice"))) {
			throw invalid(
				"Thinking may not be enabled when tool_choice forces tool use.",
			);
		}
	}
	const temperature = optional(body, "temperature");
	if (temperature !== undefined && temperature !== 1) {
		throw invalid(
			`\`temperature\` may only be set to 1 when thinking is enabled${thinksAdaptively(claude) ? " or in adaptive mode" : ""}.`,
		);
	}
}

function checkBudget(
	thinking: JsonObject,
	body: JsonObject,
	claude: Claude,
): void {
	if (decidesForItself(claude)) {
		throw invalid(
			'"thinking.type.enabled" is not supported for this model. ' +
				'Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.',
		);
	}
	const path = "thinking.enabled.budget_tokens";
	const budget = asInteger(
		required(thinking, "budget_tokens", path),
		path,
		1024,
	);
	// Between tools the budget may pass max_tokens (documented for the interleaved-thinking beta).
	const betas = optional(body, "anthropic_beta");
	const interleaved =
		Array.isArray(betas) &&
		betas.some((beta) => String(beta).startsWith("interleaved-thinking"));
	if (budget >= Number(body.max_tokens) && !interleaved) {
		throw invalid(
			"`max_tokens` must be greater than `thinking.budget_tokens`.",
		);
	}
}

function isForced(choice: Json | undefined): boolean {
	const type =
		typeof choice === "object" && choice !== null && !Array.isArray(choice)
			? choice.type
			: undefined;
	return type === "any" || type === "tool";
}
