import { isObject, type Json, type JsonObject } from "../json.ts";
import type { Reply, Turn, WholeReply } from "../turn/turn.ts";
import { readTemplate } from "./chat-template.ts";
import { generic } from "./generic.ts";
import { meta } from "./meta.ts";
import { StreamMeter } from "./native.ts";
import { ChatDeltas } from "./openai-chat/chunks.ts";
import { readResponseFormat } from "./openai-chat/parameters.ts";
import { readChatTurn } from "./openai-chat/read.ts";
import {
	type ChatStyle,
	finishReasonOf,
	toolUsesOf,
	vllmToolId,
	writeMessage,
} from "./openai-chat/write.ts";
import { asServiceError } from "./openai-chat.ts";
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
import { opensThought, thinkAloud, thinkAloudEvents } from "./think-aloud.ts";

/**
 * Imported models and Marketplace endpoints, known by the kind of their ARN. Their containers speak OpenAI's forms:
 *
 * - `messages`: a chat completion;
 * - `prompt`: Bedrock's own form, which is Llama's; with `max_tokens` in place of `max_gen_len`, and from Marketplace endpoints
 *   without either, a text completion;
 * - a body with neither is read and answered like one of an unknown family.
 *
 * Source: the text completion observed (TGI behind an imported model); that there are these three forms, and that Bedrock's own
 * is the one that programs of before go on with, documented; that it is what a prompt without a limit gets assumed from that
 * and from LiteLLM, which reads it so; the chat form is that of the same server (assumed).
 */
export const imported: Provider = {
	name: "Imported",
	family: "Imported and Marketplace models",
	speaks: ["text", "stream", "tools", "images", "reasoning"],
	// Their names are opaque: what they are, only their kind tells.
	models: /^\b$/,
	kinds: ["imported-model", "marketplace"],
	readTurn,
	writeReply(reply, turn, call) {
		const said = thinks(turn) ? thinkAloud(reply) : reply;
		if (isBedrockForm(turn)) return meta.writeReply(said, turn, call);
		if (hasField(turn, "prompt")) return writeText(said, call);
		return isChat(turn)
			? writeChat(reply, turn, call)
			: generic.writeReply(reply, turn, call);
	},
	writeChunks(reply, turn, call) {
		const said = thinks(turn) ? thinkAloudEvents(reply) : reply;
		if (isBedrockForm(turn)) return meta.writeChunks(said, turn, call);
		if (hasField(turn, "prompt")) return textChunks(said, call);
		return isChat(turn)
			? chatChunks(reply, turn, call)
			: generic.writeChunks(reply, turn, call);
	},
};

/** A body without messages and prompt travels whole, which is how its answer is known. */
const opaque = "body";

function readTurn(body: Json, modelId: string): Turn {
	if (isCompletion(body)) {
		const limitKey = Object.hasOwn(body, "max_gen_len")
			? "max_gen_len"
			: "max_tokens";
		return asServiceError(body, () => {
			const outputConfig = readResponseFormat(body);
			return {
				...readCompletionTurn(body, modelId, limitKey),
				...readTemplate(String(body.prompt)),
				...(outputConfig && { outputConfig }),
			};
		});
	}
	if (isObject(body) && !Object.hasOwn(body, "messages")) {
		return {
			...generic.readTurn(body, modelId),
			additionalModelRequestFields: { [opaque]: body },
		};
	}
	return asServiceError(body, () => readChatTurn(asChat(body), modelId));
}

function isBedrockForm(turn: Turn): boolean {
	if (hasField(turn, "max_gen_len")) return true;
	return (
		hasField(turn, "prompt") &&
		turn.inferenceConfig?.maxTokens === undefined &&
		turn.modelId.includes(":imported-model/")
	);
}

/** The prompt opens a thought, as DeepSeek R1's template does. */
function thinks({ additionalModelRequestFields: fields }: Turn): boolean {
	return isObject(fields) && opensThought(fields.prompt);
}

function isChat(turn: Turn): boolean {
	return !hasField(turn, opaque);
}

const style: ChatStyle = { reasoning: "reasoning", toolCallId: vllmToolId };

/** The members before the choices. The id is empty and the model is the container's folder (both observed). */
function headOf(object: string, call: NativeCall): JsonObject {
	const created = Math.floor(call.now() / 1000);
	return {
		object,
		id: "",
		created,
		model: "/opt/ml/model",
		system_fingerprint: "3.0.1-native",
	};
}

function textChoice(text: string, finishReason: string | null): JsonObject {
	return {
		choices: [{ index: 0, text, logprobs: null, finish_reason: finishReason }],
	};
}

function writeText(reply: WholeReply, call: NativeCall): JsonObject {
	return {
		...headOf("text_completion", call),
		...textChoice(textOf(reply.content), finishReasonOf(reply.stopReason)),
		usage: completionUsage(reply.usage),
	};
}

function textChunks(reply: Reply, call: NativeCall): AsyncIterable<JsonObject> {
	const head = headOf("text_completion", call);
	return writeTextChunks(
		reply,
		new StreamMeter(call),
		(text, finishReason, usage) => ({
			...head,
			...textChoice(text, finishReason),
			...(usage && { usage: completionUsage(usage) }),
		}),
	);
}

function writeChat(
	reply: WholeReply,
	turn: Turn,
	call: NativeCall,
): JsonObject {
	const {
		content = null,
		reasoning,
		tool_calls,
	} = writeMessage(reply.content, style, toolUsesOf(turn));
	const message = {
		role: "assistant",
		content,
		...(reasoning !== undefined && { reasoning }),
		...(tool_calls !== undefined && { tool_calls }),
	};
	return {
		...headOf("chat.completion", call),
		choices: [
			{
				index: 0,
				message,
				logprobs: null,
				finish_reason: finishReasonOf(reply.stopReason),
			},
		],
		usage: completionUsage(reply.usage),
	};
}

async function* chatChunks(
	reply: Reply,
	turn: Turn,
	call: NativeCall,
): AsyncGenerator<JsonObject> {
	const meter = new StreamMeter(call);
	const head = headOf("chat.completion.chunk", call);
	const deltas = new ChatDeltas(style, toolUsesOf(turn));
	const write = (
		delta: JsonObject,
		finishReason: string | null,
	): JsonObject => ({
		...head,
		choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
	});
	let finishReason = "stop";
	for await (const event of reply) {
		meter.see(event);
		if (event.messageStop)
			finishReason = finishReasonOf(event.messageStop.stopReason);
		const delta = deltas.write(event);
		if (delta) yield write(delta, null);
	}
	yield {
		...write({}, finishReason),
		usage: completionUsage(meter.usage),
		...meter.metrics(),
	};
}
