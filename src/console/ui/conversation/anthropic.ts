import type { Json } from "../api/types.ts";
import type { Asked, Block, Said } from "./form.ts";
import { itemsOf, membersOf, parseInput, textOf } from "./json.ts";

const notSettings = new Set([
	"messages",
	"system",
	"tools",
	"anthropic_version",
]);

/** A native body of Anthropic's Messages API. */
export function readAnthropicRequest(body: Record<string, Json>): Asked {
	return {
		system: readContent(body.system),
		messages: itemsOf(body.messages).map((message) => {
			const { role, content } = membersOf(message);
			return { role: textOf(role), blocks: readContent(content) };
		}),
		tools: itemsOf(body.tools).map((tool) => {
			const { name, description, input_schema } = membersOf(tool);
			return {
				name: textOf(name),
				description: textOf(description),
				schema: input_schema ?? null,
			};
		}),
		settings: Object.entries(body).filter(([name]) => !notSettings.has(name)),
	};
}

/** Its answer, or what the chunks of its stream make together. */
export function readAnthropicReply(
	output: Record<string, Json>,
	events: Json[] | undefined,
): Said {
	if (events) return collect(events);
	return {
		blocks: readContent(output.content),
		stopReason: textOf(output.stop_reason) || undefined,
	};
}

function readContent(content: Json | undefined): Block[] {
	if (typeof content === "string") return [{ kind: "text", text: content }];
	return itemsOf(content).map(readBlock);
}

function readBlock(json: Json): Block {
	const block = membersOf(json);
	const type = textOf(block.type);
	switch (type) {
		case "text":
			return { kind: "text", text: textOf(block.text) };
		case "thinking":
			return { kind: "reasoning", text: textOf(block.thinking) };
		case "redacted_thinking":
			return { kind: "reasoning", text: "(redacted)" };
		case "tool_use":
			return {
				kind: "call",
				id: textOf(block.id),
				name: textOf(block.name),
				input: block.input ?? null,
			};
		case "tool_result":
			return {
				kind: "result",
				id: textOf(block.tool_use_id),
				isError: block.is_error === true,
				blocks: readContent(block.content),
			};
		case "image":
			return readImage(membersOf(block.source));
		case "document":
			return {
				kind: "document",
				name: textOf(block.title) || "document",
				format: textOf(membersOf(block.source).media_type),
			};
		default:
			return { kind: "other", name: type || "block", value: json };
	}
}

function readImage({ media_type, data }: Record<string, Json>): Block {
	const type = textOf(media_type);
	return {
		kind: "image",
		format: type.replace("image/", ""),
		url: textOf(data) ? `data:${type};base64,${textOf(data)}` : undefined,
	};
}

function collect(events: Json[]): Said {
	const blocks: Block[] = [];
	const inputs = new Map<number, string>();
	let stopReason: string | undefined;
	for (const json of events) {
		const event = membersOf(json);
		const index = Number(event.index);
		if (event.type === "content_block_start")
			blocks[index] = readBlock(event.content_block ?? null);
		const delta = membersOf(event.delta);
		const block = blocks[index];
		if (block?.kind === "text") block.text += textOf(delta.text);
		else if (block?.kind === "reasoning") block.text += textOf(delta.thinking);
		else if (block?.kind === "call")
			inputs.set(index, (inputs.get(index) ?? "") + textOf(delta.partial_json));
		if (event.type === "message_delta")
			stopReason = textOf(delta.stop_reason) || undefined;
	}
	for (const [index, input] of inputs) {
		const block = blocks[index];
		if (block?.kind === "call" && input !== "") block.input = parseInput(input);
	}
	return { blocks: blocks.filter((block) => block !== undefined), stopReason };
}
