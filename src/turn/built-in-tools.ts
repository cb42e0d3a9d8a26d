import { isObject, type Json, type JsonObject } from "../json.ts";
import type { Turn } from "./turn.ts";

/** A tool that Claude knows by its type: no description and no schema travel with it. */
export interface BuiltInTool {
	/** With its date, such as `bash_20250124`. */
	type: string;
	name: string;
}

/**
 * The built-in tools that a turn offers, in its order. They stand in `additionalModelRequestFields.tools`, where users of
 * Converse put them (documented) and where a Messages body's are read to.
 */
export function builtInTools(turn: Turn): BuiltInTool[] {
	const { additionalModelRequestFields: fields } = turn;
	if (!isObject(fields) || !Array.isArray(fields.tools)) return [];
	return fields.tools.flatMap((tool: Json) =>
		isObject(tool) &&
		typeof tool.type === "string" &&
		typeof tool.name === "string"
			? [{ type: tool.type, name: tool.name }]
			: [],
	);
}

/** By the type without its date: an input that the tool takes (documented: the commands and actions of each). */
const inputs: Record<string, JsonObject> = {
	bash: { command: "ls" },
	computer: { action: "screenshot" },
	memory: { command: "view", path: "/memories" },
	text_editor: { command: "view", path: "." },
};

/** An input that a built-in tool takes; undefined for one that the model runs by itself, or that is not known. */
export function builtInInput({ type }: BuiltInTool): JsonObject | undefined {
	return inputs[type.replace(/_\d{8}$/, "")];
}
