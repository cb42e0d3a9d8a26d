import { expect, test } from "vitest";
import type { JsonObject } from "../../src/json.ts";
import { mistralChat } from "../../src/providers/mistral-chat.ts";
import type { WholeReply } from "../../src/turn/turn.ts";
import {
	chunksOf,
	eventsOf,
	nativeCall,
	replyOf,
	turnTo,
} from "./native-call.ts";

const large = "mistral.mistral-large-2407-v1:0";
const pixtral = "us.mistral.pixtral-large-2502-v1:0";

test("system prompt, tool calls and their results are read", () => {
	const parameters = {
		type: "object",
		properties: { song: { type: "string" } },
	};
	const turn = mistralChat.readTurn(
		{
			messages: [
				{ role: "system", content: "Be brief." },
				{ role: "user", content: "What is the top song?" },
				{
					role: "assistant",
					content: "",
					tool_calls: [
						{
							id: "v6RMMiRlT",
							function: { name: "top_song", arguments: '{"sign":"WZPZ"}' },
						},
					],
				},
				{ role: "tool", tool_call_id: "v6RMMiRlT", content: "Elemental Hotel" },
			],
			tools: [
				{
					type: "function",
					function: {
						name: "top_song",
						description: "The top song",
						parameters,
					},
				},
			],
			tool_choice: "any",
			max_tokens: 100,
		},
		large,
	);
	expect(turn).toMatchObject({
		modelId: large,
		system: [{ text: "Be brief." }],
		messages: [
			{ role: "user", content: [{ text: "What is the top song?" }] },
			{
				role: "assistant",
				content: [
					{
						toolUse: {
							toolUseId: "v6RMMiRlT",
							name: "top_song",
							input: { sign: "WZPZ" },
						},
					},
				],
			},
			{
				role: "user",
				content: [
					{
						toolResult: {
							toolUseId: "v6RMMiRlT",
							content: [{ text: "Elemental Hotel" }],
						},
					},
				],
			},
		],
		inferenceConfig: { maxTokens: 100 },
		toolConfig: {
			tools: [
				{
					toolSpec: {
						name: "top_song",
						description: "The top song",
						inputSchema: { json: parameters },
					},
				},
			],
			toolChoice: { any: {} },
		},
	});
});

test("Pixtral's images are read from data URIs", () => {
	const { messages } = mistralChat.readTurn(
		{
			messages: [
				{
					role: "user",
					content: [
						{ type: "text", text: "What is this?" },
						{
							type: "image_url",
							image_url: { url: "data:image/png;base64,AQID" },
						},
					],
				},
			],
		},
		pixtral,
	);
	expect(messages[0]?.content).toEqual([
		{ text: "What is this?" },
		{ image: { format: "png", source: { bytes: new Uint8Array([1, 2, 3]) } } },
	]);
});

test.each<[string, JsonObject]>([
	["#: required key [messages] not found", {}],
	[
		"#: extraneous key [prompt] is not permitted",
		{ messages: [{ role: "user", content: "Hi" }], prompt: "Hi" },
	],
	[
		"#/messages/0/role: bot is not a valid enum value",
		{ messages: [{ role: "bot", content: "Hi" }] },
	],
])("refuses with %s", (detail, body) => {
	const message = `Malformed input request: ${detail}, please reformat your input and try again.`;
	expect(() => mistralChat.readTurn(body, large)).toThrow(
		expect.objectContaining({ name: "ValidationException", message }),
	);
});

test("what only the shared reader refuses is a malformed request too", () => {
	const body = {
		messages: [
			{
				role: "user",
				content: [
					{ type: "image_url", image_url: { url: "https://a.b/c.png" } },
				],
			},
		],
	};
	expect(() => mistralChat.readTurn(body, pixtral)).toThrow(
		expect.objectContaining({
			name: "ValidationException",
			message: expect.stringMatching(
				/^Malformed input request: .*base64 data URIs.*, please reformat/,
			),
		}),
	);
});

