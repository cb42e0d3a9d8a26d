import type { ContentBlock, Message } from "@aws-sdk/client-bedrock-runtime";
import { isObject, type Json, type JsonObject } from "../json.ts";
import type { Reply, Turn, WholeReply } from "../turn/turn.ts";
import { checkBodyInDetail } from "./checked-body.ts";
import { StreamMeter } from "./native.ts";
import { ChatDeltas } from "./openai-chat/chunks.ts";
import { readChatTurn } from "./openai-chat/read.ts";
import {
	type ChatStyle,
	finishReasonOf,
	toolUsesOf,
	vllmToolId,
	writeMessage,
} from "./openai-chat/write.ts";
import { asServiceError } from "./openai-chat.ts";
import type { NativeCall, Provider } from "./provider.ts";
import type { BodySchema } from "./schema.ts";

/**
 * AI21 Jamba: OpenAI's messages and tools, with a schema of its own around them and `documents` beside.
 *
 * Source: members, ranges and chunks documented; the whole reply's `meta` and `model` observed (Jamba 1.5 Mini, 2025-07). That
 * unknown keys are refused is assumed, as with all of its time.
 */
export const ai21Jamba: Provider = {
	name: "AI21 Labs",
	family: "AI21 Jamba",
	speaks: ["text", "stream", "tools"],
	models: /(?:^|[./:])ai21\.jamba-/,
	readTurn,
	writeReply,
	writeChunks,
};

const style: ChatStyle = { reasoning: "none", toolCallId: vllmToolId };

const schema: BodySchema = {
	type: "object",
	closed: true,
	required: ["messages"],
	properties: {
		messages: { type: "array", minItems: 1 },
		max_tokens: { type: "integer", minimum: 0, maximum: 4096 },
		temperature: { type: "number", minimum: 0, maximum: 2 },
		top_p: { type: "number", minimum: 0.01, maximum: 1 },
		stop: {},
		n: { type: "integer", minimum: 1, maximum: 16 },
		frequency_penalty: { type: "number" },
		presence_penalty: { type: "number" },
		tools: { type: "array" },
		tool_choice: {},
		documents: {
			type: "array",
			items: { type: "object", required: ["content"] },
		},
		response_format: { type: "object" },
		stream: { type: "boolean" },
		"amazon-bedrock-guardrailConfig": {},
	},
};

function readTurn(body: Json, modelId: string): Turn {
	checkBodyInDetail(body, schema);
	const { documents, max_tokens, ...rest } = body;
	// 0 is in the range, and Converse has no such limit.
	const chat =
		max_tokens === undefined || max_tokens === 0
			? rest
			: { ...rest, max_tokens };
	const turn = asServiceError(body, () => readChatTurn(chat, modelId));
	if (!Array.isArray(documents) || documents.length === 0) return turn;
	return { ...turn, messages: withDocuments(turn.messages, documents) };
}

/** The documents stand before what the user asks last, as they would through Converse. */
function withDocuments(messages: Message[], documents: Json[]): Message[] {
	const last = messages.findLastIndex(({ role }) => role === "user");
	const blocks = documents.map(
		(item, index): ContentBlock => ({
			document: {
				format: "txt",
				name: `Document ${index + 1}`,
				source: {
					text:
						isObject(item) && typeof item.content === "string"
							? item.content
							: JSON.stringify(item),
				},
			},
		}),
	);
	return messages.map((message, index) =>
		index === last
			? { ...message, content: [...blocks, ...(message.content ?? [])] }
			: message,
	);
}

function writeReply(
	reply: WholeReply,
	turn: Turn,
	call: NativeCall,
): JsonObject {
	const { content = null, tool_calls = null } = writeMessage(
		reply.content,
		style,
		toolUsesOf(turn),
	);
	const message = { role: "assistant", content, tool_calls };
	const { inputTokens = 0, outputTokens = 0 } = reply.usage;
	return {
		id: `chatcmpl-${call.uuid()}`,
		choices: [
			{ index: 0, message, finish_reason: finishReasonOf(reply.stopReason) },
		],
		usage: usageOf(inputTokens, outputTokens),
		meta: { requestDurationMillis: reply.latencyMs },
		model: ownName(turn.modelId),
	};
}

/** AI21 calls `ai21.jamba-1-5-mini-v1:0` `jamba-1.5-mini` (observed). */
function ownName(modelId: string): string {
	const [, name = ""] = /ai21\.(.*?)(?:-v\d+)?(?::|$)/.exec(modelId) ?? [];
	return name.replace(/(\d)-(?=\d)/, "$1.");
}

async function* writeChunks(
	reply: Reply,
	turn: Turn,
	call: NativeCall,
): AsyncGenerator<JsonObject> {
	const meter = new StreamMeter(call);
	const id = `chatcmpl-${call.uuid()}`;
	const deltas = new ChatDeltas(style, toolUsesOf(turn));
	let finishReason = "stop";
	for await (const event of reply) {
		meter.see(event);
		if (event.messageStop)
			finishReason = finishReasonOf(event.messageStop.stopReason);
		const delta = deltas.write(event);
		if (delta)
			yield { id, choices: [{ index: 0, delta, finish_reason: null }] };
	}
	const { inputTokens = 0, outputTokens = 0 } = meter.usage;
	yield {
		id,
		choices: [
			{ index: 0, delta: { content: "" }, finish_reason: finishReason },
		],
		usage: usageOf(inputTokens, outputTokens),
		...meter.metrics(),
	};
}

function usageOf(inputTokens: number, outputTokens: number): JsonObject {
	return {
		prompt_tokens: inputTokens,
		completion_tokens: outputTokens,
		total_tokens: inputTokens + outputTokens,
	};
}
