import {
	ConverseCommand,
	ConverseStreamCommand,
	InvokeModelCommand,
	type Message,
	ModelErrorException,
	ModelStreamErrorException,
	ServiceUnavailableException,
	ThrottlingException,
	ValidationException,
} from "@aws-sdk/client-bedrock-runtime";
import { expect, test } from "vitest";
import { startChatServer, textEvents } from "../support/chat-server.ts";
import { all, post, startOutcrop } from "../support/outcrop.ts";

const haiku = "anthropic.claude-3-haiku-20240307-v1:0";
const hello: Message[] = [{ role: "user", content: [{ text: "Hello" }] }];

function proxy(url: string, more: object = {}) {
	return {
		url,
		apiKey: undefined,
		defaultModel: "llama3.2",
		modelMapping: {},
		passthrough: false,
		...more,
	};
}

test("Converse is answered by the server, with its usage", async () => {
	await using server = await startChatServer(() => ({
		events: textEvents("Hel", "lo you"),
	}));
	await using outcrop = await startOutcrop({
		proxy: proxy(server.url, { apiKey: "secret" }),
	});
	const reply = await outcrop.client().send(
		new ConverseCommand({
			modelId: haiku,
			messages: hello,
			system: [{ text: "Be brief." }],
			inferenceConfig: {
				maxTokens: 50,
				temperature: 0.5,
				stopSequences: ["X"],
			},
		}),
	);
	expect(reply.output?.message?.content).toEqual([{ text: "Hello you" }]);
	expect(reply.stopReason).toBe("end_turn");
	expect(reply.usage).toMatchObject({
		inputTokens: 11,
		outputTokens: 3,
		totalTokens: 14,
	});
	expect(server.asked[0]?.path).toBe("/v1/chat/completions");
	expect(server.asked[0]?.authorization).toBe("Bearer secret");
	expect(server.asked[0]?.body).toMatchObject({
		model: "llama3.2",
		messages: [
			{ role: "system", content: "Be brief." },
			{ role: "user", content: "Hello" },
		],
		max_tokens: 50,
		temperature: 0.5,
		stop: ["X"],
	});
});

test("streamed text, reasoning and tool calls become blocks", async () => {
	await using server = await startChatServer(() => ({
		events: [
			{ choices: [{ delta: { reasoning_content: "Hm" } }] },
			{ choices: [{ delta: { content: "Let me see" } }] },
			{
				choices: [
					{
						delta: {
							tool_calls: [
								{
									index: 0,
									id: "c1",
									function: { name: "now", arguments: "" },
								},
							],
						},
					},
				],
			},
			{
				choices: [
					{
						delta: {
							tool_calls: [{ index: 0, function: { arguments: '{"zone":' } }],
						},
					},
				],
			},
			{
				choices: [
					{
						delta: {
							tool_calls: [{ index: 0, function: { arguments: '"UTC"}' } }],
						},
					},
				],
			},
			{ choices: [{ delta: {}, finish_reason: "tool_calls" }] },
		],
	}));
	await using outcrop = await startOutcrop({ proxy: proxy(server.url) });
	const toolConfig = {
		tools: [
			{ toolSpec: { name: "now", inputSchema: { json: { type: "object" } } } },
		],
		toolChoice: { any: {} },
	};
	const reply = await outcrop.client().send(
		new ConverseStreamCommand({
			modelId: haiku,
			messages: hello,
			toolConfig,
		}),
	);
	const events = await all(reply.stream);
	expect(events.slice(0, -1)).toEqual([
		{ messageStart: { role: "assistant" } },
		{
			contentBlockDelta: {
				contentBlockIndex: 0,
				delta: { reasoningContent: { text: "Hm" } },
			},
		},
		{
			contentBlockDelta: {
				contentBlockIndex: 0,
				delta: {
					reasoningContent: { signature: expect.stringMatching(/^Er/) },
				},
			},
		},
		{ contentBlockStop: { contentBlockIndex: 0 } },
		{
			contentBlockDelta: {
				contentBlockIndex: 1,
				delta: { text: "Let me see" },
			},
		},
		{ contentBlockStop: { contentBlockIndex: 1 } },
		{
			contentBlockStart: {
				contentBlockIndex: 2,
				start: { toolUse: { toolUseId: "c1", name: "now" } },
			},
		},
		{
			contentBlockDelta: {
				contentBlockIndex: 2,
				delta: { toolUse: { input: '{"zone":' } },
			},
		},
		{
			contentBlockDelta: {
				contentBlockIndex: 2,
				delta: { toolUse: { input: '"UTC"}' } },
			},
		},
		{ contentBlockStop: { contentBlockIndex: 2 } },
		{ messageStop: { stopReason: "tool_use" } },
	]);
	expect(events.at(-1)?.metadata?.usage?.inputTokens).toBeGreaterThan(0);
	expect(server.asked[0]?.body.tool_choice).toBe("required");
});

