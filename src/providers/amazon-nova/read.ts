/** A native body of Amazon Nova, read into a turn. */
import type {
	ContentBlock,
	InferenceConfiguration,
	Message,
	SystemContentBlock,
	Tool,
	ToolConfiguration,
	ToolResultContentBlock,
} from "@aws-sdk/client-bedrock-runtime";
import { invalid } from "../../errors.ts";
import { resolveModelId } from "../../models/resolve.ts";
import type { Json, JsonObject, Turn } from "../../turn/turn.ts";
import { decodeBase64, isObject, malformed } from "../native.ts";
import { checkBody } from "../schema.ts";
import { nova2Schema, novaSchema } from "./schema.ts";

/**
 * Reads a body. It is Converse's request but for three things: bytes are base64, `inferenceConfig` has a `topK`, which Converse's
 * users send as `additionalModelRequestFields.inferenceConfig.topK`, and Nova 2's `reasoningConfig` stands in the body itself.
 *
 * @throws ServiceError `ValidationException` in Nova's words
 */
export function readNovaTurn(body: Json, modelId: string): Turn {
	checkBody(
		body,
		/nova-2/.test(resolveModelId(modelId).baseId) ? nova2Schema : novaSchema,
	);
	const messages = listOf(body.messages).map(readMessage);
	// Converse's text (assumed for native bodies).
	if (messages[0]?.role !== "user") {
		throw invalid(
			"A conversation must start with a user message. Try again with a conversation that starts with a user message.",
		);
	}
	const system = listOf(body.system).map(
		(block) => block as unknown as SystemContentBlock,
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

/** Bytes are decoded, wherever they may stand; all else is Converse's already, as the schema has checked. */
function readBlock(block: JsonObject, path: string): ContentBlock {
	const [kind, ...others] = Object.keys(block);
	if (kind === undefined || others.length > 0) {
		// A block is one of its kinds: the wording is that of a `oneOf` (observed on other families).
		throw malformed(
			`${path}: only ${kind === undefined ? 0 : 1} subschema matches out of 2`,
		);
	}
	if (kind !== "toolResult")
		return readMedia(block, path) as unknown as ContentBlock;
	const { content, ...rest } = block.toolResult as JsonObject;
	const parts = listOf(content).map((part, at) =>
		readMedia(part, `${path}/toolResult/content/${at}`),
	);
	return {
		toolResult: {
			...(rest as { toolUseId: string }),
			content: parts as unknown as ToolResultContentBlock[],
		},
	};
}

const mediaKinds = ["image", "video", "audio", "document"];

function readMedia(block: JsonObject, path: string): Record<string, unknown> {
	const kind = mediaKinds.find((name) => isObject(block[name]));
	const media = kind === undefined ? undefined : block[kind];
	if (kind === undefined || !isObject(media) || !isObject(media.source))
		return block;
	const { bytes: data } = media.source;
	if (data === undefined) return block;
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
		tools: listOf(tools).map((tool) => tool as unknown as Tool),
		...(isObject(toolChoice) && {
			toolChoice: toolChoice as unknown as ToolConfiguration["toolChoice"],
		}),
	};
}
