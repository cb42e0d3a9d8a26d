/** OpenAI's older form, a prompt in and a text out, as the servers behind Writer's and imported models speak it. */

import type {
	InferenceConfiguration,
	TokenUsage,
} from "@aws-sdk/client-bedrock-runtime";
import { isObject, type Json, type JsonObject } from "../json.ts";
import type { Reply, Turn } from "../turn/turn.ts";
import { readInference } from "./checked-body.ts";
import type { StreamMeter } from "./native.ts";
import { wrongType } from "./openai-chat/values.ts";
import { finishReasonOf } from "./openai-chat/write.ts";
import { turnOfText } from "./prompt.ts";

/**
 * Reads `{prompt, max_tokens, temperature, top_p, stop, …}`. Every other member travels in `additionalModelRequestFields`, and
 * so does `prompt` itself: it tells which of its forms the answer has.
 *
 * @throws ChatBodyError when there is no prompt
 */
export function readCompletionTurn(
	body: JsonObject,
	modelId: string,
	limitKey = "max_tokens",
): Turn {
	const { prompt } = body;
	if (typeof prompt !== "string")
		throw wrongType(prompt ?? null, "prompt", "a string");
	const inferenceConfig: InferenceConfiguration | undefined = readInference(
		body,
		{ maxTokens: limitKey, stopSequences: "stop" },
	);
	return {
		modelId,
		...turnOfText(prompt),
		...(inferenceConfig && { inferenceConfig }),
		additionalModelRequestFields: readOthers(body),
	};
}

function readOthers(body: JsonObject): JsonObject {
	const others = Object.entries(body).filter(
		([key, value]) =>
			value !== null && !ownKeys.has(key) && !key.startsWith("amazon-bedrock-"),
	);
	return Object.fromEntries(others);
}

const ownKeys = new Set([
	"model",
	"stream",
	"max_tokens",
	"temperature",
	"top_p",
	"stop",
]);

/** Whether the turn's body had this member, in `additionalModelRequestFields`. */
export function hasField(
	{ additionalModelRequestFields: fields }: Turn,
	key: string,
): boolean {
	return isObject(fields) && Object.hasOwn(fields, key);
}

/** Text by text, then one chunk without text that says why, its metrics beside. `write` makes the chunk of a text. */
export async function* writeTextChunks(
	reply: Reply,
	meter: StreamMeter,
	write: (
		text: string,
		finishReason: string | null,
		usage: TokenUsage | undefined,
	) => JsonObject,
): AsyncGenerator<JsonObject> {
	let finishReason = "stop";
	for await (const event of reply) {
		meter.see(event);
		if (event.messageStop)
			finishReason = finishReasonOf(event.messageStop.stopReason);
		const text = event.contentBlockDelta?.delta?.text;
		if (text) yield write(text, null, undefined);
	}
	yield { ...write("", finishReason, meter.usage), ...meter.metrics() };
}

/** Usage in the order of these servers. */
export function completionUsage({
	inputTokens = 0,
	outputTokens = 0,
}: TokenUsage): JsonObject {
	return {
		prompt_tokens: inputTokens,
		total_tokens: inputTokens + outputTokens,
		completion_tokens: outputTokens,
	};
}

/** A chat body without the members that would tell of another form; whatever else the body is, it stays. */
export function asChat(body: Json): Json {
	if (!isObject(body)) return body;
	const { prompt: _prompt, max_gen_len: _limit, body: _body, ...chat } = body;
	return chat;
}

/** The body, when it is an object with a prompt and no messages. */
export function isCompletion(body: Json): body is JsonObject {
	return (
		isObject(body) &&
		Object.hasOwn(body, "prompt") &&
		!Object.hasOwn(body, "messages")
	);
}
