import { expect, test } from "vitest";
import type { Json, JsonObject } from "../../../src/json.ts";
import { anthropic } from "../../../src/providers/anthropic.ts";
import { collect } from "../../../src/turn/collect.ts";
import type { ReplyEvent } from "../../../src/turn/turn.ts";
import {
	chunksOf,
	eventsOf,
	nativeCall,
	replyOf,
	turnTo,
} from "../native-call.ts";

const haiku3 = "anthropic.claude-3-haiku-20240307-v1:0";
const sonnet45 = "anthropic.claude-sonnet-4-5-20250929-v1:0";

async function write(
	events: ReplyEvent[],
	modelId = haiku3,
	inputTokens = 12,
): Promise<JsonObject[]> {
	const chunks = anthropic.writeChunks(
		replyOf(events),
		turnTo(modelId),
		nativeCall(inputTokens),
	);
	return (await chunksOf(chunks)) as JsonObject[];
}

const hello: ReplyEvent[] = [
	{ contentBlockDelta: { contentBlockIndex: 0, delta: { text: "Hel" } } },
	{ contentBlockDelta: { contentBlockIndex: 0, delta: { text: "lo" } } },
	{ contentBlockStop: { contentBlockIndex: 0 } },
];

test("a text streams in Claude's order and ends with the metrics", async () => {
	expect(await write(eventsOf(hello))).toEqual([
		{
			type: "message_start",
			message: {
				id: "msg_bdrk_01AAAAAAAAAAAAAAAAAAAAAA",
				type: "message",
				role: "assistant",
				model: haiku3,
				content: [],
				stop_reason: null,
				stop_sequence: null,
				usage: { input_tokens: 12, output_tokens: 1 },
			},
		},
		{
			type: "content_block_start",
			index: 0,
			content_block: { type: "text", text: "" },
		},
		{
			type: "content_block_delta",
			index: 0,
			delta: { type: "text_delta", text: "Hel" },
		},
		{
			type: "content_block_delta",
			index: 0,
			delta: { type: "text_delta", text: "lo" },
		},
		{ type: "content_block_stop", index: 0 },
		{
			type: "message_delta",
			delta: { stop_reason: "end_turn", stop_sequence: null },
			usage: { output_tokens: 34 },
		},
		{
			type: "message_stop",
			"amazon-bedrock-invocationMetrics": {
				inputTokenCount: 12,
				outputTokenCount: 34,
				invocationLatency: 250,
				firstByteLatency: 10,
			},
		},
	]);
});

test("message_start comes before the reply has said anything else", async () => {
	let asked = 0;
	async function* slow(): AsyncGenerator<ReplyEvent> {
		for (const event of eventsOf(hello)) {
			asked++;
			yield event;
		}
	}
	const [first] = await firstOf(
		anthropic.writeChunks(slow(), turnTo(haiku3), nativeCall()),
	);
	expect(first).toMatchObject({
		type: "message_start",
		message: { usage: { input_tokens: 12 } },
	});
	expect(asked).toBe(1);
});

async function firstOf(chunks: AsyncIterable<Json>): Promise<Json[]> {
	for await (const chunk of chunks) return [chunk];
	return [];
}

test("a tool call's input streams as partial JSON", async () => {
	const events = eventsOf(
		[
			{
				contentBlockStart: {
					contentBlockIndex: 0,
					start: { toolUse: { toolUseId: "call_1", name: "weather" } },
				},
			},
			{
				contentBlockDelta: {
					contentBlockIndex: 0,
					delta: { toolUse: { input: "" } },
				},
			},
			{
				contentBlockDelta: {
					contentBlockIndex: 0,
					delta: { toolUse: { input: '{"city":"Rome"}' } },
				},
			},
			{ contentBlockStop: { contentBlockIndex: 0 } },
		],
		"tool_use",
	);
	expect((await write(events)).slice(1, 6)).toEqual([
		{
			type: "content_block_start",
			index: 0,
			content_block: {
				type: "tool_use",
				id: "call_1",
				name: "weather",
				input: {},
			},
		},
		{
			type: "content_block_delta",
			index: 0,
			delta: { type: "input_json_delta", partial_json: "" },
		},
		{
			type: "content_block_delta",
			index: 0,
			delta: { type: "input_json_delta", partial_json: '{"city":"Rome"}' },
		},
		{ type: "content_block_stop", index: 0 },
		{
			type: "message_delta",
			delta: { stop_reason: "tool_use", stop_sequence: null },
			usage: { output_tokens: 34 },
		},
	]);
});