test("a tool result goes back as a tool message", async () => {
	await using server = await startChatServer(() => ({
		events: textEvents("20 degrees"),
	}));
	await using outcrop = await startOutcrop({ proxy: proxy(server.url) });
	await outcrop.client().send(
		new ConverseCommand({
			modelId: haiku,
			messages: [
				...hello,
				{
					role: "assistant",
					content: [
						{ toolUse: { toolUseId: "c1", name: "now", input: { a: 1 } } },
					],
				},
				{
					role: "user",
					content: [
						{
							toolResult: {
								toolUseId: "c1",
								content: [{ json: { ok: true } }],
							},
						},
						{ text: "Well?" },
					],
				},
			],
			toolConfig: {
				tools: [
					{
						toolSpec: {
							name: "now",
							inputSchema: { json: { type: "object" } },
						},
					},
				],
			},
		}),
	);
	expect(server.asked[0]?.body.messages).toEqual([
		{ role: "user", content: "Hello" },
		{
			role: "assistant",
			content: null,
			tool_calls: [
				{
					id: "c1",
					type: "function",
					function: { name: "now", arguments: '{"a":1}' },
				},
			],
		},
		{ role: "tool", tool_call_id: "c1", content: '{"ok":true}' },
		{ role: "user", content: "Well?" },
	]);
});

test("a native body is answered by the server too", async () => {
	await using server = await startChatServer(() => ({
		events: textEvents("Hello"),
	}));
	await using outcrop = await startOutcrop({ proxy: proxy(server.url) });
	const reply = await outcrop.client().send(
		new InvokeModelCommand({
			modelId: haiku,
			body: JSON.stringify({
				anthropic_version: "bedrock-2023-05-31",
				max_tokens: 50,
				messages: [{ role: "user", content: "Hi" }],
			}),
		}),
	);
	expect(JSON.parse(reply.body.transformToString()).content).toEqual([
		{ type: "text", text: "Hello" },
	]);
});

test.each([
	[429, ThrottlingException],
	[400, ModelErrorException],
	[500, ModelErrorException],
])("status %i of the server becomes its typed error", async (status, type) => {
	await using server = await startChatServer(() => ({
		status,
		text: '{"error":"no"}',
	}));
	await using outcrop = await startOutcrop({ proxy: proxy(server.url) });
	const asked = outcrop
		.client()
		.send(new ConverseCommand({ modelId: haiku, messages: hello }));
	await expect(asked).rejects.toThrow(type);
	await expect(asked).rejects.toThrow(`status ${status}): {"error":"no"}`);
});

test("a server that is not there is named", async () => {
	await using outcrop = await startOutcrop({
		proxy: proxy("http://127.0.0.1:1/v1"),
	});
	const asked = outcrop
		.client()
		.send(new ConverseCommand({ modelId: haiku, messages: hello }));
	await expect(asked).rejects.toThrow(ServiceUnavailableException);
	await expect(asked).rejects.toThrow(
		"http://127.0.0.1:1/v1 cannot be reached",
	);
});

test("a server that breaks off in mid-stream is a modelStreamErrorException", async () => {
	await using server = await startChatServer(() => ({
		events: textEvents("Hel").slice(0, 1),
		breakOff: true,
	}));
	await using outcrop = await startOutcrop({ proxy: proxy(server.url) });
	const reply = await outcrop
		.client()
		.send(new ConverseStreamCommand({ modelId: haiku, messages: hello }));
	await expect(all(reply.stream)).rejects.toThrow(ModelStreamErrorException);
});

test("seed contract row 15: mapping, then the raw id, then the default, else a ValidationException", async () => {
	await using server = await startChatServer(() => ({
		events: textEvents("ok"),
	}));
	const ask = async (more: object, modelId: string) => {
		await using outcrop = await startOutcrop({
			compat: "floci",
			proxy: proxy(server.url, more),
		});
		await outcrop
			.client()
			.send(new ConverseCommand({ modelId, messages: hello }));
		return server.asked.at(-1)?.body.model;
	};
	const modelMapping = { [haiku]: "claude-3-haiku" };
	expect(await ask({ modelMapping }, haiku)).toBe("claude-3-haiku");
	expect(await ask({ modelMapping, passthrough: true }, "a.b")).toBe("a.b");
	expect(await ask({ modelMapping }, "a.b")).toBe("llama3.2");
	await expect(ask({ defaultModel: undefined }, "a.b")).rejects.toThrow(
		ValidationException,
	);
});

test("with --compat floci and the proxy InvokeModel still answers as the stub", async () => {
	await using server = await startChatServer(() => ({
		events: textEvents("ok"),
	}));
	await using outcrop = await startOutcrop({
		compat: "floci",
		proxy: proxy(server.url),
	});
	const { status, json } = await post(
		`${outcrop.url}/model/${haiku}/invoke`,
		"garbage",
	);
	expect(status).toBe(200);
	expect(json.model).toBe(haiku);
	expect(server.asked).toEqual([]);
});
