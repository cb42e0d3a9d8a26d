import type { StopReason } from "@aws-sdk/client-bedrock-runtime";
import type { Json, JsonObject } from "../json.ts";
import type { Reply, Turn, WholeReply } from "../turn/turn.ts";
import { StreamMeter } from "./native.ts";
import { readInstPrompt, textOf, turnOfText } from "./prompt.ts";
import type { NativeCall, Provider } from "./provider.ts";
import { type BodySchema, checkBody } from "./schema.ts";

/**
 * Mistral's text completions: 7B, Mixtral, Large and Small of February 2024.
 *
 * Source: reply and chunks observed; ranges documented.
 */
export const mistral: Provider = {
	name: "Mistral AI",
	family: "Mistral text completion",
	speaks: ["text", "stream"],
	models:
		/(?:^|[./:])mistral\.(?:mistral-7b|mixtral|mistral-(?:large|small)-2402)/,
	readTurn,
	writeReply: ({ content, stopReason }: WholeReply) =>
		outputOf(textOf(content), mistralStopReason(stopReason)),
	writeChunks,
};

const schema: BodySchema = {
	type: "object",
	closed: true,
	required: ["prompt"],
	properties: {
		prompt: { type: "string", minLength: 1 },
		max_tokens: { type: "integer", minimum: 1, maximum: 8192 },
		stop: { type: "array", maxItems: 10, items: { type: "string" } },
		temperature: { type: "number", minimum: 0, maximum: 1 },
		top_p: { type: "number", minimum: 0, maximum: 1 },
		top_k: { type: "integer", minimum: 0, maximum: 200 },
		"amazon-bedrock-guardrailConfig": {},
	},
};

/** The template has no place for a system prompt: who writes one puts it before the first question, and there it stays. */
function readTurn(body: Json, modelId: string): Turn {
	checkBody(body, schema);
	const prompt = body.prompt as string;
	const inferenceConfig = readInference(body);
	return {
		modelId,
		...(readInstPrompt(prompt) ?? turnOfText(prompt.replace(/^<s>/, ""))),
		...(inferenceConfig && { inferenceConfig }),
		...(body.top_k !== undefined && {
			additionalModelRequestFields: { top_k: body.top_k },
		}),
	};
}

function readInference(body: JsonObject): Turn["inferenceConfig"] {
	const { max_tokens: maxTokens, temperature, top_p: topP, stop } = body;
	const read = {
		...(maxTokens !== undefined && { maxTokens: Number(maxTokens) }),
		...(temperature !== undefined && { temperature: Number(temperature) }),
		...(topP !== undefined && { topP: Number(topP) }),
		...(Array.isArray(stop) &&
			stop.length > 0 && { stopSequences: stop.map(String) }),
	};
	return Object.keys(read).length > 0 ? read : undefined;
}

/** `stop`, also after a stop sequence, `length` or `tool_calls`. */
export function mistralStopReason(stopReason: StopReason | undefined): string {
	if (stopReason === "tool_use") return "tool_calls";
	return stopReason === "max_tokens" ||
		stopReason === "model_context_window_exceeded"
		? "length"
		: "stop";
}

function outputOf(text: string, stopReason: string | null): JsonObject {
	return { outputs: [{ text, stop_reason: stopReason }] };
}

async function* writeChunks(
	reply: Reply,
	_turn: Turn,
	call: NativeCall,
): AsyncGenerator<JsonObject> {
	const meter = new StreamMeter(call);
	let stopReason: StopReason | undefined;
	for await (const event of reply) {
		meter.see(event);
		const text = event.contentBlockDelta?.delta?.text;
		if (text) yield outputOf(text, null);
		stopReason = event.messageStop?.stopReason ?? stopReason;
	}
	yield { ...outputOf("", mistralStopReason(stopReason)), ...meter.metrics() };
}
