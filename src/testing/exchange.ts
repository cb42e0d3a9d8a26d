/** What happened, as tests look at it: an exchange of the journal, and what of it is asked for most. */

import type {
	ConverseCommandInput,
	ConverseCommandOutput,
	ConverseStreamCommandInput,
	ConverseStreamOutput,
	CountTokensCommandInput,
	CountTokensCommandOutput,
	TokenUsage,
} from "@aws-sdk/client-bedrock-runtime";
import type { Notes } from "../call.ts";
import type { Json } from "../json.ts";

/** A native body: `InvokeModel` and its stream. JSON is decoded. */
export interface NativeInput {
	modelId: string;
	body: Json;
	contentType?: string;
	accept?: string;
}

/** What an operation was asked, by its name. Bytes are base64. */
export interface Inputs {
	Converse: ConverseCommandInput;
	ConverseStream: ConverseStreamCommandInput;
	InvokeModel: NativeInput;
	InvokeModelWithResponseStream: NativeInput;
	CountTokens: CountTokensCommandInput;
}

/** What an operation answered, by its name; a stream's events are apart. */
export interface Outputs {
	Converse: Omit<ConverseCommandOutput, "$metadata">;
	ConverseStream: Record<string, never>;
	InvokeModel: { body: Json; contentType?: string };
	InvokeModelWithResponseStream: { contentType?: string };
	CountTokens: Omit<CountTokensCommandOutput, "$metadata">;
}

type Of<Map, Operation> = Operation extends keyof Map
	? Map[Operation]
	: Json | undefined;

/** A call that has ended. */
export interface Exchange<Operation extends string = string> {
	/** The request id. */
	id: string;
	/** Counts up over the server's life, from 1. */
	sequence: number;
	namespace: string;
	service: string;
	operation: Operation;
	modelId?: string;
	/** ok, error (an exception was answered), or broken (the connection ended before the answer). */
	state: "ok" | "error" | "broken";
	status?: number;
	error?: { name: string; message: string };
	/** Which attempt of its SDK this was, from 1. */
	attempt?: number;
	method: string;
	path: string;
	/** Those without credentials. */
	requestHeaders: Record<string, string>;
	/** Milliseconds since the epoch, by Outcrop's clock. */
	startedAtMs: number;
	firstEventMs?: number;
	durationMs?: number;
	input: Of<Inputs, Operation>;
	output: Of<Outputs, Operation>;
	/** A stream's events with the milliseconds from the start at which they were sent. */
	events?: {
		atMs: number;
		event: Operation extends "ConverseStream" ? ConverseStreamOutput : Json;
	}[];
	usage?: TokenUsage;
	priceUsd?: number;
	/** Who answered (`engine`, `rule`, `upstream`), which rules did not and why (`misses`), which faults were played (`faults`). */
	notes: Notes;
	/** Text of the last user message; empty when it holds tool results only. */
	user: string;
	/** The system prompt. */
	system: string;
	/** What was answered as text, on Converse and ConverseStream; else empty. */
	reply: string;
	/** Tool calls of the answer, on Converse and ConverseStream. */
	toolCalls: { name: string; input: Json }[];
	/** Names of the tools whose results the last message brings; empty for calls that are not in the conversation. */
	toolResults: string[];
}

type Fields = Record<string, unknown>;

/** An exchange from the journal's JSON. */
export function readExchange(json: unknown): Exchange {
	const shown = fieldsOf(json);
	const asked = readAsked(shown.input);
	const said = readSaid(shown);
	// The journal's own shape; what is read from it is added.
	return { ...shown, ...asked, ...said } as unknown as Exchange;
}

function readAsked(
	input: unknown,
): Pick<Exchange, "user" | "system" | "toolResults"> {
	const { body } = fieldsOf(input);
	const asked = body === undefined ? fieldsOf(input) : fieldsOf(body);
	const messages = listOf(asked.messages).map(fieldsOf);
	const last = messages.findLast(({ role }) => role === "user");
	const systems = messages.filter(({ role }) => role === "system");
	const prompt = asked.prompt ?? asked.inputText ?? asked.message;
	return {
		user: last ? textOf(last.content) : textOf(prompt),
		system: [asked.system, ...systems.map(({ content }) => content)]
			.map(textOf)
			.filter(Boolean)
			.join("\n"),
		toolResults: readToolResults(messages, last),
	};
}

function readToolResults(messages: Fields[], last: Fields | undefined) {
	const names = new Map<unknown, unknown>();
	for (const block of messages.flatMap(({ content }) => listOf(content))) {
		const { toolUse, type, id, name } = fieldsOf(block);
		const call = fieldsOf(toolUse);
		if (toolUse) names.set(call.toolUseId, call.name);
		else if (type === "tool_use") names.set(id, name);
	}
	return listOf(last?.content)
		.map(fieldsOf)
		.filter(({ toolResult, type }) => toolResult || type === "tool_result")
		.map(({ toolResult, tool_use_id }) =>
			String(names.get(fieldsOf(toolResult).toolUseId ?? tool_use_id) ?? ""),
		);
}

function readSaid({
	output,
	events,
}: Fields): Pick<Exchange, "reply" | "toolCalls"> {
	const streamed = listOf(events).map((event) =>
		fieldsOf(fieldsOf(event).event),
	);
	if (streamed.length > 0) return readStream(streamed);
	const { content } = fieldsOf(fieldsOf(fieldsOf(output).output).message);
	const blocks = listOf(content).map(fieldsOf);
	return {
		reply: textOf(content),
		toolCalls: blocks.flatMap(({ toolUse }) => {
			const { name, input } = fieldsOf(toolUse);
			return toolUse ? [{ name: String(name), input: input as Json }] : [];
		}),
	};
}

function readStream(events: Fields[]): Pick<Exchange, "reply" | "toolCalls"> {
	let reply = "";
	const calls = new Map<unknown, { name: string; json: string }>();
	for (const { contentBlockStart, contentBlockDelta } of events) {
		const start = fieldsOf(contentBlockStart);
		const { toolUse } = fieldsOf(start.start);
		if (toolUse)
			calls.set(start.contentBlockIndex, {
				name: String(fieldsOf(toolUse).name),
				json: "",
			});
		const { delta, contentBlockIndex } = fieldsOf(contentBlockDelta);
		const { text, toolUse: more } = fieldsOf(delta);
		if (typeof text === "string") reply += text;
		const call = calls.get(contentBlockIndex);
		if (call && more) call.json += fieldsOf(more).input ?? "";
	}
	return {
		reply,
		toolCalls: [...calls.values()].map(({ name, json }) => ({
			name,
			input: parse(json),
		})),
	};
}

function parse(json: string): Json {
	try {
		return JSON.parse(json || "{}") as Json;
	} catch {
		// A stream that broke leaves half a document.
		return json;
	}
}

function fieldsOf(value: unknown): Fields {
	return typeof value === "object" && value !== null ? (value as Fields) : {};
}

function listOf(value: unknown): unknown[] {
	return Array.isArray(value) ? value : [];
}

/** Text, or the texts of content blocks in lines. */
function textOf(content: unknown): string {
	if (typeof content === "string") return content;
	return listOf(content)
		.map((block) => fieldsOf(block).text)
		.filter((text) => typeof text === "string")
		.join("\n");
}
