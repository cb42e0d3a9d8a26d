import type { StopReason } from "@aws-sdk/client-bedrock-runtime";
import { isObject, type Json, type JsonObject } from "../json.ts";
import { collect } from "../turn/collect.ts";
import type { Reply, Turn, WholeReply } from "../turn/turn.ts";
import { pick, readInference } from "./checked-body.ts";
import { StreamMeter } from "./native.ts";
import { textOf, turnOfText } from "./prompt.ts";
import type { NativeCall, Provider } from "./provider.ts";
import { type BodySchema, checkBody } from "./schema.ts";

/**
 * Cohere Command and Command Light: one prompt in, generations out. There is one generation whatever `num_generations`
 * says, and no likelihoods: an engine gives one reply, and no model weighed it.
 *
 * Source: whole answers and both kinds of stream observed; ranges documented.
 */
export const cohereCommand: Provider = {
	name: "Cohere",
	family: "Cohere Command",
	speaks: ["text", "stream"],
	models: /(?:^|[./:])cohere\.command-(?!r)/,
	readTurn,
	writeReply,
	writeChunks,
};

const schema: BodySchema = {
	type: "object",
	closed: true,
	required: ["prompt"],
	properties: {
		prompt: { type: "string", minLength: 1 },
		max_tokens: { type: "integer", minimum: 1, maximum: 4096 },
		temperature: { type: "number", minimum: 0, maximum: 5 },
		p: { type: "number", minimum: 0, maximum: 1 },
		k: { type: "number", minimum: 0, maximum: 500 },
		stop_sequences: { type: "array", items: { type: "string" } },
		return_likelihoods: { type: "string", enum: ["GENERATION", "ALL", "NONE"] },
		stream: { type: "boolean" },
		num_generations: { type: "integer", minimum: 1, maximum: 5 },
		logit_bias: { type: "object" },
		truncate: { type: "string", enum: ["NONE", "START", "END"] },
		"amazon-bedrock-guardrailConfig": {},
	},
};

const additionalKeys = [
	"k",
	"return_likelihoods",
	"stream",
	"num_generations",
	"logit_bias",
	"truncate",
];

function readTurn(body: Json, modelId: string): Turn {
	checkBody(body, schema);
	const inferenceConfig = readInference(body, {
		maxTokens: "max_tokens",
		topP: "p",
	});
	const additionalModelRequestFields = pick(body, additionalKeys);
	return {
		modelId,
		...turnOfText(String(body.prompt)),
		...(inferenceConfig && { inferenceConfig }),
		...(additionalModelRequestFields && { additionalModelRequestFields }),
	};
}

function writeReply(
	reply: WholeReply,
	turn: Turn,
	call: NativeCall,
): JsonObject {
	const generation = {
		finish_reason: finishReasonOf(reply.stopReason),
		id: call.uuid(),
		text: textOf(reply.content),
	};
	return {
		generations: [generation],
		id: call.uuid(),
		prompt: textOf(turn.messages[0]?.content ?? []),
	};
}

function finishReasonOf(stopReason: StopReason | undefined): string {
	if (
		stopReason === "max_tokens" ||
		stopReason === "model_context_window_exceeded"
	)
		return "MAX_TOKENS";
	return stopReason === "content_filtered" ? "ERROR_TOXIC" : "COMPLETE";
}

/** Text by text when the body says `stream: true`; else the stream is one chunk, the whole answer (observed). */
async function* writeChunks(
	reply: Reply,
	turn: Turn,
	call: NativeCall,
): AsyncGenerator<JsonObject> {
	const meter = new StreamMeter(call);
	if (!isStreamed(turn)) {
		const whole = await collect(metered(reply, meter));
		yield { ...writeReply(whole, turn, call), ...meter.metrics() };
		return;
	}
	let stopReason: StopReason | undefined;
	for await (const event of metered(reply, meter)) {
		if (event.messageStop) stopReason = event.messageStop.stopReason;
		const text = event.contentBlockDelta?.delta?.text;
		if (text) yield { is_finished: false, text };
	}
	yield {
		finish_reason: finishReasonOf(stopReason),
		is_finished: true,
		...meter.metrics(),
	};
}

function isStreamed({ additionalModelRequestFields: fields }: Turn): boolean {
	return isObject(fields) && fields.stream === true;
}

async function* metered(reply: Reply, meter: StreamMeter): Reply {
	for await (const event of reply) {
		meter.see(event);
		yield event;
	}
}
