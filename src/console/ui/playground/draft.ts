/** What the playground sends, before it is a request. */
import type { Json } from "../api/types.ts";
import { itemsOf, membersOf, textOf } from "../conversation/json.ts";
import { jsonProblem } from "../json-problem.ts";

/** The operations that it can be sent by. */
export const surfaces = {
	"converse-stream": { title: "Converse, streamed", isStream: true },
	converse: { title: "Converse, whole", isStream: false },
	"invoke-with-response-stream": {
		title: "Native body, streamed",
		isStream: true,
	},
	invoke: { title: "Native body, whole", isStream: false },
} as const;
export type Surface = keyof typeof surfaces;

/** Whether it is one of them. */
export function isSurface(name: string): name is Surface {
	return name in surfaces;
}

/** Whether a surface takes the family's own body. */
export function isNative(surface: Surface): boolean {
	return surface.startsWith("invoke");
}

/** A message as Converse has it; bytes are base64. */
export interface DraftMessage {
	role: string;
	content: Json[];
}

export interface Draft {
	modelId: string;
	surface: Surface;
	system: string;
	messages: DraftMessage[];
	/** JSON, as it was typed. */
	tools: string;
	/** Empty: none is said; `auto`, `any`, or `tool:` and a name. */
	toolChoice: string;
	settings: Settings;
}

/** Inference parameters as they were typed; empty: not said. */
export interface Settings {
	maxTokens: string;
	temperature: string;
	topP: string;
	/** One a line. */
	stopSequences: string;
}

export const emptyDraft: Draft = {
	modelId: "amazon.nova-lite-v1:0",
	surface: "converse-stream",
	system: "",
	messages: [],
	tools: "",
	toolChoice: "",
	settings: { maxTokens: "", temperature: "", topP: "", stopSequences: "" },
};

export interface Tool {
	name: string;
	description: string;
	schema: Json;
}

/**
 * Reads tools as somebody typed or pasted them: a tool or a list, in Converse's form, Anthropic's or OpenAI's.
 *
 * @returns what is wrong, in place of tools
 */
export function readTools(
	text: string,
): { tools: Tool[]; problem?: never } | { problem: string; tools?: never } {
	if (text.trim() === "") return { tools: [] };
	const problem = jsonProblem(text);
	if (problem !== undefined) return { problem };
	const value: Json = JSON.parse(text);
	const listed = membersOf(value).tools ?? value;
	const tools: Tool[] = [];
	for (const [index, item] of (Array.isArray(listed)
		? listed
		: [listed]
	).entries()) {
		const tool = readTool(item);
		if (tool.name === "")
			return { problem: `Tool ${index + 1} has no name. Give it one.` };
		if (tool.schema === null)
			return {
				problem: `The tool ${tool.name} has no inputSchema. Give it one, such as {"type": "object"}.`,
			};
		tools.push(tool);
	}
	return { tools };
}

function readTool(item: Json): Tool {
	const outer = membersOf(item);
	const tool = membersOf(outer.toolSpec ?? outer.function ?? item);
	const { inputSchema, input_schema, parameters } = tool;
	const schema = inputSchema ?? input_schema ?? parameters ?? null;
	return {
		name: textOf(tool.name),
		description: textOf(tool.description),
		schema: membersOf(schema).json ?? schema,
	};
}

/** The tools that the last message calls and whose results are awaited. */
export function openCalls(
	messages: readonly DraftMessage[],
): { id: string; name: string; input: Json }[] {
	const last = messages.at(-1);
	if (last?.role !== "assistant") return [];
	return last.content.flatMap((block) => {
		const { toolUse } = membersOf(block);
		if (toolUse === undefined) return [];
		const { toolUseId, name, input } = membersOf(toolUse);
		return {
			id: textOf(toolUseId),
			name: textOf(name),
			input: input ?? null,
		};
	});
}

/** A tool's result as it was typed: a JSON object is sent as one, all else as text. */
export function writeResult(id: string, typed: string, isError: boolean): Json {
	return {
		toolResult: {
			toolUseId: id,
			content: [readResult(typed)],
			...(isError && { status: "error" }),
		},
	};
}

function readResult(typed: string): Json {
	try {
		const value: Json = JSON.parse(typed);
		if (typeof value === "object" && value !== null && !Array.isArray(value))
			return { json: value };
	} catch {
		// It is text.
	}
	return { text: typed };
}

/** The messages with one more of the user's; what follows a message of the user's becomes part of it. */
export function withUser(
	messages: readonly DraftMessage[],
	content: Json[],
): DraftMessage[] {
	if (content.length === 0) return [...messages];
	const last = messages.at(-1);
	if (last?.role !== "user") return [...messages, { role: "user", content }];
	return [
		...messages.slice(0, -1),
		{ role: "user", content: [...last.content, ...content] },
	];
}

/** Whether messages are such as Converse takes. */
export function readMessages(value: Json | undefined): DraftMessage[] {
	return itemsOf(value).map((message) => {
		const { role, content } = membersOf(message);
		return { role: textOf(role), content: itemsOf(content) };
	});
}
