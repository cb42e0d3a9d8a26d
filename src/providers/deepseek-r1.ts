import type { ContentBlock, StopReason } from "@aws-sdk/client-bedrock-runtime";
import type { Json, JsonObject } from "../json.ts";
import type { Reply, Turn } from "../turn/turn.ts";
import { checkBodyInDetail, readInference } from "./checked-body.ts";
import { StreamMeter } from "./native.ts";
import { reasoningOf } from "./openai-chat/write.ts";
import {
	type PromptPart,
	splitAtMarks,
	textOf,
	turnOfParts,
	turnOfText,
} from "./prompt.ts";
import type { NativeCall, Provider } from "./provider.ts";
import type { BodySchema } from "./schema.ts";

/**
 * DeepSeek R1: one prompt in, one text out. The prompt of its template opens `<think>`, so a reply that has reasoning is
 * the reasoning, `</think>` and the answer; one without is the answer alone.
 *
 * Source: shapes and ranges documented, chunks like Bedrock's other text completions.
 */
export const deepseekR1: Provider = {
	name: "DeepSeek",
	family: "DeepSeek R1",
	speaks: ["text", "stream", "reasoning"],
	models: /(?:^|[./:])deepseek\.r/,
	readTurn,
	writeReply: ({ content, stopReason }) =>
		textBody(content.map(writeBlock).join(""), stopWord(stopReason)),
	writeChunks,
};

const endOfThought = "\n</think>\n\n";

function writeBlock(block: ContentBlock): string {
	const reasoning = reasoningOf([block]);
	return reasoning === "" ? textOf([block]) : reasoning + endOfThought;
}

const schema: BodySchema = {
	type: "object",
	closed: true,
	required: ["prompt"],
	properties: {
		prompt: { type: "string", minLength: 1 },
		max_tokens: { type: "integer", minimum: 1, maximum: 32768 },
		temperature: { type: "number", minimum: 0, maximum: 1 },
		top_p: { type: "number", minimum: 0, maximum: 1 },
		stop: { type: "array", maxItems: 10, items: { type: "string" } },
		"amazon-bedrock-guardrailConfig": {},
	},
};

function readTurn(body: Json, modelId: string): Turn {
	checkBodyInDetail(body, schema);
	const inferenceConfig = readInference(body, {
		maxTokens: "max_tokens",
		stopSequences: "stop",
	});
	return {
		modelId,
		...readR1Prompt(String(body.prompt)),
		...(inferenceConfig && { inferenceConfig }),
	};
}

const begin = "<｜begin▁of▁sentence｜>";
const user = "<｜User｜>";
const assistant = "<｜Assistant｜>";
const marks =
	/<｜begin▁of▁sentence｜>|<｜User｜>|<｜Assistant｜>|<｜end▁of▁sentence｜>/g;

/** What stands before the first speaker is the system text; a prompt that names no user is theirs. */
export function readR1Prompt(
	prompt: string,
): Pick<Turn, "messages" | "system"> {
	if (!prompt.includes(user))
		return turnOfText(
			prompt.startsWith(begin) ? prompt.slice(begin.length) : prompt,
		);
	return turnOfParts(
		splitAtMarks(prompt, marks).map(({ mark, text }): PromptPart => {
			if (mark === user) return { role: "user", text };
			if (mark === assistant)
				return { role: "assistant", text: withoutThought(text) };
			return { role: "system", text };
		}),
	);
}

/** An answer of before without its thought, as the template has it; a thought that is only opened is no answer yet. */
function withoutThought(text: string): string {
	const end = text.indexOf("</think>");
	if (end >= 0) return text.slice(end + "</think>".length);
	const opened = text.indexOf("<think>");
	return opened >= 0 ? text.slice(0, opened) : text;
}

function textBody(text: string, stopReason: string | null): JsonObject {
	return { choices: [{ text, stop_reason: stopReason }] };
}

function stopWord(stopReason: StopReason | undefined): string {
	return stopReason === "max_tokens" ||
		stopReason === "model_context_window_exceeded"
		? "length"
		: "stop";
}

async function* writeChunks(
	reply: Reply,
	_turn: Turn,
	call: NativeCall,
): AsyncGenerator<JsonObject> {
	const meter = new StreamMeter(call);
	let stopReason: StopReason | undefined;
	let thinking = false;
	for await (const event of reply) {
		meter.see(event);
		const delta = event.contentBlockDelta?.delta;
		const reasoning = delta?.reasoningContent?.text;
		if (event.messageStop) stopReason = event.messageStop.stopReason;
		if (reasoning) thinking = true;
		const text = reasoning ?? delta?.text;
		if (text) yield textBody(text, null);
		if (event.contentBlockStop && thinking) {
			thinking = false;
			yield textBody(endOfThought, null);
		}
	}
	yield { ...textBody("", stopWord(stopReason)), ...meter.metrics() };
}
