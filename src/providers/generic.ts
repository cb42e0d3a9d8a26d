import type {
	InferenceConfiguration,
	Message,
} from "@aws-sdk/client-bedrock-runtime";
import { isObject, type Json, type JsonObject } from "../json.ts";
import type { Reply, Turn, WholeReply } from "../turn/turn.ts";
import { malformed, StreamMeter } from "./native.ts";
import type { NativeCall, Provider } from "./provider.ts";

/** Where families unknown to Outcrop may keep what they are asked, most telling first. */
const promptKeys = ["prompt", "inputText", "message", "text", "input"];

/** Where they may keep the limit of the answer: in the body or in one of its configurations. */
const maxTokensKeys = [
	"max_tokens",
	"max_completion_tokens",
	"max_new_tokens",
	"max_gen_len",
	"maxTokens",
	"maxTokenCount",
];
const configKeys = ["inferenceConfig", "textGenerationConfig", "parameters"];

/**
 * The bodies of a family that Outcrop does not know: the prompt is looked for where families keep it, the answer is
 * `{"outputs":[{"text":…}]}`. The answer's form is the contract of the stub that Outcrop replaces.
 */
export const generic: Provider = {
	name: "Unknown",
	family: "Generic",
	speaks: ["text", "stream"],
	models: /(?:)/,
	readTurn,
	writeReply: (reply) => textBody(textOf(reply)),
	writeChunks,
};

function readTurn(body: Json, modelId: string): Turn {
	if (!isObject(body)) throw malformed();
	const inferenceConfig = readInference(body);
	const { messages, system } = readPrompt(body);
	return {
		modelId,
		messages,
		...(system.length > 0 && { system: system.map((text) => ({ text })) }),
		...(inferenceConfig && { inferenceConfig }),
	};
}

function readPrompt(body: JsonObject): {
	messages: Message[];
	system: string[];
} {
	const system = body.system === undefined ? [] : [readText(body.system)];
	if (Array.isArray(body.messages)) {
		const messages: Message[] = [];
		for (const message of body.messages) {
			if (!isObject(message)) continue;
			const text = readText(message.content);
			if (text === "") continue;
			if (message.role === "system") system.push(text);
			else
				messages.push({
					role: message.role === "assistant" ? "assistant" : "user",
					content: [{ text }],
				});
		}
		if (messages.length > 0)
			return { messages, system: system.filter(Boolean) };
	}
	const prompt = promptKeys.map((key) => readText(body[key])).find(Boolean);
	const content = [{ text: prompt ?? JSON.stringify(body) }];
	return {
		messages: [{ role: "user", content }],
		system: system.filter(Boolean),
	};
}

/** A text, or the texts of a list of texts or of blocks with a `text`, joined; an empty string when there is none. */
function readText(value: Json | undefined): string {
	if (typeof value === "string") return value;
	if (!Array.isArray(value)) return "";
	const texts = value.map((item) => (isObject(item) ? item.text : item));
	return texts.filter((text) => typeof text === "string").join("\n");
}

function readInference(body: JsonObject): InferenceConfiguration | undefined {
	for (const place of [body, ...configKeys.map((key) => body[key])]) {
		if (!isObject(place)) continue;
		const maxTokens = maxTokensKeys
			.map((key) => place[key])
			.find((limit) => Number.isInteger(limit) && Number(limit) > 0);
		if (maxTokens !== undefined) return { maxTokens: Number(maxTokens) };
	}
	return undefined;
}

function textOf(reply: WholeReply): string {
	return reply.content
		.map(
			({ text, citationsContent }) =>
				text ?? citedText(citationsContent?.content),
		)
		.join("");
}

function citedText(content: { text?: string | undefined }[] = []): string {
	return content.map(({ text }) => text ?? "").join("");
}

function textBody(text: string): JsonObject {
	return { outputs: [{ text }] };
}

async function* writeChunks(
	reply: Reply,
	_turn: Turn,
	call: NativeCall,
): AsyncGenerator<JsonObject> {
	const meter = new StreamMeter(call);
	for await (const event of reply) {
		meter.see(event);
		const text = event.contentBlockDelta?.delta?.text;
		if (text) yield textBody(text);
	}
	yield { ...textBody(""), ...meter.metrics() };
}