test("thinking ends with its signature, redacted thinking is whole at its start", async () => {
	const events = eventsOf([
		{
			contentBlockDelta: {
				contentBlockIndex: 0,
				delta: { reasoningContent: { text: "Hm" } },
			},
		},
		{
			contentBlockDelta: {
				contentBlockIndex: 0,
				delta: { reasoningContent: { signature: "c2ln" } },
			},
		},
		{ contentBlockStop: { contentBlockIndex: 0 } },
		{
			contentBlockDelta: {
				contentBlockIndex: 1,
				delta: {
					reasoningContent: {
						redactedContent: new TextEncoder().encode("AQI="),
					},
				},
			},
		},
		{ contentBlockStop: { contentBlockIndex: 1 } },
	]);
	expect((await write(events)).slice(1, 7)).toEqual([
		{
			type: "content_block_start",
			index: 0,
			content_block: { type: "thinking", thinking: "", signature: "" },
		},
		{
			type: "content_block_delta",
			index: 0,
			delta: { type: "thinking_delta", thinking: "Hm" },
		},
		{
			type: "content_block_delta",
			index: 0,
			delta: { type: "signature_delta", signature: "c2ln" },
		},
		{ type: "content_block_stop", index: 0 },
		{
			type: "content_block_start",
			index: 1,
			content_block: { type: "redacted_thinking", data: "AQI=" },
		},
		{ type: "content_block_stop", index: 1 },
	]);
});

test("Opus 4.6 tells its output alone at the end, as its elders do", async () => {
	const chunks = await write(eventsOf(hello), "anthropic.claude-opus-4-6-v1");
	expect(chunks.at(-2)).toMatchObject({
		type: "message_delta",
		usage: { output_tokens: 34 },
	});
	expect(chunks.at(-2)?.usage).not.toHaveProperty("input_tokens");
});

test("usage that differs from what message_start said is told again at the end", async () => {
	const chunks = await write(eventsOf(hello), haiku3, 99);
	expect(chunks.at(-2)).toMatchObject({
		type: "message_delta",
		usage: { input_tokens: 12, output_tokens: 34 },
	});
});

test("a block that Claude has no word for leaves no gap in the indexes", async () => {
	const events = eventsOf([
		{
			contentBlockStart: {
				contentBlockIndex: 0,
				start: { image: { format: "png" } },
			},
		},
		{
			contentBlockDelta: {
				contentBlockIndex: 0,
				delta: { image: { source: { bytes: new Uint8Array([1]) } } },
			},
		},
		{ contentBlockStop: { contentBlockIndex: 0 } },
		{ contentBlockDelta: { contentBlockIndex: 1, delta: { text: "Hi" } } },
		{ contentBlockStop: { contentBlockIndex: 1 } },
	]);
	expect((await write(events)).slice(1, 4)).toEqual([
		{
			type: "content_block_start",
			index: 0,
			content_block: { type: "text", text: "" },
		},
		{
			type: "content_block_delta",
			index: 0,
			delta: { type: "text_delta", text: "Hi" },
		},
		{ type: "content_block_stop", index: 0 },
	]);
});

test("the stop sequence that the engine says is in message_delta", async () => {
	const events = eventsOf(hello).map((event) =>
		event.messageStop
			? {
					messageStop: {
						stopReason: "stop_sequence" as const,
						additionalModelResponseFields: { delta: { stop_sequence: "END" } },
					},
				}
			: event,
	);
	expect((await write(events)).at(-2)).toMatchObject({
		delta: { stop_reason: "stop_sequence", stop_sequence: "END" },
	});
});

