import type { Json } from "../api/types.ts";
import { type Draft, readTools, type Settings } from "./draft.ts";

/** A draft as a request to Converse. */
export function writeConverse(draft: Draft): Record<string, Json> {
	const { system, messages, settings } = draft;
	const inferenceConfig = writeSettings(settings);
	const toolConfig = writeTools(draft);
	return {
		...(system.trim() !== "" && { system: [{ text: system }] }),
		messages: messages.map((message) => ({ ...message })),
		...(Object.keys(inferenceConfig).length > 0 && { inferenceConfig }),
		...(toolConfig && { toolConfig }),
	};
}

/** What was typed as numbers and a list, without what was not. */
export function writeSettings({
	maxTokens,
	temperature,
	topP,
	stopSequences,
}: Settings): Record<string, Json> {
	const stops = stopSequences.split("\n").filter((line) => line !== "");
	return {
		...number("maxTokens", maxTokens),
		...number("temperature", temperature),
		...number("topP", topP),
		...(stops.length > 0 && { stopSequences: stops }),
	};
}

function number(name: string, typed: string): Record<string, Json> {
	const value = Number(typed);
	return typed.trim() === "" || Number.isNaN(value) ? {} : { [name]: value };
}

function writeTools(draft: Draft): Json | undefined {
	const { tools = [] } = readTools(draft.tools);
	if (tools.length === 0) return undefined;
	return {
		tools: tools.map(({ name, description, schema }) => ({
			toolSpec: {
				name,
				...(description !== "" && { description }),
				inputSchema: { json: schema },
			},
		})),
		...(draft.toolChoice !== "" && { toolChoice: choice(draft.toolChoice) }),
	};
}

function choice(toolChoice: string): Json {
	return toolChoice.startsWith("tool:")
		? { tool: { name: toolChoice.slice("tool:".length) } }
		: { [toolChoice]: {} };
}
