/** A native body of Amazon Nova, read into a turn. */

import type {
	ContentBlock,
	InferenceConfiguration,
	Message,
	SystemContentBlock,
	Tool,
	ToolConfiguration,
} from "@aws-sdk/client-bedrock-runtime";
import { invalid } from "../../errors.ts";
import { isObject, type Json, type JsonObject } from "../../json.ts";
import { resolveModelId } from "../../models/resolve.ts";
import type { Turn } from "../../turn/turn.ts";
import { decodeBase64, malformed } from "../native.ts";
import { type BodySchema, checkBody } from "../schema.ts";
import { nova2Schema, novaSchema } from "./schema.ts";

/**
 * Reads a body. It is Converse's request but for three things: bytes are base64, `inferenceConfig` has a `topK`, which Converse's
 * users send as `additionalModelRequestFields.inferenceConfig.topK`, and Nova 2's `reasoningConfig` stands in the body itself.
 *
 * @throws ServiceError `ValidationException` in Nova's words
 */
export function readNovaTurn(body: Json, modelId: string): Turn {
	checkBody(body, schemaOf(modelId));
	const messages = listOf(body.messages).map(readMessage);
	// Converse's text (assumed for native bodies).
	if (messages[0]?.role !== "user") {
		throw invalid(
			"A conversation must start with a user message. Try again with a conversation that starts with a user message.",
		);
	}
	const system = listOf(body.system).map((block) =>
		asChecked<SystemContentBlock>(block),
	);
	const inferenceConfig = readInference(body.inferenceConfig);
	const additionalModelRequestFields = readAdditional(body);
	return {
		modelId,
		messages,
		...(system.length > 0 && { system }),
		...(inferenceConfig && { inferenceConfig }),
		...(isObject(body.toolConfig) && {
			toolConfig: readToolConfig(body.toolConfig),
		}),
		...(additionalModelRequestFields && { additionalModelRequestFields }),
	};
}

/**
 * Checks `additionalModelRequestFields`, which Converse adds to the body; the turn stays as it is.
 *
 * @throws ServiceError `ValidationException` in Nova's words
 */
export function readNovaFields(turn: Turn): Turn {
	const { modelId, additionalModelRequestFields: fields } = turn;
	if (fields !== undefined)
		checkBody(fields, { ...schemaOf(modelId), required: [] });
	return turn;
}

function schemaOf(modelId: string): BodySchema {
	return /nova-2/.test(resolveModelId(modelId).baseId)
		? nova2Schema
		: novaSchema;
}

/** What the schema has checked is Converse's own shape, which the checker cannot know. */
function asChecked<Shape>(checked: object): Shape {
	return checked as Shape;
}

/** The objects of a list that the schema has checked. */
function listOf(value: Json | undefined): JsonObject[] {
	return Array.isArray(value) ? value.filter(isObject) : [];
}

function readMessage(message: JsonObject, index: number): Message {
	const content = listOf(message.content).map((block, at) =>
		readBlock(block, `#/messages/${index}/content/${at}`),
	);
	return { role: message.role === "assistant" ? "assistant" : "user", content };
}

/** A block of a message. A tool result is a list of blocks again; all others are read alike. */
function readBlock(block: JsonObject, path: string): ContentBlock {
	const read = readContent(block, path);
	const { toolResult } = block;
	if (!isObject(toolResult)) return asChecked(read);
	const content = listOf(toolResult.content).map((part, at) =>
		readContent(part, `${path}/toolResult/content/${at}`),
	);
	return asChecked({ toolResult: { ...toolResult, content } });
}

const mediaKinds = ["image", "video", "audio", "document"];

/**
 * A block is one of its kinds. The bytes of media are decoded, all else is Converse's already.
 *
 * Source: the wordings are those of the schema check for other families (observed there).
 */
function readContent(block: JsonObject, path: string): object {
	const [kind = "", ...others] = Object.keys(block);
	if (kind === "" || others.length > 0)
		throw malformed(
			`${path}: only ${others.length > 0 ? 1 : 0} subschema matches out of 2`,
		);
	const media = block[kind];
	if (!mediaKinds.includes(kind) || !isObject(media) || !isObject(media.source))
		return block;
	const { bytes: data, s3Location } = media.source;
	if (s3Location !== undefined) return block;
	if (data === undefined)
		throw malformed(`${path}/${kind}/source: required key [bytes] not found`);
	const bytes = decodeBase64(String(data));
	if (!bytes || bytes.length === 0)
		throw malformed(`${path}/${kind}/source/bytes: invalid base64 data`);
	return { [kind]: { ...media, source: { bytes } } };
}

function readInference(
	config: Json | undefined,
): InferenceConfiguration | undefined {
	if (!isObject(config)) return undefined;
	const maxTokens = config.maxTokens ?? config.max_new_tokens;
	const topP = config.topP ?? config.top_p;
	const { temperature, stopSequences } = config;
	const read: InferenceConfiguration = {
		...(maxTokens !== undefined && { maxTokens: Number(maxTokens) }),
		...(temperature !== undefined && { temperature: Number(temperature) }),
		...(topP !== undefined && { topP: Number(topP) }),
		...(Array.isArray(stopSequences) &&
			stopSequences.length > 0 && { stopSequences: stopSequences.map(String) }),
	};
	return Object.keys(read).length > 0 ? read : undefined;
}

function readAdditional(body: JsonObject): JsonObject | undefined {
	const config = isObject(body.inferenceConfig) ? body.inferenceConfig : {};
	const topK = config.topK ?? config.top_k;
	const reasoningConfig = body.reasoningConfig ?? config.reasoningConfig;
	const fields: JsonObject = {
		...(topK !== undefined && { inferenceConfig: { topK } }),
		...(reasoningConfig !== undefined && { reasoningConfig }),
	};
	return Object.keys(fields).length > 0 ? fields : undefined;
}

function readToolConfig(config: JsonObject): ToolConfiguration {
	const { tools, toolChoice } = config;
	return {
		tools: listOf(tools).map((tool) => asChecked<Tool>(tool)),
		...(isObject(toolChoice) && {
			toolChoice: asChecked<ToolConfiguration["toolChoice"]>(toolChoice),
		}),
	};
}