const everything: ReplyEvent[] = [
	{ messageStart: { role: "assistant" } },
	{
		contentBlockDelta: {
			contentBlockIndex: 0,
			delta: { reasoningContent: { text: "Let me " } },
		},
	},
	{
		contentBlockDelta: {
			contentBlockIndex: 0,
			delta: { reasoningContent: { text: "see" } },
		},
	},
	{
		contentBlockDelta: {
			contentBlockIndex: 0,
			delta: { reasoningContent: { signature: "c2ln" } },
		},
	},
	{ contentBlockStop: { contentBlockIndex: 0 } },
	{
		contentBlockDelta: {
			contentBlockIndex: 1,
			delta: { reasoningContent: { redactedContent: new Uint8Array([7]) } },
		},
	},
	{ contentBlockStop: { contentBlockIndex: 1 } },
	{ contentBlockDelta: { contentBlockIndex: 2, delta: { text: "The grass" } } },
	{
		contentBlockDelta: { contentBlockIndex: 2, delta: { text: " is green." } },
	},
	{
		contentBlockDelta: {
			contentBlockIndex: 2,
			delta: {
				citation: {
					title: "Facts",
					sourceContent: [{ text: "green" }],
					location: { documentChar: { documentIndex: 0, start: 1, end: 6 } },
				},
			},
		},
	},
	{ contentBlockStop: { contentBlockIndex: 2 } },
	{
		contentBlockStart: {
			contentBlockIndex: 3,
			start: { toolUse: { toolUseId: "tooluse_x", name: "mow" } },
		},
	},
	{
		contentBlockDelta: {
			contentBlockIndex: 3,
			delta: { toolUse: { input: '{"height":' } },
		},
	},
	{
		contentBlockDelta: {
			contentBlockIndex: 3,
			delta: { toolUse: { input: "3}" } },
		},
	},
	{ contentBlockStop: { contentBlockIndex: 3 } },
	{ messageStop: { stopReason: "tool_use" } },
	{
		metadata: {
			usage: {
				inputTokens: 12,
				outputTokens: 34,
				totalTokens: 56,
				cacheReadInputTokens: 10,
				cacheWriteInputTokens: 0,
			},
			metrics: { latencyMs: 250 },
		},
	},
];

test("the chunks put together are the whole reply", async () => {
	const whole = anthropic.writeReply(
		await collect(replyOf(everything)),
		turnTo(sonnet45),
		nativeCall(),
	);
	expect(putTogether(await write(everything, sonnet45))).toEqual(whole);
});

interface Block {
	text?: string;
	thinking?: string;
	signature?: string;
	citations?: Json[];
	input?: Json;
}

interface Chunk {
	type: string;
	index: number;
	message: { content: Block[]; usage: JsonObject };
	content_block: Block;
	delta: Block & { type: string; partial_json?: string; citation?: Json };
	usage: JsonObject;
}

/** What Anthropic's own client does with the events. */
function putTogether(json: JsonObject[]): unknown {
	// The tests above say what the chunks look like.
	const chunks = json as unknown as Chunk[];
	const message = (chunks[0] as Chunk).message;
	const inputs: string[] = [];
	for (const chunk of chunks.slice(1)) {
		const { type, index, delta } = chunk;
		if (type === "content_block_start")
			message.content[index] = chunk.content_block;
		if (type === "message_delta")
			Object.assign(message, delta, {
				usage: { ...message.usage, ...chunk.usage },
			});
		const block = message.content[index];
		if (type !== "content_block_delta" || !block) continue;
		if (delta.text) block.text += delta.text;
		if (delta.thinking) block.thinking += delta.thinking;
		if (delta.signature) block.signature += delta.signature;
		if (delta.citation)
			block.citations = [...(block.citations ?? []), delta.citation];
		if (delta.partial_json)
			inputs[index] = (inputs[index] ?? "") + delta.partial_json;
	}
	inputs.forEach((input, index) => {
		Object.assign(message.content[index] as Block, {
			input: JSON.parse(input),
		});
	});
	return message;
}
