import type { Json, StreamEvent, Usage } from "../api/types.ts";
import { readSaid } from "../conversation/conversation.ts";
import type { Block } from "../conversation/form.ts";
import {
	itemsOf,
	membersOf,
	parseInput,
	textOf,
} from "../conversation/json.ts";
import { isNative, type Surface } from "./draft.ts";

/** What came, in Converse's form whatever surface it came by, so that the conversation can go on by any. */
export interface Answer {
	content: Json[];
	stopReason: string | undefined;
	usage: Pick<Usage, "inputTokens" | "outputTokens"> | undefined;
}

/** Reads what came so far: the events of a stream, or a body. */
export function readAnswer(
	surface: Surface,
	events: readonly StreamEvent[],
	output: Json | undefined,
): Answer {
	if (isNative(surface)) return readNative(events, output);
	if (output !== undefined) {
		const { output: said, stopReason, usage } = membersOf(output);
		return {
			content: itemsOf(membersOf(membersOf(said).message).content),
			stopReason: textOf(stopReason) || undefined,
			usage: readUsage(usage, "inputTokens", "outputTokens"),
		};
	}
	return readEvents(events);
}

function readUsage(
	json: Json | undefined,
	input: string,
	output: string,
): Answer["usage"] {
	const { [input]: inputTokens, [output]: outputTokens } = membersOf(json);
	return typeof inputTokens === "number" && typeof outputTokens === "number"
		? { inputTokens, outputTokens }
		: undefined;
}

function readEvents(events: readonly StreamEvent[]): Answer {
	const blocks: Json[] = [];
	let stopReason: string | undefined;
	let usage: Answer["usage"];
	for (const { event } of events) {
		const { contentBlockStart, contentBlockDelta, messageStop, metadata } =
			membersOf(event);
		const start = membersOf(contentBlockStart);
		const delta = membersOf(contentBlockDelta);
		const index = Number(start.contentBlockIndex ?? delta.contentBlockIndex);
		if (start.start !== undefined)
			blocks[index] = openBlock(membersOf(start.start));
		if (delta.delta !== undefined)
			blocks[index] = withDelta(blocks[index], membersOf(delta.delta));
		if (messageStop !== undefined)
			stopReason = textOf(membersOf(messageStop).stopReason) || undefined;
		if (metadata !== undefined)
			usage = readUsage(
				membersOf(metadata).usage,
				"inputTokens",
				"outputTokens",
			);
	}
	const content = blocks.filter((block) => block !== undefined).map(closeBlock);
	return { content, stopReason, usage };
}

/** The input of a call comes as pieces of JSON: until its end it is text. */
function openBlock(start: Record<string, Json>): Json {
	return { toolUse: { ...membersOf(start.toolUse), input: "" } };
}

function withDelta(block: Json | undefined, delta: Record<string, Json>): Json {
	const before = membersOf(block);
	if ("text" in delta)
		return { text: textOf(before.text) + textOf(delta.text) };
	if ("toolUse" in delta) {
		const call = membersOf(before.toolUse);
		const piece = textOf(membersOf(delta.toolUse).input);
		return { toolUse: { ...call, input: textOf(call.input) + piece } };
	}
	const { text, signature, redactedContent } = membersOf(
		delta.reasoningContent,
	);
	if (redactedContent !== undefined)
		return { reasoningContent: { redactedContent } };
	const thought = membersOf(membersOf(before.reasoningContent).reasoningText);
	return {
		reasoningContent: {
			reasoningText: {
				...thought,
				text: textOf(thought.text) + textOf(text),
				...(signature !== undefined && { signature }),
			},
		},
	};
}

function closeBlock(block: Json): Json {
	const { toolUse } = membersOf(block);
	if (toolUse === undefined) return block;
	const call = membersOf(toolUse);
	const input = textOf(call.input);
	return {
		toolUse: { ...call, input: input === "" ? {} : parseInput(input) },
	};
}

function readNative(
	events: readonly StreamEvent[],
	output: Json | undefined,
): Answer {
	const said = readSaid({
		operation: "InvokeModel",
		...(output === undefined
			? { events: [...events] }
			: { output: { body: output } }),
	});
	const last = membersOf(membersOf(events.at(-1)?.event).chunk).bytes;
	const metrics = membersOf(last)["amazon-bedrock-invocationMetrics"];
	const { usage } = membersOf(output);
	return {
		content: said ? said.blocks.flatMap(toContent) : unread(output),
		stopReason: said?.stopReason,
		usage:
			readUsage(metrics, "inputTokenCount", "outputTokenCount") ??
			readUsage(usage, "input_tokens", "output_tokens") ??
			readUsage(usage, "prompt_tokens", "completion_tokens") ??
			readUsage(usage, "inputTokens", "outputTokens"),
	};
}

/** A body of a form that is not known here is shown as it is. */
function unread(output: Json | undefined): Json[] {
	return output === undefined
		? []
		: [{ text: JSON.stringify(output, null, 2) }];
}

/** A piece of a conversation as Converse has it. */
export function toContent(block: Block): Json[] {
	switch (block.kind) {
		case "text":
			return [{ text: block.text }];
		case "call":
			return [
				{
					toolUse: {
						toolUseId: block.id,
						name: block.name,
						input: block.input,
					},
				},
			];
		case "result":
			return [
				{
					toolResult: {
						toolUseId: block.id,
						content: block.blocks.flatMap(toContent),
						...(block.isError && { status: "error" }),
					},
				},
			];
		case "image": {
			const bytes = block.url?.slice(block.url.indexOf(",") + 1);
			if (bytes === undefined) return [];
			return [{ image: { format: block.format, source: { bytes } } }];
		}
		case "reasoning":
			return [{ reasoningContent: { reasoningText: { text: block.text } } }];
		case "document":
		case "other":
			return [];
	}
}
