/** A turn as the body of an OpenAI-compatible chat completion. */
import type {
	ContentBlock,
	Message,
	Tool,
	ToolChoice,
	ToolResultBlock,
	ToolResultContentBlock,
} from "@aws-sdk/client-bedrock-runtime";
import type { Json, JsonObject, Turn } from "../../turn/turn.ts";

/**
 * Writes the request. Reasoning of earlier turns is left out: no common server takes it back.
 *
 * @param model - the upstream's own model id
 */
export function writeChatRequest(turn: Turn, model: string): JsonObject {
	const { inferenceConfig, toolConfig, outputConfig } = turn;
	const body: JsonObject = {
		model,
		messages: [...writeSystem(turn), ...turn.messages.flatMap(writeMessage)],
		stream: true,
		stream_options: { include_usage: true },
	};
	if (inferenceConfig?.maxTokens !== undefined)
		body.max_tokens = inferenceConfig.maxTokens;
	if (inferenceConfig?.temperature !== undefined)
		body.temperature = inferenceConfig.temperature;
	if (inferenceConfig?.topP !== undefined) body.top_p = inferenceConfig.topP;
	if (inferenceConfig?.stopSequences?.length)
		body.stop = inferenceConfig.stopSequences;
	const tools = (toolConfig?.tools ?? []).flatMap(writeTool);
	if (tools.length > 0) body.tools = tools;
	if (tools.length > 0 && toolConfig?.toolChoice)
		body.tool_choice = writeToolChoice(toolConfig.toolChoice);
	const schema = outputConfig?.textFormat?.structure?.jsonSchema;
	if (schema?.schema !== undefined) {
		body.response_format = {
			type: "json_schema",
			json_schema: {
				name: schema.name ?? "answer",
				schema: JSON.parse(schema.schema) as Json,
				strict: true,
			},
		};
	}
	return body;
}

function writeSystem(turn: Turn): JsonObject[] {
	const text = (turn.system ?? [])
		.map((block) => block.text ?? block.guardContent?.text?.text)
		.filter((part) => part !== undefined)
		.join("\n\n");
	return text === "" ? [] : [{ role: "system", content: text }];
}

/** Tool results are messages of their own there, and come before what else the user says. */
function writeMessage(message: Message): JsonObject[] {
	const blocks = message.content ?? [];
	if (message.role === "assistant") return [writeAssistant(blocks)];
	const results = blocks.flatMap((block) =>
		block.toolResult ? [writeToolResult(block.toolResult)] : [],
	);
	const parts = blocks.flatMap(writePart);
	if (parts.length === 0) return results;
	const only = parts.length === 1 ? parts[0] : undefined;
	const content = only?.type === "text" ? (only.text as string) : parts;
	return [...results, { role: message.role ?? "user", content }];
}

function writeAssistant(blocks: ContentBlock[]): JsonObject {
	const text = blocks.map((block) => block.text ?? "").join("");
	const calls = blocks.flatMap((block) =>
		block.toolUse
			? [
					{
						id: block.toolUse.toolUseId ?? "",
						type: "function",
						function: {
							name: block.toolUse.name ?? "",
							arguments: JSON.stringify(block.toolUse.input ?? {}),
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

function writeToolResult(result: ToolResultBlock): JsonObject {
	const text = (result.content ?? []).map(resultText).join("\n");
	const failed = result.status === "error";
	return {
		role: "tool",
		tool_call_id: result.toolUseId ?? "",
		content: failed ? `Error: ${text}` : text,
	};
}

function resultText(content: ToolResultContentBlock): string {
	if (content.text !== undefined) return content.text;
	if (content.json !== undefined) return JSON.stringify(content.json);
	return `(${Object.keys(content)[0]} left out)`;
}

function writePart(block: ContentBlock): JsonObject[] {
	if (block.text !== undefined) return [{ type: "text", text: block.text }];
	if (block.guardContent?.text?.text !== undefined)
		return [{ type: "text", text: block.guardContent.text.text }];
	if (block.image) {
		const bytes = block.image.source?.bytes;
		if (!bytes) return [];
		const url = `data:image/${block.image.format};base64,${Buffer.from(bytes).toString("base64")}`;
		return [{ type: "image_url", image_url: { url } }];
	}
	if (block.document) return [{ type: "text", text: documentText(block) }];
	return [];
}

const textFormats = new Set(["txt", "md", "csv", "html"]);

function documentText(block: ContentBlock): string {
	const { name, format, source } = block.document ?? {};
	const text =
		source?.text ??
		source?.content?.map((part) => part.text ?? "").join("\n") ??
		(source?.bytes && textFormats.has(format ?? "txt")
			? Buffer.from(source.bytes).toString("utf8")
			: undefined);
	return `<document name="${name}">\n${text ?? `(${format} without readable text)`}\n</document>`;
}

function writeTool(tool: Tool): JsonObject[] {
	const spec = tool.toolSpec;
	if (!spec) return [];
	return [
		{
			type: "function",
			function: {
				name: spec.name ?? "",
				...(spec.description !== undefined && {
					description: spec.description,
				}),
				parameters: (spec.inputSchema?.json ?? { type: "object" }) as Json,
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
