import type {
	ContentBlock,
	Message,
	ToolConfiguration,
} from "@aws-sdk/client-bedrock-runtime";
import { isObject } from "../../../json.ts";
import type { ModelFacts } from "../../../models/facts.ts";
import { type ConverseRules, refuse } from "./rule.ts";

/** Rules on `toolConfig`, and on how tool results answer tool uses. */
export const toolRules = {
	toolsUnsupported: {
		text: "This model doesn't support tool use.",
		source: "observed",
		reference: "langchain-ai/langchain-aws#447, DeepSeek R1",
		models: "by facts",
	},
	streamingToolsUnsupported: {
		text: "This model doesn't support tool use in streaming mode.",
		source: "observed",
		reference: "live logs; Llama, Jamba, Titan, Mistral Large 2402",
		models: "by facts",
	},
	toolChoiceUnsupported: {
		text: "This model doesn't support the toolConfig.toolChoice.{kind} field. Remove toolConfig.toolChoice.{kind} and try again.",
		source: "observed",
		reference: "strands-agents/harness-sdk#1241, 2FastLabs/agent-squad#134",
		models: "by facts",
	},
	toolsOnlyCachePoints: {
		text: "The toolConfig.tools field must contain at least one tool. Add a tool and try again.",
		source: "assumed",
		reference:
			"a cache point marks tools before it (documented); the sentence is after its siblings",
		models: "all",
	},
	toolSchemaNotObject: {
		text: "The format of the value at toolConfig.tools.{index}.toolSpec.inputSchema.json is invalid. Provide a json object for the field and try again.",
		source: "observed",
		reference: "aws/aws-sdk-net#3377",
		models: "all",
	},
	toolSchemaRoot: {
		text: "The value at toolConfig.tools.{index}.toolSpec.inputSchema.json.type must be one of the following: object.",
		source: "observed",
		reference:
			"kirodotdev/Kiro#11026; a root without type too, on Nova, Claude, Llama, Mistral, Qwen and gpt-oss (2026-06)",
		models: "all",
	},
	toolNameTwice: {
		text: "The model returned the following errors: tools: Tool names must be unique.",
		source: "assumed",
		reference:
			"tailcallhq/forgecode#892 met it at Anthropic itself; on Bedrock the prefix is added",
		models: "by facts",
	},
	toolChoiceUnknown: {
		text: "The model returned the following errors: Tool '{name}' not found in provided tools",
		source: "assumed",
		reference:
			"Anthropic's words (observed there); that other families say the same is a guess",
		models: "all",
	},
	toolConfigMissing: {
		text: "The toolConfig field must be defined when using toolUse and toolResult content blocks.",
		source: "observed",
		reference:
			"langgenius/dify#17545, onyx-dot-app/onyx#7842, ellistarn/muse#28",
		models: "all",
	},
	toolUsesTwice: {
		text: "The toolUse blocks at messages.{message}.content contain duplicate Ids: {ids}",
		source: "observed",
		reference: "live logs of ConverseStream in public repositories, 2026",
		models: "all",
	},
	toolResultsTwice: {
		text: "The toolResult blocks at messages.{message}.content contain duplicate Ids: {ids}",
		source: "observed",
		reference: "BerriAI/litellm#20048, kirodotdev/Kiro#9355",
		models: "all",
	},
	toolResultsSurplus: {
		text: "The number of toolResult blocks at messages.{message}.content exceeds the number of toolUse blocks of previous turn.",
		source: "observed",
		reference: "live logs in many public repositories",
		models: "all",
	},
	toolResultsMissing: {
		text: "Expected toolResult blocks at messages.{message}.content for the following Ids: {ids}",
		source: "observed",
		reference: "agno-agi/agno#6698, NousResearch/hermes-agent#108584",
		models: "all",
	},
	toolUseBesideText: {
		text: "messages.{message}.content: Conversation blocks and tool use blocks cannot be provided in the same turn.",
		source: "observed",
		reference: "langchain-ai/langchain-aws, its tests; Llama, Mistral",
		models: "by facts",
	},
	toolResultBesideText: {
		text: "messages.{message}.content: Conversation blocks and tool result blocks cannot be provided in the same turn.",
		source: "observed",
		reference:
			"browser-use/browser-use#710, pydantic/pydantic-ai#6081; Llama, Mistral",
		models: "by facts",
	},
} as const satisfies ConverseRules;

/** Checks `toolConfig` by itself. */
export function checkToolConfig(
	config: ToolConfiguration,
	facts: ModelFacts,
	streaming: boolean,
): void {
	if (facts.tools === false) throw refuse(toolRules.toolsUnsupported);
	if (streaming && facts.streamingTools === false)
		throw refuse(toolRules.streamingToolsUnsupported);
	const names = checkTools(config.tools ?? [], facts);
	const choice = config.toolChoice;
	const kind = choice?.tool
		? "tool"
		: choice?.any
			? "any"
			: choice?.auto
				? "auto"
				: undefined;
	if (kind && facts.toolChoice && !facts.toolChoice.includes(kind)) {
		throw refuse(toolRules.toolChoiceUnsupported, { kind });
	}
	const name = choice?.tool?.name;
	if (name !== undefined && !names.has(name))
		throw refuse(toolRules.toolChoiceUnknown, { name });
}

