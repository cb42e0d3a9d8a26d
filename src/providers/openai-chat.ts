import { invalid, type ServiceError } from "../errors.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import { resolveModelId } from "../models/resolve.ts";
import type { Reply, Turn } from "../turn/turn.ts";
import { malformed, StreamMeter } from "./native.ts";
import { ChatDeltas, chatChunk, usageChunk } from "./openai-chat/chunks.ts";
import { readChatTurn } from "./openai-chat/read.ts";
import { ChatBodyError } from "./openai-chat/refusal.ts";
import {
	type ChatHead,
	type ChatStyle,
	finishReasonOf,
	toolUsesOf,
	usageOf,
	vllmToolId,
	writeCompletion,
} from "./openai-chat/write.ts";
import type { NativeCall, Provider } from "./provider.ts";

/** Most models: reasoning in a member of its own (observed on the sister service; assumed on bedrock-runtime). */
const plain: ChatStyle = { reasoning: "reasoning", toolCallId: vllmToolId };

/** gpt-oss on bedrock-runtime keeps its reasoning in the text (documented). */
const gptOss: ChatStyle = { reasoning: "tags", toolCallId: vllmToolId };

/** Kimi names calls after their function and number (observed through Converse). */
const kimi: ChatStyle = {
	reasoning: "reasoning",
	toolCallId: (id, name, index) =>
		id.startsWith("tooluse_") ? `functions.${name}:${index}` : id,
};

/** Mistral's ids are 9 letters and digits (documented by Mistral). */
const mistral: ChatStyle = {
	reasoning: "reasoning",
	toolCallId: (id) =>
		id.startsWith("tooluse_")
			? id
					.replace(/[^A-Za-z0-9]/g, "x")
					.slice("tooluse_".length)
					.slice(0, 9)
			: id,
};

/** One row a vendor: AWS's `providerName`, the family, the ids, the style. Not all of Mistral and DeepSeek speak this form. */
const vendors: [
	name: string,
	family: string,
	models: RegExp,
	style: ChatStyle,
][] = [
	["OpenAI", "OpenAI chat completions", /(?:^|[./:])openai\./, gptOss],
	["Qwen", "Qwen", /(?:^|[./:])qwen\./, plain],
	["DeepSeek", "DeepSeek V3", /(?:^|[./:])deepseek\.v/, plain],
	["Moonshot AI", "Kimi", /(?:^|[./:])moonshot(?:ai)?\./, kimi],
	["MiniMax", "MiniMax", /(?:^|[./:])minimax\./, plain],
	["NVIDIA", "Nemotron", /(?:^|[./:])nvidia\./, plain],
	["Google", "Gemma", /(?:^|[./:])google\./, plain],
	["Z.AI", "GLM", /(?:^|[./:])zai\./, plain],
	[
		"Mistral AI",
		"Mistral chat completions",
		/(?:^|[./:])mistral\.(?:mistral-large-3|ministral-3|magistral|devstral|voxtral)/,
		mistral,
	],
];

/** The families whose native body is OpenAI's chat completions body. */
export const openaiChat: readonly Provider[] = vendors.map(
	([name, family, models, style]) => ({
		name,
		family,
		speaks: ["text", "stream", "tools", "images", "reasoning"],
		models,
		readTurn: (body, modelId) => readNativeChat(body, modelId),
		writeReply: (reply, turn, call) =>
			writeCompletion(reply, turn, chatHead(turn, call), style),
		writeChunks: (reply, turn, call) =>
			writeChatChunks(reply, turn, call, style),
	}),
);

/**
 * Reads a chat body that came by InvokeModel.
 *
 * Source: that `model` must be the URL's is documented for gpt-oss, its wording assumed.
 *
 * @throws ServiceError `ValidationException`
 */
export function readNativeChat(body: Json, modelId: string): Turn {
	const turn = asServiceError(body, () => readChatTurn(body, modelId));
	const model = isObject(body) ? (body.model ?? undefined) : undefined;
	if (
		model !== undefined &&
		model !== modelId &&
		model !== resolveModelId(modelId).baseId
	) {
		throw invalid(
			`The value of model in the body, ${String(model).slice(0, 256)}, does not match the model in the request path, ${modelId}.`,
		);
	}
	return turn;
}

/**
 * What `read` gives; its refusals as InvokeModel says them.
 *
 * Source: `Failed to deserialize …` with its path and position observed on gpt-oss, 2025. The position is the end of the
 * body in its shortest spelling: where the value stood is not known any more.
 *
 * @throws ServiceError `ValidationException`
 */
export function asServiceError<Read>(body: Json, read: () => Read): Read {
	try {
		return read();
	} catch (error) {
		if (error instanceof ChatBodyError) throw refusalOf(error, body);
		throw error;
	}
}

function refusalOf(error: ChatBodyError, body: Json): ServiceError {
	if (!isObject(body)) return malformed();
	if (!error.isForm) return invalid(error.message);
	const column = JSON.stringify(body).length;
	return invalid(
		`Failed to deserialize the JSON body into the target type: ${error.message} at line 1 column ${column}`,
	);
}

/** `model` is the id without its profile prefix or ARN (observed in chunks). */
export function chatHead(turn: Turn, call: NativeCall): ChatHead {
	return {
		id: `chatcmpl-${call.uuid()}`,
		created: Math.floor(call.now() / 1000),
		model: resolveModelId(turn.modelId).baseId,
	};
}

async function* writeChatChunks(
	reply: Reply,
	turn: Turn,
	call: NativeCall,
	style: ChatStyle,
): AsyncGenerator<JsonObject> {
	const head = chatHead(turn, call);
	const meter = new StreamMeter(call);
	const deltas = new ChatDeltas(style, toolUsesOf(turn));
	let finishReason = "stop";
	for await (const event of reply) {
		meter.see(event);
		if (event.messageStop)
			finishReason = finishReasonOf(event.messageStop.stopReason);
		const delta = deltas.write(event);
		if (delta) yield chatChunk(head, delta, null);
	}
	const last = chatChunk(head, {}, finishReason);
	if (!wantsUsage(turn)) {
		yield { ...last, ...meter.metrics() };
		return;
	}
	yield last;
	yield { ...usageChunk(head, usageOf(meter.usage)), ...meter.metrics() };
}

/** Whether the body asked for the usage in the stream: `stream_options: {include_usage: true}`. */
function wantsUsage({ additionalModelRequestFields: fields }: Turn): boolean {
	const options = isObject(fields) ? fields.stream_options : undefined;
	return isObject(options) && options.include_usage === true;
}
