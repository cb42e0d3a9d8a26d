/** A turn as the body of an OpenAI-compatible chat completion. */

import type {
	ContentBlock,
	Message,
	Tool,
	ToolChoice,
	ToolResultBlock,
} from "@aws-sdk/client-bedrock-runtime";
import type { Call } from "../../call.ts";
import type { Json, JsonObject } from "../../json.ts";
import { parseJson } from "../../protocol/json.ts";
import { selectResponseFields } from "../../turn/response-fields.ts";
import type { Turn } from "../../turn/turn.ts";
import { passedFields } from "./fields.ts";
import { isEmptyPart, writePart, writeResultContent } from "./parts.ts";

/**
 * Writes the request, all but its `model`. Reasoning of earlier turns is left out: no common server takes it back.
 *
 * @throws ServiceError `ValidationException` for what no model server can be sent
 */
export async function writeChatRequest(
	turn: Turn,
	call: Call,
): Promise<JsonObject> {
	// A malformed path is told before anybody is asked.
	selectResponseFields(
		turn.additionalModelResponseFieldPaths ?? [],
		{ stopReason: "end_turn", stopSequence: undefined },
		false,
		false,
	);
	const messages: JsonObject[] = writeSystem(turn);
	for (const message of turn.messages)
		messages.push(...(await writeMessage(message)));
	return {
		messages,
		stream: true,
		stream_options: { include_usage: true },
		...passedFields(turn.additionalModelRequestFields, call),
		...writeLimits(turn),
		...writeTools(turn),
		...writeFormat(turn),
	};
}

function writeLimits({ inferenceConfig = {} }: Turn): JsonObject {
	const { maxTokens, temperature, topP, stopSequences } = inferenceConfig;
	return {
		...(maxTokens !== undefined && { max_tokens: maxTokens }),
		...(temperature !== undefined && { temperature }),
		...(topP !== undefined && { top_p: topP }),
		...(stopSequences?.length && { stop: stopSequences }),
	};
}

function writeTools({ toolConfig }: Turn): JsonObject {
	const tools = (toolConfig?.tools ?? []).flatMap(writeTool);
	if (tools.length === 0) return {};
	const choice = toolConfig?.toolChoice;
	return { tools, ...(choice && { tool_choice: writeToolChoice(choice) }) };
}

function writeFormat({ outputConfig }: Turn): JsonObject {
	const schema = outputConfig?.textFormat?.structure?.jsonSchema;
	if (schema?.schema === undefined) return {};
	const { name = "answer", description } = schema;
	return {
		response_format: {
			type: "json_schema",
			json_schema: {
				name,
				...(description !== undefined && { description }),
				schema: parseJson(schema.schema),
				strict: true,
			},
		},
	};
}

function writeSystem(turn: Turn): JsonObject[] {
	const text = (turn.system ?? [])
		.map((block) => block.text ?? block.guardContent?.text?.text)
		.filter((part) => part !== undefined)
		.join("\n\n");
	return text === "" ? [] : [{ role: "system", content: text }];
}

/** Tool results are messages of their own there, and come before what else the user says. */
async function writeMessage(message: Message): Promise<JsonObject[]> {
	const blocks = message.content ?? [];
	if (message.role === "assistant") return [writeAssistant(blocks)];
	const results: JsonObject[] = [];
	const parts: JsonObject[] = [];
	for (const block of blocks) {
		if (block.toolResult) {
			const written = await writeToolResult(block.toolResult);
			results.push(written.message);
			parts.push(...written.parts);
		} else if (!isEmptyPart(block)) parts.push(await writePart(block));
	}
	if (parts.length === 0) return results;
	// Text alone is a string: the oldest form, which every server and every chat template takes.
	const texts = parts.map(({ type, text }) => (type === "text" ? text : null));
	const content = texts.includes(null) ? parts : texts.join("\n");
	return [...results, { role: message.role ?? "user", content }];
}

function writeAssistant(blocks: ContentBlock[]): JsonObject {
	const text = blocks.map(assistantText).join("");
	const calls = blocks.flatMap(({ toolUse }) =>
		toolUse
			? [
					{
						id: toolUse.toolUseId ?? "",
						type: "function",
						function: {
							name: toolUse.name ?? "",
							arguments: JSON.stringify(toolUse.input ?? {}),
						},
					},
				]
			: [],
	);
	return {
		role: "assistant",
		content: text === "" && calls.length > 0 ? null : text,
		...(calls.length > 0 && { tool_calls: calls }),
	};
}

function assistantText({ text, citationsContent }: ContentBlock): string {
	if (text !== undefined) return text;
	return (citationsContent?.content ?? [])
		.map((part) => part.text ?? "")
		.join("");
}

/** A tool message holds text only, so pictures of a result follow as the user's, with the call that they belong to. */
async function writeToolResult(
	result: ToolResultBlock,
): Promise<{ message: JsonObject; parts: JsonObject[] }> {
	const texts: string[] = [];
	const parts: JsonObject[] = [];
	for (const content of result.content ?? []) {
		const part = await writeResultContent(content);
		if (part.type === "text") texts.push(String(part.text));
		else parts.push(part);
	}
	const text = texts.join("\n");
	const id = result.toolUseId ?? "";
	if (parts.length > 0)
		parts.unshift({ type: "text", text: `Result of the tool call ${id}:` });
	return {
		message: {
			role: "tool",
			tool_call_id: id,
			content: result.status === "error" ? `Error: ${text}` : text,
		},
		parts,
	};
}

function writeTool({ toolSpec }: Tool): JsonObject[] {
	if (!toolSpec) return [];
	const { name = "", description, inputSchema, strict } = toolSpec;
	// A document's members are JSON by what the description says of them.
	const parameters = (inputSchema?.json ?? { type: "object" }) as Json;
	return [
		{
			type: "function",
			function: {
				name,
				...(description !== undefined && { description }),
				parameters,
				...(strict !== undefined && { strict }),
			},
		},
	];
}

function writeToolChoice(choice: ToolChoice): Json {
	if (choice.any) return "required";
	if (choice.tool)
		return { type: "function", function: { name: choice.tool.name ?? "" } };
	return "auto";
}
