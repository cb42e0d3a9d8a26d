import type { Message, ToolResultBlock } from "@aws-sdk/client-bedrock-runtime";
import type { Call } from "../../call.ts";
import type { Json } from "../../json.ts";
import { resolveModelId } from "../../models/resolve.ts";
import type { Turn } from "../../turn/turn.ts";
import { type FoldedText, foldText } from "./text.ts";

/** A tool result of the last message. */
export interface ToolResult {
	/** The tool's name, found by the id of its call; an empty string when the call is not in the conversation. */
	name: string;
	status: "success" | "error";
	/** Texts and JSON of the result, in lines. */
	text: string;
	/** Its JSON, its text parsed as JSON, or its text. */
	value: Json;
}

/** What rules look at, read from a turn when it is first asked for. */
export class ScriptRequest {
	readonly turn: Turn;
	readonly call: Call;
	#user: FoldedText | undefined;
	#asked: FoldedText | undefined;
	#system: FoldedText | undefined;
	#messages: FoldedText | undefined;
	#toolResults: ToolResult[] | undefined;
	#steps: Step[] | undefined;
	#names: string[] | undefined;
	#json: Json | undefined;

	constructor(turn: Turn, call: Call) {
		this.turn = turn;
		this.call = call;
	}

	/** The text of the last user message; empty when it holds tool results only. */
	get user(): FoldedText {
		this.#user ??= foldText(textOf(this.#lastUser));
		return this.#user;
	}

	/** The text of the latest user message with text in it: what a tool result is an answer to. */
	get asked(): FoldedText {
		this.#asked ??= foldText(latestUserText(this.turn.messages));
		return this.#asked;
	}

	get system(): FoldedText {
		this.#system ??= foldText(
			(this.turn.system ?? []).map(({ text }) => text ?? "").join("\n"),
		);
		return this.#system;
	}

	/** The texts of all messages, of both roles. */
	get messages(): FoldedText {
		this.#messages ??= foldText(this.turn.messages.map(textOf).join("\n"));
		return this.#messages;
	}

	/** 1 for a conversation's first question; each stretch of assistant messages adds 1. */
	get number(): number {
		const { length } = this.steps;
		return length;
	}

	/** The conversation cut at the answers: what came in before each. The last one is what is asked now. */
	get steps(): Step[] {
		this.#steps ??= readSteps(this.turn.messages);
		return this.#steps;
	}

	get toolResults(): ToolResult[] {
		this.#toolResults ??= readToolResults(this.#lastUser, this.turn.messages);
		return this.#toolResults;
	}

	/** Texts of the user messages, the latest first. */
	*userTexts(): Generator<FoldedText> {
		for (let at = this.turn.messages.length - 1; at >= 0; at--) {
			const message = this.turn.messages[at];
			if (message?.role !== "user") continue;
			const text = textOf(message);
			if (text !== "") yield foldText(text);
		}
	}

	/** What globs over the model see: the identifier as received, a profile's id in an ARN, the bare model id. */
	get modelNames(): string[] {
		if (this.#names) return this.#names;
		const { modelId } = this.turn;
		const { baseId, profilePrefix } = resolveModelId(modelId);
		const names = new Set([modelId, baseId]);
		if (profilePrefix) names.add(`${profilePrefix}.${baseId}`);
		this.#names = [...names];
		return this.#names;
	}

	has(kind: "image" | "document" | "video"): boolean {
		return this.turn.messages.some((message) =>
			message.content?.some((block) => block[kind] !== undefined),
		);
	}

	/** The turn as plain JSON: bytes as base64, undefined members left out. */
	get json(): Json {
		this.#json ??= toJson(this.turn);
		return this.#json;
	}

	get #lastUser(): Message | undefined {
		return this.turn.messages.findLast(({ role }) => role === "user");
	}
}

/** What came in before one answer. */
export interface Step {
	messages: Message[];
	/** As `ScriptRequest` reads the last one. */
	text: FoldedText;
	toolResults: ToolResult[];
}

function readSteps(messages: Message[]): Step[] {
	const groups: Message[][] = [[]];
	let answered = false;
	for (const message of messages) {
		if (message.role === "assistant") {
			answered = true;
			continue;
		}
		if (answered) groups.push([]);
		answered = false;
		groups.at(-1)?.push(message);
	}
	return groups.map((group) => lazyStep(group, messages));
}

/** Most rules need only how many steps there are. */
function lazyStep(group: Message[], messages: Message[]): Step {
	let text: FoldedText | undefined;
	let toolResults: ToolResult[] | undefined;
	return {
		messages: group,
		get text() {
			text ??= foldText(group.map(textOf).filter(Boolean).join("\n"));
			return text;
		},
		get toolResults() {
			toolResults ??= group.flatMap((message) =>
				readToolResults(message, messages),
			);
			return toolResults;
		},
	};
}

function latestUserText(messages: Message[]): string {
	for (let at = messages.length - 1; at >= 0; at--) {
		const message = messages[at];
		const text = message?.role === "user" ? textOf(message) : "";
		if (text !== "") return text;
	}
	return "";
}

function textOf(message: Message | undefined): string {
	const content = message?.content ?? [];
	if (content.length === 1) return content[0]?.text ?? "";
	return content
		.flatMap(({ text }) => (text === undefined ? [] : text))
		.join("\n");
}

function readToolResults(
	message: Message | undefined,
	messages: Message[],
): ToolResult[] {
	const results = message?.content?.flatMap(
		({ toolResult }) => toolResult ?? [],
	);
	if (!results?.length) return [];
	const names = new Map<string | undefined, string | undefined>();
	for (const { content } of messages) {
		for (const { toolUse } of content ?? [])
			if (toolUse) names.set(toolUse.toolUseId, toolUse.name);
	}
	return results.map((result) => ({
		name: names.get(result.toolUseId) ?? "",
		status: result.status === "error" ? "error" : "success",
		...readResult(result),
	}));
}

function readResult({ content = [] }: ToolResultBlock): {
	text: string;
	value: Json;
} {
	const texts = content.flatMap(({ text, json }) =>
		json === undefined ? (text ?? []) : JSON.stringify(json),
	);
	const text = texts.join("\n");
	const json = content.find((block) => block.json !== undefined)?.json;
	// A document is JSON once it was read.
	if (json !== undefined) return { text, value: json as Json };
	return { text, value: parseJson(text) };
}

function parseJson(text: string): Json {
	if (!/^\s*[[{"\d\-tfn]/.test(text)) return text;
	try {
		return JSON.parse(text) as Json;
	} catch {
		return text;
	}
}

function toJson(turn: Turn): Json {
	return JSON.parse(JSON.stringify(turn, bytesAsBase64)) as Json;
}

/** Looks at the member itself: a Buffer has become a list of numbers before its value comes here. */
function bytesAsBase64(this: unknown, key: string, value: unknown): unknown {
	const member = (this as Record<string, unknown>)[key];
	if (!(member instanceof Uint8Array)) return value;
	const { buffer, byteOffset, byteLength } = member;
	return Buffer.from(buffer, byteOffset, byteLength).toString("base64");
}
