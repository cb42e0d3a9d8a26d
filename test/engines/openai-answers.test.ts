/** What the common servers stream, each in its own way. */
import {
	ConverseCommand,
	ConverseStreamCommand,
	InvokeModelCommand,
	InvokeModelWithResponseStreamCommand,
	type Message,
} from "@aws-sdk/client-bedrock-runtime";
import { expect, test } from "vitest";
import {
	type Answer,
	startChatServer,
	textEvents,
	toolEvents,
} from "../support/chat-server.ts";
import { all, startOutcrop, transports } from "../support/outcrop.ts";
import { haiku, hello, upstream } from "../support/upstreams.ts";

/** What Converse makes of an answer. */
async function converse(answer: Answer, request: object = {}) {
	await using server = await startChatServer(() => answer);
	await using outcrop = await startOutcrop({
		upstream: [upstream(server.url)],
	});
	return await outcrop
		.client()
		.send(new ConverseCommand({ modelId: haiku, messages: hello, ...request }));
}

async function contentOf(answer: Answer) {
	return (await converse(answer)).output?.message?.content;
}

const delta = (member: object) => ({ choices: [{ delta: member }] });
const stop = { choices: [{ delta: {}, finish_reason: "stop" }] };
const tool = (name: string, input: object, toolUseId: unknown) => ({
	toolUse: { name, input, toolUseId },
});
/** A thought of Claude's: it always has a signature. */
const signed = (text: string) => ({
	reasoningContent: {
		reasoningText: { text, signature: expect.stringMatching(/^Er\w{254}$/) },
	},
});
const anyId = expect.stringMatching(/^tooluse_\w{22}$/);

test("comments, CRLF, a byte order mark, data without a space and of several lines are read", async () => {
	const pieces = [
		"\uFEFF: keep-alive\r\n\r\n",
		'data:{"choices":[{"delta":{"content":"Hel"}}]}\r\n\r\n',
		": OPENROUTER PROCESSING\n\nevent: message\nid: 7\n",
		'data: {"choices":\ndata: [{"delta":{"content":"lo"}}]}\n\n',
		'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n',
	];
	expect(await contentOf({ pieces })).toEqual([{ text: "Hello" }]);
});

test("a stream that ends without [DONE] is whole when it said why it ends", async () => {
	const pieces = [
		'data: {"choices":[{"delta":{"content":"Hi"},"finish_reason":"stop"}]}',
	];
	expect(await contentOf({ pieces })).toEqual([{ text: "Hi" }]);
});

test("a stream that ends with [DONE] alone is whole", async () => {
	const pieces = [
		'data: {"choices":[{"delta":{"content":"Hi"}}]}\n\ndata: [DONE]\n\n',
	];
	const reply = await converse({ pieces });
	expect(reply.stopReason).toBe("end_turn");
});

test("a whole answer in place of a stream is read", async () => {
	const message = {
		role: "assistant",
		content: "Let me see",
		tool_calls: [
			{
				id: "c1",
				type: "function",
				function: { name: "now", arguments: "{}" },
			},
		],
	};
	const usage = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 };
	const body = { choices: [{ message, finish_reason: "tool_calls" }], usage };
	const reply = await converse({ status: 200, text: JSON.stringify(body) });
	expect(reply.output?.message?.content).toEqual([
		{ text: "Let me see" },
		tool("now", {}, "c1"),
	]);
	expect(reply.stopReason).toBe("tool_use");
	expect(reply.usage?.totalTokens).toBe(7);
});

test.each([
	["reasoning_content", { reasoning_content: "Hm" }],
	["reasoning", { reasoning: "Hm" }],
	[
		"reasoning_details",
		{ reasoning_details: [{ type: "reasoning.text", text: "Hm" }] },
	],
	[
		"thinking parts",
		{
			content: [{ type: "thinking", thinking: [{ type: "text", text: "Hm" }] }],
		},
	],
])(
	"reasoning by the name of %s becomes a reasoning block",
	async (_, member) => {
		const events = [delta(member), delta({ content: "42" }), stop];
		expect(await contentOf({ events })).toEqual([signed("Hm"), { text: "42" }]);
	},
);

test("<think> tags left in the text, cut anywhere, become a reasoning block", async () => {
	const parts = [
		"\n<th",
		"ink>",
		"a < b</",
		"thi",
		"nk>\n",
		"\n4",
		"2 </think>",
	];
	expect(await contentOf({ events: textEvents(...parts) })).toEqual([
		signed("a < b"),
		{ text: "42 </think>" },
	]);
});

test("an empty thought is none", async () => {
	const events = textEvents("<think>\n\n</think>\n\n42");
	expect(await contentOf({ events })).toEqual([{ text: "42" }]);
});

