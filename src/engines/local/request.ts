/** What of a turn decides how the model is run. */

import { invalid } from "../../errors.ts";
import { isObject, type Json, type JsonObject } from "../../json.ts";
import type { Turn } from "../../turn/turn.ts";
import type { ChatWrapper, ContextState, Functions } from "./binding.ts";
import { grammarSchema } from "./schema.ts";

/** A turn in node-llama-cpp's words. */
export interface LocalRequest {
	sampling: {
		temperature: number;
		topP: number;
		topK: number;
		minP: number;
	};
	customStopTriggers: string[];
	/** Tokens the model may think for; undefined: as many as it likes. */
	thoughtTokens: number | undefined;
	/** Holds the reply to a schema. */
	schema: JsonObject | undefined;
	functions: Functions | undefined;
	/** It has to call one of the functions. */
	mustCall: boolean;
	/** What the request asks and no grammar holds, as `toolConfig.weather: properties.age.minimum`. */
	lost: string[];
}

/**
 * Reads it. What the request leaves open is as llama.cpp has it: temperature 0.8, top 40, top-p 0.95, min-p 0.05.
 *
 * @throws ServiceError `ValidationException` when it asks for tools and for an output schema at once
 */
export function readRequest(turn: Turn): LocalRequest {
	const {
		inferenceConfig = {},
		outputConfig,
		additionalModelRequestFields,
	} = turn;
	const fields = isObject(additionalModelRequestFields)
		? additionalModelRequestFields
		: {};
	const tools = readTools(turn);
	const output = outputConfig?.textFormat?.structure?.jsonSchema?.schema;
	if (output !== undefined && tools.functions)
		throw invalid(
			"The engine local holds a reply either to its tools or to an output schema, not to both. Leave toolConfig or outputConfig out.",
		);
	const held = output === undefined ? undefined : grammarSchema(parse(output));
	return {
		sampling: {
			temperature: inferenceConfig.temperature ?? 0.8,
			topP: inferenceConfig.topP ?? 0.95,
			topK: readNumber(fields.top_k) ?? readNumber(fields.topK) ?? 40,
			minP: 0.05,
		},
		customStopTriggers: inferenceConfig.stopSequences ?? [],
		thoughtTokens: readThinking(fields.thinking),
		schema: held?.schema,
		...tools,
		lost: [
			...tools.lost,
			...(held?.lost ?? []).map((keyword) => `outputConfig: ${keyword}`),
		],
	};
}

function readTools({
	toolConfig,
}: Turn): Pick<LocalRequest, "functions" | "mustCall" | "lost"> {
	const wanted = toolConfig?.toolChoice?.tool?.name;
	const lost: string[] = [];
	const functions: Functions = {};
	for (const { toolSpec } of toolConfig?.tools ?? []) {
		const name = toolSpec?.name;
		if (name === undefined || (wanted !== undefined && name !== wanted))
			continue;
		// A document is JSON once it was read.
		const held = grammarSchema((toolSpec?.inputSchema?.json ?? {}) as Json);
		lost.push(...held.lost.map((keyword) => `toolConfig.${name}: ${keyword}`));
		const { description } = toolSpec ?? {};
		functions[name] = {
			...(description !== undefined && { description }),
			...(takesInput(held.schema) && { params: held.schema }),
		};
	}
	if (Object.keys(functions).length === 0)
		return { functions: undefined, mustCall: false, lost };
	const mustCall = (toolConfig?.toolChoice?.any ?? wanted) !== undefined;
	return { functions, mustCall, lost };
}

/** A tool without parameters is called without any: there is nothing to generate. */
function takesInput({ properties, additionalProperties }: JsonObject): boolean {
	return (
		additionalProperties !== undefined ||
		(isObject(properties) && Object.keys(properties).length > 0)
	);
}

/** Claude's words for it, which clients send whatever the model. */
function readThinking(thinking: Json | undefined): number | undefined {
	if (!isObject(thinking)) return undefined;
	return thinking.type === "disabled" ? 0 : readNumber(thinking.budget_tokens);
}

function readNumber(value: Json | undefined): number | undefined {
	return typeof value === "number" ? value : undefined;
}

/** The front door has refused what is no JSON. */
function parse(schema: string): Json {
	return JSON.parse(schema);
}

/** The chat template, with its answer begun as a call: all that is left to the model is which function, and its input. */
export function callingWrapper(wrapper: ChatWrapper): ChatWrapper {
	const calling: ChatWrapper = Object.create(wrapper);
	calling.generateContextState = (options): ContextState => {
		const { contextText, stopGenerationTriggers } =
			wrapper.generateContextState(options);
		const functionCall = {
			initiallyEngaged: true,
			disengageInitiallyEngaged: [],
		};
		return { contextText, stopGenerationTriggers, functionCall };
	};
	return calling;
}
