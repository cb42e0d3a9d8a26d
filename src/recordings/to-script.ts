/** Cassettes to a script: rules that say what was recorded, to be edited by hand. */
import { isObject, type Json, type JsonObject } from "../json.ts";
import type { Turn } from "../turn/turn.ts";
import type { Cassette, RecordedRequest } from "./cassette.ts";
import { mapTexts } from "./json-texts.ts";

/** A cassette by its file. */
export interface NamedCassette {
	file: string;
	cassette: Cassette;
}

/** A script, and the cassettes that scripts cannot say. */
export interface ScriptOfCassettes {
	script: { replies: JsonObject[] };
	left: { file: string; why: string }[];
}

/** What was asked, in Converse's form; undefined when it was no turn of a conversation. */
export type ReadTurn = (
	request: RecordedRequest,
) => Pick<Turn, "messages" | "system"> | undefined;

/**
 * A rule for each request, with its answers in their order. Rules look at operation, model, turn, system prompt and what
 * the user said; cassettes that differ in something else are left out and named.
 */
export function scriptOf(
	cassettes: readonly NamedCassette[],
	readTurn: ReadTurn,
): ScriptOfCassettes {
	const rules = new Map<
		string,
		{ rule: JsonObject; asked: string; replies: Json[] }
	>();
	const left: ScriptOfCassettes["left"] = [];
	for (const { file, cassette } of cassettes) {
		const when = conditionsOf(cassette.request, readTurn);
		const reply = when && replyOf(cassette);
		if (!when || !reply) {
			const { operation } = cassette.request;
			left.push({
				file,
				why: `scripts do not say this answer to ${operation}`,
			});
			continue;
		}
		const key = JSON.stringify(when);
		const asked = JSON.stringify(cassette.request);
		const known = rules.get(key);
		if (known && known.asked !== asked)
			left.push({
				file,
				why: `a rule of ${known.rule.name} matches it already`,
			});
		else if (known) known.replies.push(reply);
		else
			rules.set(key, { rule: { name: file, when }, asked, replies: [reply] });
	}
	const replies = [...rules.values()].map(({ rule, replies: said }) =>
		said.length === 1
			? { ...rule, ...(said[0] as JsonObject) }
			: { ...rule, replies: said },
	);
	return { script: { replies }, left };
}

function conditionsOf(
	request: RecordedRequest,
	readTurn: ReadTurn,
): JsonObject | undefined {
	const turn = readTurn(request);
	if (!turn) return undefined;
	const { operation, model } = request;
	const when: JsonObject = {
		operation,
		model,
		turn: turnNumber(turn.messages),
	};
	const system =
		turn.system?.flatMap(({ text }) => text ?? []).join("\n") ?? "";
	if (system !== "") when.system = { is: system };
	const last = turn.messages.at(-1)?.content ?? [];
	const result = last.find(({ toolResult }) => toolResult)?.toolResult;
	if (result)
		when.toolResult = { text: { is: resultText(result.content ?? []) } };
	else {
		const text = last.flatMap(({ text: said }) => said ?? []).join("\n");
		if (text !== "") when.user = { is: text };
	}
	return when;
}

function resultText(
	content: readonly { text?: string; json?: unknown }[],
): string {
	return content
		.flatMap(({ text, json }) =>
			json === undefined ? (text ?? []) : JSON.stringify(json),
		)
		.join("\n");
}

/** 1, and one more for each stretch of answers in the conversation. */
function turnNumber(messages: Turn["messages"]): number {
	const answers = messages.filter(
		({ role }, at) => role === "assistant" && messages[at - 1]?.role !== role,
	);
	return answers.length + 1;
}

function replyOf({ request, response }: Cassette): JsonObject | undefined {
	const { status, body, events, headers } = response;
	if (status >= 400) return errorOf(headers["x-amzn-errortype"], body);
	switch (request.operation) {
		case "Converse":
			return isObject(body) ? converseReply(body) : undefined;
		case "InvokeModel":
			return body === undefined ? undefined : { native: escaped(body) };
		case "ConverseStream":
			return plainEvents(events, (said) => ({ events: said }));
		case "InvokeModelWithResponseStream":
			return plainEvents(events, (said) => ({
				chunks: said.map(({ chunk }) => chunk ?? {}),
			}));
		default:
			return undefined;
	}
}

/** Undefined where an event is kept as bytes: a script would write other ones. */
function plainEvents(
	events: Cassette["response"]["events"],
	write: (events: JsonObject[]) => JsonObject,
): JsonObject | undefined {
	const plain = (events ?? []).map(({ at: _, ...event }) => event);
	if (plain.some((event) => event.frame ?? event.payload)) return undefined;
	return escaped(write(plain)) as JsonObject;
}

function errorOf(type: string | undefined, body: Json | undefined): JsonObject {
	const [name = "InternalServerException"] = (type ?? "").split(":");
	const message = isObject(body) ? body.message : undefined;
	return {
		error: {
			name,
			...(typeof message === "string" && { message: escapeText(message) }),
		},
	};
}

/** Undefined for content that scripts have no word for. */
function converseReply(body: JsonObject): JsonObject | undefined {
	const { output, stopReason, usage, additionalModelResponseFields } = body;
	const message = isObject(output) ? output.message : undefined;
	const content = isObject(message) ? message.content : undefined;
	const blocks = Array.isArray(content) ? content.map(blockOf) : [];
	if (blocks.some((block) => block === undefined)) return undefined;
	const said = blocks as JsonObject[];
	const [only] = said;
	const reply: JsonObject =
		said.length === 1 && only && "text" in only ? only : { content: said };
	return escaped({
		...reply,
		...(stopReason !== undefined && { stopReason }),
		...(usage !== undefined && { usage: tokensOf(usage) }),
		...(additionalModelResponseFields !== undefined && {
			fields: additionalModelResponseFields,
		}),
	}) as JsonObject;
}

const tokenCounts = [
	"inputTokens",
	"outputTokens",
	"totalTokens",
	"cacheReadInputTokens",
	"cacheWriteInputTokens",
];

function tokensOf(usage: Json): Json {
	if (!isObject(usage)) return {};
	return Object.fromEntries(
		Object.entries(usage).filter(([name]) => tokenCounts.includes(name)),
	);
}

function blockOf(block: Json): JsonObject | undefined {
	if (!isObject(block)) return undefined;
	const { text, toolUse, reasoningContent } = block;
	if (typeof text === "string") return { text };
	if (isObject(toolUse)) {
		const { name = "", input = {}, toolUseId = "" } = toolUse;
		return { tool: { name, input, id: toolUseId } };
	}
	if (!isObject(reasoningContent)) return undefined;
	const { reasoningText, redactedContent } = reasoningContent;
	if (redactedContent !== undefined)
		return { reasoning: { redacted: redactedContent } };
	return isObject(reasoningText) ? { reasoning: reasoningText } : undefined;
}

function escaped(value: Json): Json {
	return mapTexts(value, escapeText);
}

/** Braces that a script would fill in, or take for Liquid. */
function escapeText(text: string): string {
	return /\{[\w{%]|\\[{}]/u.test(text) ? text.replace(/[{}]/gu, "\\$&") : text;
}
