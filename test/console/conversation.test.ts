import { expect, test } from "vitest";
import type { Exchange, Json } from "../../src/console/ui/api/types.ts";
import {
	readAsked,
	readSaid,
} from "../../src/console/ui/conversation/conversation.ts";

function exchange(more: Partial<Exchange>): Exchange {
	return {
		id: "1",
		sequence: 1,
		namespace: "",
		service: "bedrock-runtime",
		operation: "InvokeModel",
		startedAtMs: 0,
		state: "ok",
		identity: { kind: "anonymous", accountId: "", region: "us-east-1" },
		method: "POST",
		path: "/",
		httpVersion: "2",
		requestHeaders: {},
		notes: {},
		...more,
	};
}

test("Converse's request is a conversation", () => {
	const asked = readAsked("Converse", {
		system: [{ text: "Be short." }],
		messages: [
			{
				role: "user",
				content: [
					{ image: { format: "png", source: { bytes: "aGk=" } } },
					{ document: { name: "report", format: "pdf", source: {} } },
					{
						toolResult: {
							toolUseId: "t",
							status: "error",
							content: [{ text: "no" }],
						},
					},
					{ cachePoint: { type: "default" } },
				],
			},
		],
		inferenceConfig: { maxTokens: 5 },
	});
	expect(asked).toEqual({
		system: [{ kind: "text", text: "Be short." }],
		messages: [
			{
				role: "user",
				blocks: [
					{ kind: "image", format: "png", url: "data:image/png;base64,aGk=" },
					{ kind: "document", name: "report", format: "pdf" },
					{
						kind: "result",
						id: "t",
						isError: true,
						blocks: [{ kind: "text", text: "no" }],
					},
					{ kind: "other", name: "cachePoint", value: { type: "default" } },
				],
			},
		],
		tools: [],
		settings: [["maxTokens", 5]],
	});
});

test("Claude's native request is a conversation", () => {
	const asked = readAsked("InvokeModel", {
		anthropic_version: "bedrock-2023-05-31",
		max_tokens: 5,
		system: "Be short.",
		messages: [
			{ role: "user", content: "Hi" },
			{
				role: "assistant",
				content: [{ type: "tool_use", id: "t", name: "add", input: { a: 1 } }],
			},
		],
		tools: [
			{ name: "add", description: "Adds.", input_schema: { type: "object" } },
		],
	});
	expect(asked).toEqual({
		system: [{ kind: "text", text: "Be short." }],
		messages: [
			{ role: "user", blocks: [{ kind: "text", text: "Hi" }] },
			{
				role: "assistant",
				blocks: [{ kind: "call", id: "t", name: "add", input: { a: 1 } }],
			},
		],
		tools: [{ name: "add", description: "Adds.", schema: { type: "object" } }],
		settings: [["max_tokens", 5]],
	});
});

test("a request in OpenAI's manner is a conversation", () => {
	const asked = readAsked("InvokeModel", {
		messages: [
			{ role: "system", content: "Be short." },
			{ role: "user", content: [{ type: "text", text: "Hi" }] },
			{
				role: "assistant",
				content: null,
				tool_calls: [
					{ id: "t", function: { name: "add", arguments: '{"a":1}' } },
				],
			},
			{ role: "tool", tool_call_id: "t", content: "2" },
		],
	});
	expect(asked?.system).toEqual([{ kind: "text", text: "Be short." }]);
	expect(asked?.messages).toEqual([
		{ role: "user", blocks: [{ kind: "text", text: "Hi" }] },
		{
			role: "assistant",
			blocks: [{ kind: "call", id: "t", name: "add", input: { a: 1 } }],
		},
		{
			role: "tool",
			blocks: [
				{
					kind: "result",
					id: "t",
					isError: false,
					blocks: [{ kind: "text", text: "2" }],
				},
			],
		},
	]);
});

test.each<[string, Json]>([
	["a prompt", { prompt: "Hi" }],
	["no object", "Hi"],
	["messages that are none", { messages: "Hi" }],
])("a body that is no conversation is not made one: %s", (_name, body) => {
	expect(readAsked("InvokeModel", body)).toBeUndefined();
});

test("strange members do not break the reading", () => {
	expect(() =>
		readAsked("Converse", {
			messages: [null, 1, { role: 2, content: [null, "x", {}] }],
			system: "x",
		}),
	).not.toThrow();
});

test("the events of ConverseStream are put together by their blocks", () => {
	const at = (event: Json) => ({ atMs: 1, event });
	const said = readSaid(
		exchange({
			operation: "ConverseStream",
			events: [
				at({
					contentBlockDelta: {
						contentBlockIndex: 0,
						delta: { reasoningContent: { text: "Hm" } },
					},
				}),
				at({
					contentBlockDelta: { contentBlockIndex: 1, delta: { text: "Hel" } },
				}),
				at({
					contentBlockDelta: { contentBlockIndex: 1, delta: { text: "lo" } },
				}),
				at({
					contentBlockStart: {
						contentBlockIndex: 2,
						start: { toolUse: { toolUseId: "t", name: "add" } },
					},
				}),
				at({
					contentBlockDelta: {
						contentBlockIndex: 2,
						delta: { toolUse: { input: '{"a"' } },
					},
				}),
				at({
					contentBlockDelta: {
						contentBlockIndex: 2,
						delta: { toolUse: { input: ":1}" } },
					},
				}),
				at({ messageStop: { stopReason: "tool_use" } }),
			],
		}),
	);
	expect(said).toEqual({
		blocks: [
			{ kind: "reasoning", text: "Hm" },
			{ kind: "text", text: "Hello" },
			{ kind: "call", id: "t", name: "add", input: { a: 1 } },
		],
		stopReason: "tool_use",
	});
});

test("the chunks of Claude's native stream are put together", () => {
	const at = (bytes: Json) => ({ atMs: 1, event: { chunk: { bytes } } });
	const said = readSaid(
		exchange({
			operation: "InvokeModelWithResponseStream",
			events: [
				at({ type: "message_start", message: {} }),
				at({
					type: "content_block_start",
					index: 0,
					content_block: { type: "text", text: "" },
				}),
				at({
					type: "content_block_delta",
					index: 0,
					delta: { type: "text_delta", text: "Hi" },
				}),
				at({ type: "message_delta", delta: { stop_reason: "end_turn" } }),
			],
		}),
	);
	expect(said).toEqual({
		blocks: [{ kind: "text", text: "Hi" }],
		stopReason: "end_turn",
	});
});

test("the chunks of a stream in OpenAI's manner are put together", () => {
	const at = (choice: Json) => ({
		atMs: 1,
		event: { chunk: { bytes: { choices: [choice] } } },
	});
	const said = readSaid(
		exchange({
			operation: "InvokeModelWithResponseStream",
			events: [
				at({ delta: { content: "H" } }),
				at({
					delta: {
						content: "i",
						tool_calls: [
							{
								index: 0,
								id: "t",
								function: { name: "add", arguments: '{"a"' },
							},
						],
					},
				}),
				at({
					delta: { tool_calls: [{ index: 0, function: { arguments: ":1}" } }] },
				}),
				at({ delta: {}, finish_reason: "tool_calls" }),
			],
		}),
	);
	expect(said).toEqual({
		blocks: [
			{ kind: "text", text: "Hi" },
			{ kind: "call", id: "t", name: "add", input: { a: 1 } },
		],
		stopReason: "tool_calls",
	});
});
