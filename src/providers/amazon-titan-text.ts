import type { StopReason } from "@aws-sdk/client-bedrock-runtime";
import { isObject, type Json, type JsonObject } from "../json.ts";
import { resolveModelId } from "../models/resolve.ts";
import type { Reply, Turn, WholeReply } from "../turn/turn.ts";
import { malformed, StreamMeter } from "./native.ts";
import { splitAtMarks, textOf, turnOfParts, turnOfText } from "./prompt.ts";
import type { NativeCall, Provider } from "./provider.ts";
import { type BodySchema, findViolations } from "./schema.ts";

/**
 * Amazon Titan Text: Lite, Express, Premier and the Large that was before them.
 *
 * Source: request, completion reasons and ranges documented; reply, chunk and refusals observed. Titan's own answers begin with a
 * line break (observed); a reply is written as the engine says it.
 */
export const titanText: Provider = {
	name: "Amazon",
	family: "Amazon Titan Text",
	speaks: ["text", "stream"],
	models: /(?:^|[./:])amazon\.titan-(?:text|tg1)-/,
	readTurn,
	writeReply,
	writeChunks,
};

function readTurn(body: Json, modelId: string): Turn {
	checkTitan(body, schemaOf(resolveModelId(modelId).baseId));
	const turn = readPrompt(body.inputText as string);
	const config = isObject(body.textGenerationConfig)
		? body.textGenerationConfig
		: {};
	const { maxTokenCount, temperature, topP, stopSequences } = config;
	const inferenceConfig = {
		...(maxTokenCount !== undefined && { maxTokens: Number(maxTokenCount) }),
		...(temperature !== undefined && { temperature: Number(temperature) }),
		...(topP !== undefined && { topP: Number(topP) }),
		...(Array.isArray(stopSequences) &&
			stopSequences.length > 0 && { stopSequences: stopSequences.map(String) }),
	};
	return {
		modelId,
		...turn,
		...(Object.keys(inferenceConfig).length > 0 && { inferenceConfig }),
	};
}

/** Source: pattern of stop sequences observed, limits documented. */
function schemaOf(baseId: string): BodySchema {
	const maximum = /lite/.test(baseId)
		? 4096
		: /premier/.test(baseId)
			? 3072
			: 8192;
	return {
		type: "object",
		closed: true,
		required: ["inputText"],
		properties: {
			inputText: { type: "string", minLength: 1 },
			"amazon-bedrock-guardrailConfig": {},
			textGenerationConfig: {
				type: "object",
				closed: true,
				properties: {
					maxTokenCount: { type: "integer", minimum: 0, maximum },
					temperature: { type: "number", minimum: 0, maximum: 1 },
					topP: { type: "number", minimum: 0, maximum: 1 },
					stopSequences: {
						type: "array",
						items: { type: "string", pattern: /^(\|+|User:)$/ },
					},
				},
			},
		},
	};
}

/**
 * Titan says what is wrong but not where, where other families begin with `#/path: `.
 *
 * Source: `string [</stop>] does not match pattern ^(\|+|User:)$` and `2 schema violations found` observed.
 */
function checkTitan(
	body: Json,
	schema: BodySchema,
): asserts body is JsonObject {
	if (!isObject(body)) throw malformed();
	const violations = findViolations(body, schema);
	if (violations.length > 1)
		throw malformed(`${violations.length} schema violations found`);
	const [violation] = violations;
	// A path holds names of the schema and numbers, never a colon.
	if (violation !== undefined)
		throw malformed(violation.slice(violation.indexOf(": ") + 2));
}

/** Marks at the beginning of a line. */
const marks = /^(?:User|Bot):/gm;

/** Reads `User: …\nBot: …\nUser: …\nBot:` (documented); a prompt that does not begin so is one message of the user. */
function readPrompt(prompt: string): Pick<Turn, "messages" | "system"> {
	if (!prompt.trimStart().startsWith("User:")) return turnOfText(prompt);
	return turnOfParts(
		splitAtMarks(prompt, marks).map(({ mark, text }) => ({
			role: mark === "Bot:" ? "assistant" : "user",
			text,
		})),
	);
}

/** Source: `FINISH` and `LENGTH` observed, the others documented. */
const completionReasons: Partial<Record<StopReason, string>> = {
	max_tokens: "LENGTH",
	stop_sequence: "STOP_CRITERIA_MET",
	content_filtered: "CONTENT_FILTERED",
};

function completionReasonOf(stopReason: StopReason | undefined): string {
	return (stopReason && completionReasons[stopReason]) ?? "FINISH";
}

function writeReply({ content, stopReason, usage }: WholeReply): JsonObject {
	return {
		inputTextTokenCount: usage.inputTokens ?? 0,
		results: [
			{
				tokenCount: usage.outputTokens ?? 0,
				outputText: textOf(content),
				completionReason: completionReasonOf(stopReason),
			},
		],
	};
}

/** Titan streams in large pieces, a short answer in one (observed); how large is assumed. */
const chunkCharacters = 128;

/** The counts stand in the last chunk, which holds text too (observed); null before it (assumed). */
async function* writeChunks(
	reply: Reply,
	_turn: Turn,
	call: NativeCall,
): AsyncGenerator<JsonObject> {
	const meter = new StreamMeter(call);
	let stopReason: StopReason | undefined;
	let text = "";
	for await (const event of reply) {
		meter.see(event);
		const delta = event.contentBlockDelta?.delta?.text;
		if (delta && text.length >= chunkCharacters) {
			yield chunkOf(text, null, null, null);
			text = "";
		}
		text += delta ?? "";
		stopReason = event.messageStop?.stopReason ?? stopReason;
	}
	const { inputTokens = 0, outputTokens = 0 } = meter.usage;
	yield {
		...chunkOf(text, outputTokens, completionReasonOf(stopReason), inputTokens),
		...meter.metrics(),
	};
}

function chunkOf(
	outputText: string,
	totalOutputTextTokenCount: number | null,
	completionReason: string | null,
	inputTextTokenCount: number | null,
): JsonObject {
	return {
		outputText,
		index: 0,
		totalOutputTextTokenCount,
		completionReason,
		inputTextTokenCount,
	};
}
