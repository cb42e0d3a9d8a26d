import type { Json } from "../api/types.ts";
import type { Asked, Block, Said } from "./form.ts";
import { itemsOf, membersOf, parseInput, textOf } from "./json.ts";

/** A request to Converse, as it travelled: bytes are base64. */
export function readConverseRequest(body: Record<string, Json>): Asked {
	const { tools } = membersOf(body.toolConfig);
	return {
		system: itemsOf(body.system).map(readBlock),
		messages: itemsOf(body.messages).map((message) => {
			const { role, content } = membersOf(message);
			return { role: textOf(role), blocks: itemsOf(content).map(readBlock) };
		}),
		tools: itemsOf(tools).flatMap((tool) => {
			const { toolSpec } = membersOf(tool);
			if (toolSpec === undefined) return [];
			const { name, description, inputSchema } = membersOf(toolSpec);
			return {
				name: textOf(name),
				description: textOf(description),
				schema: membersOf(inputSchema).json ?? null,
			};
		}),
		settings: Object.entries({
			...membersOf(body.inferenceConfig),
			...membersOf(body.additionalModelRequestFields),
		}),
	};
}

/** Converse's answer, or what the events of ConverseStream make together. */
export function readConverseReply(
	output: Record<string, Json>,
	events: Json[] | undefined,
): Said {
	if (events) return collect(events);
	const { content } = membersOf(membersOf(output.output).message);
	return {
		blocks: itemsOf(content).map(readBlock),
		stopReason: textOf(output.stopReason) || undefined,
	};
}

function readBlock(json: Json): Block {
	const block = membersOf(json);
	const [name = "empty"] = Object.keys(block);
	const value = membersOf(block[name]);
	if (name === "text") return { kind: "text", text: textOf(block.text) };
	if (name === "reasoningContent") return readReasoning(value);
	if (name === "toolUse")
		return {
			kind: "call",
			id: textOf(value.toolUseId),
			name: textOf(value.name),
			input: value.input ?? null,
		};
	if (name === "toolResult")
		return {
			kind: "result",
			id: textOf(value.toolUseId),
			isError: value.status === "error",
			blocks: itemsOf(value.content).map(readBlock),
		};
	if (name === "image") return readImage(value);
	if (name === "document")
		return {
			kind: "document",
			name: textOf(value.name),
			format: textOf(value.format),
		};
	return { kind: "other", name, value: block[name] ?? null };
}

function readReasoning(value: Record<string, Json>): Block {
	const { text } = membersOf(value.reasoningText);
	return { kind: "reasoning", text: textOf(text) || "(redacted)" };
}

function readImage({ format, source }: Record<string, Json>): Block {
	const { bytes } = membersOf(source);
	// The journal's own JSON has bytes as { base64, byteLength }; the wire has base64 alone.
	const base64 = textOf(bytes) || textOf(membersOf(bytes).base64);
	return {
		kind: "image",
		format: textOf(format),
		url: base64 ? `data:image/${textOf(format)};base64,${base64}` : undefined,
	};
}

/** Deltas of one block stand together, whatever comes between. */
function collect(events: Json[]): Said {
	const blocks: Block[] = [];
	const inputs = new Map<number, string>();
	let stopReason: string | undefined;
	for (const json of events) {
		const event = membersOf(json);
		if ("messageStop" in event)
			stopReason = textOf(membersOf(event.messageStop).stopReason);
		const start = membersOf(event.contentBlockStart);
		const delta = membersOf(event.contentBlockDelta);
		const index = Number(start.contentBlockIndex ?? delta.contentBlockIndex);
		const { toolUse } = membersOf(start.start);
		if (toolUse !== undefined) blocks[index] = readBlock({ toolUse });
		addDelta(blocks, index, membersOf(delta.delta), inputs);
	}
	for (const [index, input] of inputs) {
		const block = blocks[index];
		if (block?.kind === "call") block.input = parseInput(input);
	}
	return { blocks: blocks.filter((block) => block !== undefined), stopReason };
}

function addDelta(
	blocks: Block[],
	index: number,
	delta: Record<string, Json>,
	inputs: Map<number, string>,
): void {
	const block = blocks[index];
	if ("text" in delta) {
		if (block?.kind === "text") block.text += textOf(delta.text);
		else blocks[index] = { kind: "text", text: textOf(delta.text) };
	} else if ("reasoningContent" in delta) {
		const text = textOf(membersOf(delta.reasoningContent).text);
		if (block?.kind === "reasoning") block.text += text;
		else blocks[index] = { kind: "reasoning", text };
	} else if ("toolUse" in delta) {
		const input = textOf(membersOf(delta.toolUse).input);
		inputs.set(index, (inputs.get(index) ?? "") + input);
	}
}
