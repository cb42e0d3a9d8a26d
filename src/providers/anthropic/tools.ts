/** `tools` and `tool_choice` of Anthropic Messages, read into Converse's `toolConfig`. */

import type {
	Tool,
	ToolChoice,
	ToolConfiguration,
} from "@aws-sdk/client-bedrock-runtime";
import { invalid } from "../../errors.ts";
import type { Json, JsonObject } from "../../json.ts";
import { pick } from "../checked-body.ts";
import { readCacheControl } from "./blocks.ts";
import {
	asBoolean,
	asList,
	asObject,
	asText,
	optional,
	readTag,
	required,
	unknownTag,
} from "./values.ts";

/**
 * Tools that Claude knows by `type`, without a schema, and that Bedrock has; dated names in the order of Claude's refusal.
 * Its web_search, web_fetch and code_execution are not on Bedrock (observed).
 */
const builtInTypes = [
	"bash_20241022",
	"bash_20250124",
	"computer_20241022",
	"computer_20250124",
	"computer_20251124",
	"memory_20250818",
	"text_editor_20241022",
	"text_editor_20250124",
	"text_editor_20250429",
	"text_editor_20250728",
	"tool_search_tool_bm25",
	"tool_search_tool_bm25_20251119",
	"tool_search_tool_regex",
	"tool_search_tool_regex_20251119",
];
const toolTypes = ["custom", ...builtInTypes].sort();

/** Those that a body without `anthropic_beta` is told of (observed: CountTokens of Claude Sonnet 4, pydantic-ai's recordings). */
const typesWithoutBeta = [
	"bash_20250124",
	"custom",
	"text_editor_20250124",
	"text_editor_20250429",
	"text_editor_20250728",
];

/** What tools and tool choice become: Converse's members, and what only `additionalModelRequestFields` can say. */
export interface ReadTools {
	toolConfig?: ToolConfiguration;
	additional: JsonObject;
}

/**
 * Reads `tools` and `tool_choice`. Built-in tools go to the additional fields as they are, as Converse's users send them
 * (documented); so does a tool choice that Converse has no words for: `none`, one that forbids parallel calls, or one among
 * built-in tools alone.
 *
 * @throws ServiceError in Claude's words. Source of the texts: observed, but for the wording of `tool_choice` (assumed).
 */
export function readTools(body: JsonObject): ReadTools {
	const tools: Tool[] = [];
	const builtIn: Json[] = [];
	const names = new Set<string>();
	for (const [index, item] of asList(
		optional(body, "tools") ?? [],
		"tools",
	).entries()) {
		const path = `tools.${index}`;
		const tool = asObject(item, path);
		const type = optional(tool, "type") ?? "custom";
		if (!toolTypes.includes(type as string))
			throw unknownTag(
				type,
				path,
				optional(body, "anthropic_beta") ? toolTypes : typesWithoutBeta,
			);
		if (type === "custom") {
			tools.push(readTool(tool, `${path}.custom`));
			const cachePoint = readCacheControl(tool, `${path}.custom`);
			if (cachePoint) tools.push({ cachePoint });
		} else {
			builtIn.push(tool);
		}
		const name = String(tool.name);
		if (names.has(name)) throw invalid("tools: Tool names must be unique.");
		names.add(name);
	}
	const choice = readToolChoice(body, names);
	return {
		...(tools.length > 0 && {
			toolConfig: {
				tools,
				...(choice.toolChoice && { toolChoice: choice.toolChoice }),
			},
		}),
		additional: {
			...(builtIn.length > 0 && { tools: builtIn }),
			...(tools.length === 0 && choice.toolChoice
				? pick(body, ["tool_choice"])
				: choice.additional),
		},
	};
}

function readTool(tool: JsonObject, path: string): Tool {
	const name = asText(required(tool, "name", `${path}.name`), `${path}.name`);
	if (!/^[a-zA-Z0-9_-]{1,128}$/.test(name)) {
		throw invalid(
			`${path}.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'`,
		);
	}
	const schema = asObject(
		required(tool, "input_schema", `${path}.input_schema`),
		`${path}.input_schema`,
	);
	const type = required(schema, "type", `${path}.input_schema.type`);
	if (type !== "object")
		throw invalid(`${path}.input_schema.type: Input should be 'object'`);
	const description = optional(tool, "description");
	const strict = optional(tool, "strict");
	return {
		toolSpec: {
			name,
			...(description !== undefined && {
				description: asText(description, `${path}.description`),
			}),
			inputSchema: { json: schema },
			...(strict !== undefined && {
				strict: asBoolean(strict, `${path}.strict`),
			}),
		},
	};
}

function readToolChoice(
	body: JsonObject,
	names: Set<string>,
): { toolChoice?: ToolChoice; additional?: JsonObject } {
	const value = optional(body, "tool_choice");
	if (value === undefined) return {};
	const choice = asObject(value, "tool_choice");
	const type = readTag(choice, "tool_choice", ["any", "auto", "none", "tool"]);
	if (type === "none") return { additional: { tool_choice: choice } };
	if (names.size === 0)
		throw invalid("tool_choice may only be specified while providing tools.");
	const additional =
		choice.disable_parallel_tool_use === true
			? { additional: { tool_choice: choice } }
			: {};
	if (type === "auto") return { toolChoice: { auto: {} }, ...additional };
	if (type === "any") return { toolChoice: { any: {} }, ...additional };
	const name = asText(
		required(choice, "name", "tool_choice.tool.name"),
		"tool_choice.tool.name",
	);
	if (!names.has(name))
		throw invalid(`Tool '${name}' not found in provided tools`);
	return { toolChoice: { tool: { name } }, ...additional };
}
