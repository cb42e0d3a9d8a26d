/** The settings of the Messages body that Bedrock makes of a Converse request, as Claude reads and refuses them. */

import { isObject, type Json, type JsonObject } from "../../json.ts";
import type { Turn } from "../../turn/turn.ts";
import type { Claude } from "./claude.ts";
import { checkEnvelope } from "./envelope.ts";
import {
	checkInference,
	readAdditional,
	readInference,
	readOutput,
} from "./parameters.ts";

/** Sent by clients of Converse for `thinking`, and not refused there (assumed: earlier releases of clients still send it). */
const tolerated = "reasoning_config";

/**
 * Reads `inferenceConfig`, `toolChoice` and `additionalModelRequestFields` as members of one Messages body. A schema for the
 * answer in `output_config.format`, where the AI SDK puts it, becomes Converse's `outputConfig`; one that is there wins.
 *
 * Source: the refusal of unknown keys observed (pydantic-ai's notes on its live-verified profiles, 2026), that of samplers and of
 * thinking observed on native bodies; that a request without `maxTokens` may think with any budget is assumed.
 *
 * @throws ServiceError `ValidationException` in Claude's words
 */
export function readConverseFields(turn: Turn, claude: Claude): Turn {
	const { additionalModelRequestFields } = turn;
	// Most requests add nothing: then there is only what Converse's own members say.
	if (additionalModelRequestFields === undefined) {
		checkInference(turn.inferenceConfig ?? {}, claude);
		return turn;
	}
	const body = writeSettings(turn);
	checkEnvelope(body, claude);
	readInference(body, claude);
	readAdditional(body, claude);
	const outputConfig = readOutput(body);
	if (!outputConfig) return turn;
	return {
		...turn,
		outputConfig: turn.outputConfig ?? outputConfig,
		additionalModelRequestFields: withoutFormat(additionalModelRequestFields),
	};
}

/** The body without its conversation, which Converse's own rules have checked. */
function writeSettings(turn: Turn): JsonObject {
	const { inferenceConfig = {}, additionalModelRequestFields: fields } = turn;
	const { maxTokens, temperature, topP, stopSequences } = inferenceConfig;
	const { [tolerated]: _, ...added } = isObject(fields) ? fields : {};
	const choice = forcedChoice(turn);
	return {
		anthropic_version: "bedrock-2023-05-31",
		messages: [{ role: "user", content: "" }],
		max_tokens: maxTokens ?? Number.MAX_SAFE_INTEGER,
		...(temperature !== undefined && { temperature }),
		...(topP !== undefined && { top_p: topP }),
		...(stopSequences && { stop_sequences: stopSequences }),
		...(choice && { tool_choice: choice }),
		...added,
	};
}

function forcedChoice({ toolConfig }: Turn): Json | undefined {
	if (toolConfig?.toolChoice?.any) return { type: "any" };
	if (toolConfig?.toolChoice?.tool) return { type: "tool" };
	return undefined;
}

function withoutFormat(fields: Json | undefined): Json {
	if (!isObject(fields)) return {};
	const { output_config, output_format: _, ...others } = fields;
	if (!isObject(output_config)) return others;
	const { format: __, ...output } = output_config;
	return Object.keys(output).length > 0
		? { ...others, output_config: output }
		: others;
}