/** Checks the tools and returns their names. */
function checkTools(
	tools: NonNullable<ToolConfiguration["tools"]>,
	facts: ModelFacts,
): Set<string> {
	const names = new Set<string>();
	for (const [index, { toolSpec, systemTool }] of tools.entries()) {
		const name = toolSpec?.name ?? systemTool?.name;
		if (name === undefined) continue;
		if (facts.family === "anthropic" && names.has(name))
			throw refuse(toolRules.toolNameTwice);
		names.add(name);
		if (!toolSpec) continue;
		const schema: unknown = toolSpec.inputSchema?.json;
		if (!isObject(schema))
			throw refuse(toolRules.toolSchemaNotObject, { index });
		if (schema.type !== "object")
			throw refuse(toolRules.toolSchemaRoot, { index });
	}
	if (names.size === 0 && tools.some((tool) => tool.cachePoint))
		throw refuse(toolRules.toolsOnlyCachePoints);
	return names;
}

/**
 * Checks that each turn's tool results answer the tool uses of the turn before, no more and no less. Consecutive messages
 * of one role are one turn; the texts name it by its place among the turns (assumed: Bedrock merges before it checks).
 * Tools that the service itself runs have use and result in one assistant message, and are no part of this.
 */
export function checkToolPairs(messages: Message[], facts: ModelFacts): void {
	let asked: string[] = [];
	const turns = mergeMessages(messages);
	for (const [message, turn] of turns.entries()) {
		const content = turn.content ?? [];
		if (turn.role === "assistant") {
			asked = toolUseIds(content);
			refuseTwice(toolRules.toolUsesTwice, asked, message);
			if (asked.length > 0)
				checkMixed(content, message, facts, toolRules.toolUseBesideText);
		} else if (turn.role === "user") {
			const answered = toolResultIds(content);
			refuseTwice(toolRules.toolResultsTwice, answered, message);
			if (answered.length > asked.length)
				throw refuse(toolRules.toolResultsSurplus, { message });
			refuseMissing(asked, answered, message);
			if (answered.length > 0)
				checkMixed(content, message, facts, toolRules.toolResultBesideText);
			asked = [];
		}
	}
	refuseMissing(asked, [], turns.length);
}

function toolUseIds(content: ContentBlock[]): string[] {
	return content.flatMap(({ toolUse }) =>
		toolUse && toolUse.type !== "server_tool_use"
			? [toolUse.toolUseId ?? ""]
			: [],
	);
}

function toolResultIds(content: ContentBlock[]): string[] {
	return content.flatMap(({ toolResult }) =>
		toolResult ? [toolResult.toolUseId ?? ""] : [],
	);
}

function refuseTwice(
	rule: (typeof toolRules)["toolUsesTwice" | "toolResultsTwice"],
	ids: string[],
	message: number,
): void {
	const seen = new Set<string>();
	const twice = new Set<string>();
	for (const id of ids) {
		if (seen.has(id)) twice.add(id);
		seen.add(id);
	}
	if (twice.size > 0)
		throw refuse(rule, { message, ids: [...twice].join(", ") });
}

function refuseMissing(
	asked: string[],
	answered: string[],
	message: number,
): void {
	if (asked.length === 0) return;
	const present = new Set(answered);
	const missing = asked.filter((id) => !present.has(id));
	if (missing.length > 0)
		throw refuse(toolRules.toolResultsMissing, {
			message,
			ids: missing.join(", "),
		});
}

function checkMixed(
	content: ContentBlock[],
	message: number,
	facts: ModelFacts,
	rule: (typeof toolRules)["toolUseBesideText" | "toolResultBesideText"],
): void {
	if (facts.mixedToolContent !== false) return;
	if (
		content.some(
			(block) => !block.toolUse && !block.toolResult && !block.cachePoint,
		)
	)
		throw refuse(rule, { message });
}

/**
 * Makes one message of consecutive ones of one role, as Bedrock does since 2025 (observed 2025-08-19: two user messages in
 * a row are accepted). The messages themselves are left as they are; when nothing merges, the same array is returned.
 */
export function mergeMessages(messages: Message[]): Message[] {
	if (
		!messages.some(
			(message, index) => message.role === messages[index - 1]?.role,
		)
	)
		return messages;
	const merged: (Message & { content: ContentBlock[] })[] = [];
	for (const { role, content = [] } of messages) {
		const last = merged.at(-1);
		if (last && last.role === role)
			for (const block of content) last.content.push(block);
		else merged.push({ role, content: [...content] });
	}
	return merged;
}
