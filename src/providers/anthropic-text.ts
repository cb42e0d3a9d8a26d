import type { StopReason } from "@aws-sdk/client-bedrock-runtime";
import { invalid } from "../errors.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import type { Reply, Turn, WholeReply } from "../turn/turn.ts";
import { stopSequenceOf } from "./anthropic/write.ts";
import { anthropic } from "./anthropic.ts";
import { StreamMeter } from "./native.ts";
import { splitAtMarks, textOf, turnOfParts } from "./prompt.ts";
import type { NativeCall, Provider } from "./provider.ts";
import { type BodySchema, checkBody } from "./schema.ts";

/**
 * Anthropic's text completions: Claude 1, 2 and Instant, `\n\nHuman: …\n\nAssistant:`. They take Messages bodies too, and those are
 * read and answered as such.
 *
 * Source: reply and chunks observed. Claude's own completions begin with a space (observed); a reply is written as the engine
 * says it.
 */
export const anthropicText: Provider = {
	name: "Anthropic",
	family: "Anthropic Text Completions",
	speaks: ["text", "stream"],
	models: /(?:^|[./:])anthropic\.claude-(?:v\d|instant)/,
	readTurn: (body, modelId) =>
		isObject(body) && Object.hasOwn(body, "messages")
			? anthropic.readTurn(body, modelId)
			: readTurn(body, modelId),
	writeReply: (reply, turn, call) =>
		isCompletion(turn)
			? writeReply(reply, turn)
			: anthropic.writeReply(reply, turn, call),
	writeChunks: (reply, turn, call) =>
		isCompletion(turn)
			? writeChunks(reply, turn, call)
			: anthropic.writeChunks(reply, turn, call),
};

/** `/stop` is the completion's own member, and tells its turns from those of Messages; the other two are what engines know. */
const responsePaths = ["/stop", "/stop_sequence", "/delta/stop_sequence"];

function isCompletion(turn: Turn): boolean {
	return turn.additionalModelResponseFieldPaths?.includes("/stop") ?? false;
}

/** Source: required keys observed; ranges documented. */
const schema: BodySchema = {
	type: "object",
	closed: true,
	required: ["prompt", "max_tokens_to_sample"],
	properties: {
		prompt: { type: "string" },
		max_tokens_to_sample: { type: "integer", minimum: 1 },
		temperature: { type: "number", minimum: 0, maximum: 1 },
		top_p: { type: "number", minimum: 0, maximum: 1 },
		top_k: { type: "integer", minimum: 0, maximum: 500 },
		stop_sequences: {
			type: "array",
			maxItems: 8191,
			items: { type: "string" },
		},
		anthropic_version: { type: "string" },
		"amazon-bedrock-guardrailConfig": {},
	},
};

function readTurn(body: Json, modelId: string): Turn {
	checkBody(body, schema);
	const turn = readPrompt(body.prompt as string);
	const {
		max_tokens_to_sample: maxTokens,
		temperature,
		top_p: topP,
		top_k: topK,
		stop_sequences: stops,
	} = body;
	// Ending before the next Human is what every completion does, so Converse would not be asked for it.
	const stopSequences = Array.isArray(stops)
		? stops.map(String).filter((stop) => stop !== humanMark)
		: [];
	return {
		modelId,
		...turn,
		inferenceConfig: {
			maxTokens: Number(maxTokens),
			...(temperature !== undefined && { temperature: Number(temperature) }),
			...(topP !== undefined && { topP: Number(topP) }),
			...(stopSequences.length > 0 && { stopSequences }),
		},
		...(topK !== undefined && {
			additionalModelRequestFields: { top_k: topK },
		}),
		additionalModelResponseFieldPaths: responsePaths,
	};
}

const humanMark = "\n\nHuman:";
const answerMark = "Assistant:";
const marks = /(?:^|\n\n)(?:Human|Assistant):/g;

/**
 * Text before the first Human is the system prompt. A prompt may begin without its line breaks, and the Assistant at its end
 * may stand on Human's line (observed: `Human: … Assistant:` on Claude 2.1, 2024-06).
 *
 * @throws ServiceError when the prompt does not begin and end as it must
 *
 * Source: the first text observed 2024, the second observed 2023 with `Invalid prompt: ` before it; both at once joined as in 2023.
 */
function readPrompt(prompt: string): Pick<Turn, "messages" | "system"> {
	const [head, ...parts] = splitAtMarks(openAtEnd(prompt.trim()), marks);
	const complaints: string[] = [];
	if (!parts[0]?.mark?.endsWith("Human:")) {
		complaints.push(
			'prompt must start with "\n\nHuman:" turn after an optional system prompt',
		);
	}
	if (!parts.at(-1)?.mark?.endsWith("Assistant:"))
		complaints.push('prompt must end with "\n\nAssistant:" turn');
	if (complaints.length > 0) throw invalid(complaints.join(", "));
	return turnOfParts([
		{ role: "system", text: head?.text ?? "" },
		...parts.map(({ mark, text }) => ({
			role: mark?.endsWith("Human:")
				? ("user" as const)
				: ("assistant" as const),
			text,
		})),
	]);
}

/** A prompt whose last word opens the answer, with that on a line of its own. */
function openAtEnd(prompt: string): string {
	const before = prompt.slice(0, -answerMark.length);
	return prompt.endsWith(answerMark) && /\s$/.test(before.slice(-1))
		? `${before.trimEnd()}\n\n${answerMark}`
		: prompt;
}

/** How it ended: at the next Human, unless a limit or another sequence came first. */
function endOf(
	stopReason: StopReason | undefined,
	fields: Json | undefined,
	turn: Turn,
): JsonObject {
	if (stopReason === "max_tokens")
		return { stop_reason: "max_tokens", stop: null };
	return {
		stop_reason: "stop_sequence",
		stop: stopSequenceOf(stopReason, fields, turn) ?? humanMark,
	};
}

function writeReply(
	{ content, stopReason, additionalModelResponseFields }: WholeReply,
	turn: Turn,
): JsonObject {
	return {
		type: "completion",
		completion: textOf(content),
		...endOf(stopReason, additionalModelResponseFields, turn),
	};
}

async function* writeChunks(
	reply: Reply,
	turn: Turn,
	call: NativeCall,
): AsyncGenerator<JsonObject> {
	const meter = new StreamMeter(call);
	let end: JsonObject = { stop_reason: null, stop: null };
	for await (const event of reply) {
		meter.see(event);
		const text = event.contentBlockDelta?.delta?.text;
		if (text) yield { completion: text, stop_reason: null, stop: null };
		if (event.messageStop) {
			const { stopReason, additionalModelResponseFields } = event.messageStop;
			// A document's members are JSON by what the description says of them.
			end = endOf(
				stopReason,
				additionalModelResponseFields as Json | undefined,
				turn,
			);
		}
	}
	yield { completion: "", ...end, ...meter.metrics() };
}
