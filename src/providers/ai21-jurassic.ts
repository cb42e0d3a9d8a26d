import type { StopReason } from "@aws-sdk/client-bedrock-runtime";
import { invalid } from "../errors.ts";
import type { Json, JsonObject } from "../json.ts";
import { hashText } from "../random.ts";
import type { Turn, WholeReply } from "../turn/turn.ts";
import { pick, readInference } from "./checked-body.ts";
import { textOf, turnOfText } from "./prompt.ts";
import type { NativeCall, Provider } from "./provider.ts";
import { type BodySchema, checkBody } from "./schema.ts";

/**
 * AI21 Jurassic-2: one prompt in, completions out, both with their tokens. There is one completion whatever `numResults`
 * says.
 *
 * Source: the answer observed; ranges documented; that it does not stream documented, the refusal observed on another model.
 */
export const ai21Jurassic: Provider = {
	name: "AI21 Labs",
	family: "AI21 Jurassic-2",
	speaks: ["text"],
	models: /(?:^|[./:])ai21\.j2-/,
	readTurn,
	writeReply,
	/** @throws ServiceError `ValidationException`, before any stream begins */
	writeChunks() {
		throw invalid("The model is unsupported for streaming.");
	},
};

const penalty: BodySchema = {
	type: "object",
	closed: true,
	required: ["scale"],
	properties: {
		scale: { type: "number" },
		applyToWhitespaces: { type: "boolean" },
		applyToPunctuations: { type: "boolean" },
		applyToNumbers: { type: "boolean" },
		applyToStopwords: { type: "boolean" },
		applyToEmojis: { type: "boolean" },
	},
};

const schema: BodySchema = {
	type: "object",
	closed: true,
	required: ["prompt"],
	properties: {
		prompt: { type: "string", minLength: 1 },
		maxTokens: { type: "integer", minimum: 0, maximum: 8191 },
		temperature: { type: "number", minimum: 0, maximum: 1 },
		topP: { type: "number", minimum: 0, maximum: 1 },
		topKReturn: { type: "integer", minimum: 0, maximum: 64 },
		minTokens: { type: "integer", minimum: 0 },
		numResults: { type: "integer", minimum: 1, maximum: 16 },
		stopSequences: { type: "array", items: { type: "string" } },
		countPenalty: penalty,
		presencePenalty: penalty,
		frequencyPenalty: penalty,
		"amazon-bedrock-guardrailConfig": {},
	},
};

const additionalKeys = [
	"topKReturn",
	"minTokens",
	"numResults",
	"countPenalty",
	"presencePenalty",
	"frequencyPenalty",
];

function readTurn(body: Json, modelId: string): Turn {
	checkBody(body, schema);
	const names = {
		maxTokens: "maxTokens",
		topP: "topP",
		stopSequences: "stopSequences",
	};
	const inferenceConfig = readInference(body, names);
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
	const prompt = textOf(turn.messages[0]?.content ?? []);
	const text = textOf(reply.content);
	const finishReason = writeFinish(
		reply.stopReason,
		reply.usage.outputTokens ?? 0,
		turn,
	);
	return {
		id: hashText(call.uuid()),
		prompt: { text: prompt, tokens: writeTokens(prompt) },
		completions: [{ data: { text, tokens: writeTokens(text) }, finishReason }],
	};
}

function writeFinish(
	stopReason: StopReason,
	outputTokens: number,
	turn: Turn,
): JsonObject {
	if (stopReason === "max_tokens")
		return { reason: "length", length: outputTokens };
	if (stopReason !== "stop_sequence") return { reason: "endoftext" };
	return {
		reason: "stop",
		sequence: turn.inferenceConfig?.stopSequences?.[0] ?? "",
	};
}

/** No model weighed the words, so all are said to be equally likely. */
const logprob = -1;

/** Every word as a token, with the mark of a space before it: the model's own tokens are not public. */
function writeTokens(text: string): JsonObject[] {
	const tokens: JsonObject[] = [];
	for (const { 0: word, index } of text.matchAll(/\S+/g)) {
		tokens.push({
			generatedToken: { token: `▁${word}`, logprob, raw_logprob: logprob },
			topTokens: null,
			textRange: { start: index, end: index + word.length },
		});
	}
	return tokens;
}