const whole: WholeReply = {
	content: [{ text: "Hello" }],
	stopReason: "end_turn",
	usage: { inputTokens: 5, outputTokens: 10, totalTokens: 15 },
	latencyMs: 5,
};

test("Large answers with choices alone and says stop_reason", () => {
	expect(
		JSON.stringify(mistralChat.writeReply(whole, turnTo(large), nativeCall())),
	).toBe(
		'{"choices":[{"index":0,"message":{"role":"assistant","content":"Hello"},"stop_reason":"stop"}]}',
	);
});

test("Pixtral answers as OpenAI does", () => {
	expect(
		JSON.stringify(
			mistralChat.writeReply(whole, turnTo(pixtral), nativeCall()),
		),
	).toBe(
		'{"id":"00000000-0000-4000-8000-000000000000","object":"chat.completion","created":1,' +
			'"model":"mistral.pixtral-large-2502-v1:0","choices":[{"index":0,"message":{"role":"assistant","content":"Hello"},' +
			'"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"total_tokens":15,"completion_tokens":10}}',
	);
});

test("a tool call has an id of 9 characters", () => {
	const toolUse = {
		toolUseId: "tooluse_HA9wsJ32RhOvn8XgIUDpGA",
		name: "add",
		input: { a: 1 },
	};
	const reply = {
		...whole,
		content: [{ toolUse }],
		stopReason: "tool_use" as const,
	};
	expect(mistralChat.writeReply(reply, turnTo(large), nativeCall())).toEqual({
		choices: [
			{
				index: 0,
				message: {
					role: "assistant",
					content: "",
					tool_calls: [
						{
							id: "HA9wsJ32R",
							function: { name: "add", arguments: '{"a":1}' },
						},
					],
				},
				stop_reason: "tool_calls",
			},
		],
	});
});

const events = eventsOf(
	[
		{ contentBlockDelta: { contentBlockIndex: 0, delta: { text: "Well" } } },
		{ contentBlockStop: { contentBlockIndex: 0 } },
		{
			contentBlockStart: {
				contentBlockIndex: 1,
				start: { toolUse: { toolUseId: "abcdefghi", name: "add" } },
			},
		},
		{
			contentBlockDelta: {
				contentBlockIndex: 1,
				delta: { toolUse: { input: '{"a":' } },
			},
		},
		{
			contentBlockDelta: {
				contentBlockIndex: 1,
				delta: { toolUse: { input: "1}" } },
			},
		},
		{ contentBlockStop: { contentBlockIndex: 1 } },
	],
	"tool_use",
);

test("Large streams messages, tool calls whole, and ends with the metrics", async () => {
	const chunks = await chunksOf(
		mistralChat.writeChunks(replyOf(events), turnTo(large), nativeCall()),
	);
	expect(chunks.map((chunk) => JSON.stringify(chunk))).toEqual([
		'{"choices":[{"index":0,"message":{"role":"assistant","content":"Well"},"stop_reason":null}]}',
		'{"choices":[{"index":0,"message":{"role":"assistant","content":"","tool_calls":[{"id":"abcdefghi",' +
			'"function":{"name":"add","arguments":"{\\"a\\":1}"}}]},"stop_reason":null}]}',
		'{"choices":[{"index":0,"message":{"role":"assistant","content":""},"stop_reason":"tool_calls"}],' +
			'"amazon-bedrock-invocationMetrics":{"inputTokenCount":12,"outputTokenCount":34,"invocationLatency":250,"firstByteLatency":10}}',
	]);
});

test("Pixtral streams deltas of OpenAI's chunks", async () => {
	const [first] = await chunksOf(
		mistralChat.writeChunks(replyOf(events), turnTo(pixtral), nativeCall()),
	);
	expect(JSON.stringify(first)).toBe(
		'{"id":"00000000-0000-4000-8000-000000000000","object":"chat.completion.chunk","created":1,' +
			'"model":"mistral.pixtral-large-2502-v1:0","choices":[{"index":0,"delta":{"role":"assistant","content":"Well"},' +
			'"finish_reason":null}]}',
	);
});
