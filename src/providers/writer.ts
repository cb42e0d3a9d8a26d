import type { TokenUsage } from "@aws-sdk/client-bedrock-runtime";
import type { Json, JsonObject } from "../json.ts";
import type { Reply, Turn, WholeReply } from "../turn/turn.ts";
import { StreamMeter } from "./native.ts";
import { ChatDeltas } from "./openai-chat/chunks.ts";
import {
	type ChatHead,
	type ChatStyle,
	finishReasonOf,
	toolUsesOf,
	vllmToolId,
	writeMessage,
} from "./openai-chat/write.ts";
import { asServiceError, chatHead, readNativeChat } from "./openai-chat.ts";
import { textOf } from "./prompt.ts";
import type { NativeCall, Provider } from "./provider.ts";
import {
	asChat,
	completionUsage,
	hasField,
	isCompletion,
	readCompletionTurn,
	writeTextChunks,
} from "./text-completion.ts";

/**
 * Writer Palmyra: OpenAI's messages, or a `prompt`. Streams end with the JSON text `"[DONE]"`; the metrics stand in the chunk
 * before it, the last that is an object.
 *
 * Source: text chunks and the last one observed in fixtures; the chat forms are those of the same server, vLLM (assumed).
 */
export const writer: Provider = {
	name: "Writer",
	family: "Writer Palmyra",
	speaks: ["text", "stream", "tools", "images", "reasoning"],
	models: /(?:^|[./:])writer\./,
	readTurn: (body, modelId) =>
		isCompletion(body)
			? asServiceError(body, () => readCompletionTurn(body, modelId))
			: readNativeChat(asChat(body), modelId),
	writeReply: (reply, turn, call) =>
		hasField(turn, "prompt")
			? writeText(reply, turn, call)
			: writeChat(reply, turn, call),
	writeChunks: (reply, turn, call) =>
		thenDone(
			hasField(turn, "prompt")
				? textChunks(reply, turn, call)
				: chatChunks(reply, turn, call),
		),
};

const style: ChatStyle = { reasoning: "reasoning", toolCallId: vllmToolId };

function writeText(
	reply: WholeReply,
	turn: Turn,
	call: NativeCall,
): JsonObject {
	const { created, model } = chatHead(turn, call);
	const head = {
		id: `cmpl-${call.uuid()}`,
		object: "text_completion",
		created,
		model,
	};
	return {
		...head,
		...textChoice(textOf(reply.content), finishReasonOf(reply.stopReason)),
		usage: completionUsage(reply.usage),
	};
}

function textChoice(text: string, finishReason: string | null): JsonObject {
	return {
		choices: [
			{
				index: 0,
				text,
				logprobs: null,
				finish_reason: finishReason,
				stop_reason: null,
			},
		],
	};
}

function textChunks(
	reply: Reply,
	turn: Turn,
	call: NativeCall,
): AsyncIterable<JsonObject> {
	const { created, model } = chatHead(turn, call);
	const head = {
		id: `cmpl-${call.uuid()}`,
		object: "text_completion",
		created,
		model,
	};
	const write = (text: string, finishReason: string | null) => ({
		...head,
		...textChoice(text, finishReason),
		usage: null,
	});
	return writeTextChunks(reply, new StreamMeter(call), write);
}

function writeChat(
	reply: WholeReply,
	turn: Turn,
	call: NativeCall,
): JsonObject {
	const {
		content = null,
		reasoning,
		tool_calls = [],
	} = writeMessage(reply.content, style, toolUsesOf(turn));
	const message = {
		role: "assistant",
		content,
		...(reasoning !== undefined && { reasoning }),
		tool_calls,
	};
	const choice = {
		index: 0,
		message,
		logprobs: null,
		finish_reason: finishReasonOf(reply.stopReason),
		stop_reason: null,
	};
	return {
		...headOf(chatHead(turn, call), "chat.completion"),
		choices: [choice],
		usage: completionUsage(reply.usage),
	};
}

function headOf({ id, created, model }: ChatHead, object: string): JsonObject {
	return { id, object, created, model };
}

async function* chatChunks(
	reply: Reply,
	turn: Turn,
	call: NativeCall,
): AsyncGenerator<JsonObject> {
	const meter = new StreamMeter(call);
	const head = headOf(chatHead(turn, call), "chat.completion.chunk");
	const deltas = new ChatDeltas(style, toolUsesOf(turn));
	const write = (
		delta: JsonObject,
		finishReason: string | null,
		usage?: TokenUsage,
	): JsonObject => ({
		...head,
		choices: [
			{
				index: 0,
				delta,
				logprobs: null,
				finish_reason: finishReason,
				stop_reason: null,
			},
		],
		usage: usage ? completionUsage(usage) : null,
	});
	let finishReason = "stop";
	for await (const event of reply) {
		meter.see(event);
		if (event.messageStop)
			finishReason = finishReasonOf(event.messageStop.stopReason);
		const delta = deltas.write(event);
		if (delta) yield write(delta, null);
	}
	yield { ...write({}, finishReason, meter.usage), ...meter.metrics() };
}

async function* thenDone(
	chunks: AsyncIterable<JsonObject>,
): AsyncGenerator<Json> {
	yield* chunks;
	yield "[DONE]";
}
