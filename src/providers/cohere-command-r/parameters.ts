/** Tools of Command R, whose parameters are described in Python's words. */

import type { ToolConfiguration } from "@aws-sdk/client-bedrock-runtime";
import { isObject, type Json, type JsonObject } from "../../json.ts";

const types: Record<string, string> = {
	str: "string",
	string: "string",
	int: "integer",
	integer: "integer",
	float: "number",
	number: "number",
	bool: "boolean",
	boolean: "boolean",
	dict: "object",
	object: "object",
	list: "array",
	array: "array",
};

/** Lists in lists are read this deep; what is below is anything. */
const maxDepth = 5;

/** `tools` of a checked body as Converse's `toolConfig`; undefined when there are none. */
export function readTools(
	tools: Json | undefined,
): ToolConfiguration | undefined {
	if (!Array.isArray(tools) || tools.length === 0) return undefined;
	return {
		tools: tools
			.filter(isObject)
			.map(({ name, description, parameter_definitions }) => ({
				toolSpec: {
					name: String(name),
					...(description !== "" && { description: String(description) }),
					inputSchema: {
						json: readDefinitions(
							isObject(parameter_definitions) ? parameter_definitions : {},
						),
					},
				},
			})),
	};
}

function readDefinitions(definitions: JsonObject): JsonObject {
	const described = Object.entries(definitions).filter(
		(entry): entry is [string, JsonObject] => isObject(entry[1]),
	);
	const properties = described.map(([name, { type, description }]) => {
		const property = readType(typeof type === "string" ? type : "", 0);
		if (typeof description === "string") property.description = description;
		return [name, property] as const;
	});
	const required = described
		.filter(([, definition]) => definition.required === true)
		.map(([name]) => name);
	return {
		type: "object",
		properties: Object.fromEntries(properties),
		...(required.length > 0 && { required }),
	};
}

/** The schema of a type such as `str`, `List[int]` or `Dict[str, str]`; an empty one when the type is unknown. */
function readType(type: string, depth: number): JsonObject {
	const word = type.trim().toLowerCase();
	const bracket = word.indexOf("[");
	const name = bracket < 0 ? word : word.slice(0, bracket);
	const outer = Object.hasOwn(types, name) ? types[name] : undefined;
	if (outer === undefined || depth > maxDepth) return {};
	if (outer !== "array" || bracket < 0 || !word.endsWith("]"))
		return { type: outer };
	return {
		type: outer,
		items: readType(word.slice(bracket + 1, -1), depth + 1),
	};
}