test("a whole tool call without index and id, its arguments an object, is a tool call", async () => {
	const events = toolEvents({
		function: { name: "now", arguments: { zone: "UTC" } },
	});
	expect(await contentOf({ events })).toEqual([
		tool("now", { zone: "UTC" }, anyId),
	]);
});

test("several calls without an index are told apart by their names", async () => {
	const events = toolEvents(
		{ function: { name: "now", arguments: '{"zone":' } },
		{ function: { arguments: '"UTC"}' } },
		{ function: { name: "then", arguments: "{}" } },
	);
	expect(await contentOf({ events })).toEqual([
		tool("now", { zone: "UTC" }, anyId),
		tool("then", {}, anyId),
	]);
});

test("several calls that are all numbered 0 are told apart by their ids", async () => {
	const events = toolEvents(
		{ index: 0, id: "a", function: { name: "now", arguments: "{}" } },
		{
			index: 0,
			id: "b",
			function: { name: "now", arguments: '{"zone":"UTC"}' },
		},
	);
	expect(await contentOf({ events })).toEqual([
		tool("now", {}, "a"),
		tool("now", { zone: "UTC" }, "b"),
	]);
});

test("calls whose deltas come by turns are put together", async () => {
	const events = toolEvents(
		{ index: 0, id: "a", function: { name: "now", arguments: "" } },
		{ index: 1, id: "b", function: { name: "then", arguments: "" } },
		{ index: 0, function: { arguments: '{"zone":' } },
		{ index: 1, function: { arguments: '{"days":' } },
		{ index: 0, function: { arguments: '"UTC"}' } },
		{ index: 1, function: { arguments: "2}" } },
	);
	expect(await contentOf({ events })).toEqual([
		tool("now", { zone: "UTC" }, "a"),
		tool("then", { days: 2 }, "b"),
	]);
});

test("a tool call that ends with `stop` is a tool_use all the same", async () => {
	const events = [
		...toolEvents({
			index: 0,
			id: "a",
			function: { name: "now", arguments: "{}" },
		}).slice(0, 1),
		stop,
	];
	expect((await converse({ events })).stopReason).toBe("tool_use");
});

test.each([
	["length", "max_tokens"],
	["content_filter", "content_filtered"],
	["something new", "end_turn"],
	["tool_calls", "end_turn"],
])(
	"finish_reason %s of a text is stopReason %s",
	async (finish_reason, stopReason) => {
		const events = [
			delta({ content: "Hi" }),
			{ choices: [{ delta: {}, finish_reason }] },
		];
		expect((await converse({ events })).stopReason).toBe(stopReason);
	},
);

test("the stop sequence that vLLM names is told, in the field that asks for it too", async () => {
	const events = [
		delta({ content: "Hi" }),
		{ choices: [{ delta: {}, finish_reason: "stop", stop_reason: "END" }] },
	];
	const reply = await converse(
		{ events },
		{
			inferenceConfig: { stopSequences: ["END"] },
			additionalModelResponseFieldPaths: ["/stop_sequence"],
		},
	);
	expect(reply.stopReason).toBe("stop_sequence");
	expect(reply.additionalModelResponseFields).toEqual({ stop_sequence: "END" });
});

test("a refusal is said as text", async () => {
	const events = [delta({ content: null, refusal: "I cannot." }), stop];
	expect(await contentOf({ events })).toEqual([{ text: "I cannot." }]);
});

test("tokens read from the server's cache are told apart from the input's", async () => {
	const usage = {
		prompt_tokens: 100,
		completion_tokens: 3,
		prompt_tokens_details: { cached_tokens: 80 },
	};
	const events = [delta({ content: "Hi" }), stop, { choices: [], usage }];
	expect((await converse({ events })).usage).toMatchObject({
		inputTokens: 20,
		outputTokens: 3,
		totalTokens: 103,
		cacheReadInputTokens: 80,
	});
});

test.each(transports)(
	"a stream comes event by event over %s",
	async (_, options) => {
		await using server = await startChatServer(() => ({
			events: textEvents("Hel", "lo"),
		}));
		await using outcrop = await startOutcrop({
			upstream: [upstream(server.url)],
		});
		const reply = await outcrop
			.client(options())
			.send(new ConverseStreamCommand({ modelId: haiku, messages: hello }));
		const events = await all(reply.stream);
		expect(
			events.map((event) => event.contentBlockDelta?.delta?.text).join("|"),
		).toBe("|Hel|lo|||");
		expect(events.at(-2)).toEqual({ messageStop: { stopReason: "end_turn" } });
	},
);

test.each([
	[
		"Claude",
		haiku,
		{
			anthropic_version: "bedrock-2023-05-31",
			max_tokens: 9,
			messages: [{ role: "user", content: "Hi" }],
		},
		(json: Json) => json.content[0].text,
	],
	[
		"Nova",
		"amazon.nova-lite-v1:0",
		{ messages: [{ role: "user", content: [{ text: "Hi" }] }] },
		(json: Json) => json.output.message.content[0].text,
	],
	[
		"Llama",
		"meta.llama3-8b-instruct-v1:0",
		{ prompt: "Hi" },
		(json: Json) => json.generation,
	],
	[
		"Mistral",
		"mistral.mistral-7b-instruct-v0:2",
		{ prompt: "Hi" },
		(json: Json) => json.outputs[0].text,
	],
	[
		"Command R",
		"cohere.command-r-v1:0",
		{ message: "Hi" },
		(json: Json) => json.text,
	],
	[
		"gpt-oss",
		"openai.gpt-oss-20b-1:0",
		{ messages: [{ role: "user", content: "Hi" }] },
		(json: Json) => json.choices[0].message.content,
	],
])(
	"%s's native body is answered by the server",
	async (_, modelId, body, read) => {
		await using server = await startChatServer(() => ({
			events: textEvents("Hel", "lo"),
		}));
		await using outcrop = await startOutcrop({
			upstream: [upstream(server.url)],
		});
		const reply = await outcrop
			.client()
			.send(new InvokeModelCommand({ modelId, body: JSON.stringify(body) }));
		expect(read(JSON.parse(reply.body.transformToString()) as Json)).toBe(
			"Hello",
		);
	},
);

test("Claude's native stream is answered by the server, thinking and tool call included", async () => {
	await using server = await startChatServer(() => ({
		events: [
			delta({ reasoning_content: "Hm" }),
			...toolEvents({
				index: 0,
				id: "a",
				function: { name: "now", arguments: '{"zone":"UTC"}' },
			}),
		],
	}));
	await using outcrop = await startOutcrop({
		upstream: [upstream(server.url)],
	});
	const body = {
		anthropic_version: "bedrock-2023-05-31",
		max_tokens: 9,
		messages: [{ role: "user", content: "Hi" }],
		tools: [{ name: "now", input_schema: { type: "object" } }],
	};
	const reply = await outcrop.client().send(
		new InvokeModelWithResponseStreamCommand({
			modelId: haiku,
			body: JSON.stringify(body),
		}),
	);
	const chunks = (await all(reply.body)).map(
		({ chunk }) =>
			JSON.parse(Buffer.from(chunk?.bytes ?? []).toString()) as Json,
	);
	expect(chunks.map(({ type }) => type)).toEqual([
		"message_start",
		"content_block_start",
		"content_block_delta",
		"content_block_delta",
		"content_block_stop",
		"content_block_start",
		"content_block_delta",
		"content_block_stop",
		"message_delta",
		"message_stop",
	]);
	expect(chunks[2]?.delta).toEqual({ type: "thinking_delta", thinking: "Hm" });
	expect(chunks[3]?.delta.type).toBe("signature_delta");
	expect(chunks[6]?.delta).toEqual({
		type: "input_json_delta",
		partial_json: '{"zone":"UTC"}',
	});
});

test("a thought and its tool call can be sent back, as an agent's loop does", async () => {
	await using server = await startChatServer(({ body }) =>
		body.messages?.length === 1
			? {
					events: [
						delta({ reasoning: "Hm" }),
						...toolEvents({
							index: 0,
							id: "c1",
							function: { name: "now", arguments: "{}" },
						}),
					],
				}
			: { events: textEvents("Noon") },
	);
	await using outcrop = await startOutcrop({
		upstream: [upstream(server.url)],
	});
	const client = outcrop.client();
	const request = {
		modelId: "anthropic.claude-sonnet-4-5-20250929-v1:0",
		toolConfig: {
			tools: [
				{
					toolSpec: { name: "now", inputSchema: { json: { type: "object" } } },
				},
			],
		},
	};
	const first = await client.send(
		new ConverseCommand({ ...request, messages: hello }),
	);
	const said = first.output?.message;
	if (!said) throw new Error("Nothing was said.");
	const result: Message = {
		role: "user",
		content: [{ toolResult: { toolUseId: "c1", content: [{ text: "12" }] } }],
	};
	const second = await client.send(
		new ConverseCommand({ ...request, messages: [...hello, said, result] }),
	);
	expect(second.output?.message?.content).toEqual([{ text: "Noon" }]);
	expect(server.asked[1]?.body.messages).toEqual([
		{ role: "user", content: "Hello" },
		{
			role: "assistant",
			content: null,
			tool_calls: [
				{
					id: "c1",
					type: "function",
					function: { name: "now", arguments: "{}" },
				},
			],
		},
		{ role: "tool", tool_call_id: "c1", content: "12" },
	]);
});

type Json = ReturnType<typeof JSON.parse>;
