import { expect, test } from "vitest";
import type { JsonObject } from "../../src/json.ts";
import { providerFor } from "../../src/providers/index.ts";
import type { ReplyEvent, WholeReply } from "../../src/turn/turn.ts";
import {
	chunksOf,
	eventsOf,
	nativeCall,
	replyOf,
	turnTo,
} from "./native-call.ts";

const gptOss = "openai.gpt-oss-20b-1:0";
const qwen = "qwen.qwen3-32b-v1:0";
const kimi = "moonshot.kimi-k2-thinking";

const reply: WholeReply = {
	content: [{ text: "Hello" }],
	stopReason: "end_turn",
	usage: { inputTokens: 12, outputTokens: 34, totalTokens: 46 },
	latencyMs: 250,
};
const reasoned = [
	{ reasoningContent: { reasoningText: { text: "Hm" } } },
	{ text: "Hello" },
];
const called = [
	{
		toolUse: {
			toolUseId: "tooluse_iPA5tRLlQ5qSvfeY-eQV_g",
			name: "weather",
			input: { city: "Rome" },
		},
	},
];

function write(changes: Partial<WholeReply> = {}, modelId = qwen) {
	return providerFor(modelId).writeReply(
		{ ...reply, ...changes },
		turnTo(modelId),
		nativeCall(),
	);
}

function messageOf(body: JsonObject): unknown {
	return (body.choices as { message: unknown }[])[0]?.message;
}

function stream(blocks: ReplyEvent[], modelId = qwen, turn: object = {}) {
	const events = replyOf(eventsOf(blocks, "tool_use"));
	return chunksOf(
		providerFor(modelId).writeChunks(
			events,
			{ ...turnTo(modelId), ...turn },
			nativeCall(),
		),
	);
}

test("a whole answer has its members in the order of Bedrock's", () => {
	expect(JSON.stringify(write())).toBe(
		'{"choices":[{"finish_reason":"stop","index":0,"logprobs":null,"message":{"content":"Hello","refusal":null,"role":"assistant"}}],' +
			'"created":1,"id":"chatcmpl-00000000-0000-4000-8000-000000000000","model":"qwen.qwen3-32b-v1:0","object":"chat.completion",' +
			'"service_tier":"default","usage":{"completion_tokens":34,"prompt_tokens":12,"total_tokens":46}}',
	);
});

test("an answer names the model without its profile", () => {
	expect(write({}, "us.deepseek.v3-v1:0").model).toBe("deepseek.v3-v1:0");
});

test.each([
	["end_turn", "stop"],
	["stop_sequence", "stop"],
	["max_tokens", "length"],
	["tool_use", "tool_calls"],
	["content_filtered", "content_filter"],
] as const)("a reply that ended by %s says %s", (stopReason, finishReason) => {
	expect(write({ stopReason }).choices).toMatchObject([
		{ finish_reason: finishReason },
	]);
});

test("gpt-oss keeps its reasoning in the text", () => {
	expect(messageOf(write({ content: reasoned }, gptOss))).toEqual({
		content: "<reasoning>Hm</reasoning>Hello",
		refusal: null,
		role: "assistant",
	});
});

test("others say their reasoning beside the text", () => {
	expect(messageOf(write({ content: reasoned }))).toMatchObject({
		content: "Hello",
		reasoning: "Hm",
	});
});

test("a tool call has an id of the server's kind, always the same for the same call", () => {
	expect(messageOf(write({ content: called }))).toEqual({
		content: null,
		refusal: null,
		role: "assistant",
		tool_calls: [
			{
				function: { arguments: '{"city":"Rome"}', name: "weather" },
				id: expect.stringMatching(/^chatcmpl-tool-[0-9a-f]{32}$/),
				type: "function",
			},
		],
	});
	expect(write({ content: called })).toEqual(write({ content: called }));
});

test("Kimi names its calls after the function, counted over the conversation", () => {
	const turn = {
		...turnTo(kimi),
		messages: [{ role: "assistant" as const, content: called }],
	};
	const body = providerFor(kimi).writeReply(
		{ ...reply, content: called },
		turn,
		nativeCall(),
	);
	expect(messageOf(body)).toMatchObject({
		tool_calls: [{ id: "functions.weather:1" }],
	});
});

test("Mistral's ids have nine letters and digits", () => {
	const body = write(
		{ content: called },
		"mistral.mistral-large-3-675b-instruct",
	);
	expect(messageOf(body)).toMatchObject({ tool_calls: [{ id: "iPA5tRLlQ" }] });
});

test("an id of one's own stays", () => {
	const content = [
		{ toolUse: { toolUseId: "call_1", name: "weather", input: {} } },
	];
	expect(messageOf(write({ content }))).toMatchObject({
		tool_calls: [{ id: "call_1" }],
	});
});

test("what a cache held is part of the prompt", () => {
	const usage = {
		inputTokens: 2,
		outputTokens: 3,
		totalTokens: 15,
		cacheReadInputTokens: 10,
	};
	expect(write({ usage }).usage).toEqual({
		completion_tokens: 3,
		prompt_tokens: 12,
		prompt_tokens_details: { cached_tokens: 10 },
		total_tokens: 15,
	});
});

test("a stream begins with the role and ends with the reason and the metrics", async () => {
	const chunks = await stream([
		{ contentBlockDelta: { contentBlockIndex: 0, delta: { text: "To be" } } },
		{ contentBlockStop: { contentBlockIndex: 0 } },
	]);
	const head =
		'"created":1,"id":"chatcmpl-00000000-0000-4000-8000-000000000000","model":"qwen.qwen3-32b-v1:0",' +
		'"object":"chat.completion.chunk","service_tier":"auto"';
	expect(chunks.map((chunk) => JSON.stringify(chunk))).toEqual([
		`{"choices":[{"delta":{"content":"","role":"assistant"},"finish_reason":null,"index":0}],${head}}`,
		`{"choices":[{"delta":{"content":"To be"},"finish_reason":null,"index":0}],${head}}`,
		`{"choices":[{"delta":{},"finish_reason":"tool_calls","index":0}],${head},"amazon-bedrock-invocationMetrics":` +
			'{"inputTokenCount":12,"outputTokenCount":34,"invocationLatency":250,"firstByteLatency":10}}',
	]);
});

function deltasOf(chunks: unknown[]): unknown[] {
	return chunks.map(
		(chunk) => (chunk as { choices: { delta: unknown }[] }).choices[0]?.delta,
	);
}

const reasonedEvents: ReplyEvent[] = [
	{
		contentBlockDelta: {
			contentBlockIndex: 0,
			delta: { reasoningContent: { text: "H" } },
		},
	},
	{
		contentBlockDelta: {
			contentBlockIndex: 0,
			delta: { reasoningContent: { text: "m" } },
		},
	},
	{ contentBlockStop: { contentBlockIndex: 0 } },
	{ contentBlockDelta: { contentBlockIndex: 1, delta: { text: "Hello" } } },
	{ contentBlockStop: { contentBlockIndex: 1 } },
];

test("gpt-oss streams its reasoning in tags", async () => {
	expect(deltasOf(await stream(reasonedEvents, gptOss)).slice(1, -1)).toEqual([
		{ content: "<reasoning>H" },
		{ content: "m" },
		{ content: "</reasoning>" },
		{ content: "Hello" },
	]);
});

test("others stream their reasoning beside the text", async () => {
	expect(deltasOf(await stream(reasonedEvents)).slice(1, -1)).toEqual([
		{ reasoning: "H" },
		{ reasoning: "m" },
		{ content: "Hello" },
	]);
});

test("tool calls stream by their number, whatever stands before them", async () => {
	const chunks = await stream([
		{ contentBlockDelta: { contentBlockIndex: 0, delta: { text: "Wait" } } },
		{ contentBlockStop: { contentBlockIndex: 0 } },
		{
			contentBlockStart: {
				contentBlockIndex: 1,
				start: { toolUse: { toolUseId: "a", name: "weather" } },
			},
		},
		{
			contentBlockDelta: {
				contentBlockIndex: 1,
				delta: { toolUse: { input: '{"city":' } },
			},
		},
		{
			contentBlockDelta: {
				contentBlockIndex: 1,
				delta: { toolUse: { input: '"Rome"}' } },
			},
		},
		{ contentBlockStop: { contentBlockIndex: 1 } },
		{
			contentBlockStart: {
				contentBlockIndex: 2,
				start: { toolUse: { toolUseId: "b", name: "time" } },
			},
		},
		{
			contentBlockDelta: {
				contentBlockIndex: 2,
				delta: { toolUse: { input: "" } },
			},
		},
		{ contentBlockStop: { contentBlockIndex: 2 } },
	]);
	expect(deltasOf(chunks).slice(2, -1)).toEqual([
		{
			tool_calls: [
				{
					function: { arguments: "", name: "weather" },
					id: "a",
					index: 0,
					type: "function",
				},
			],
		},
		{ tool_calls: [{ function: { arguments: '{"city":' }, index: 0 }] },
		{ tool_calls: [{ function: { arguments: '"Rome"}' }, index: 0 }] },
		{
			tool_calls: [
				{
					function: { arguments: "", name: "time" },
					id: "b",
					index: 1,
					type: "function",
				},
			],
		},
	]);
});

test("the usage comes in a chunk without choices when the body asks for it", async () => {
	const asked = {
		additionalModelRequestFields: { stream_options: { include_usage: true } },
	};
	const last = (await stream([], qwen, asked)).at(-1);
	expect(last).toMatchObject({
		choices: [],
		usage: { completion_tokens: 34, prompt_tokens: 12, total_tokens: 46 },
		"amazon-bedrock-invocationMetrics": { outputTokenCount: 34 },
	});
});

function read(body: unknown, modelId = gptOss) {
	return providerFor(modelId).readTurn(body as JsonObject, modelId);
}

test("a wrong type is refused in the words of the server's reader", () => {
	const body = {
		messages: [{ role: "user", content: "Hi" }],
		reasoning_effort: { effort: "low" },
	};
	expect(() => read(body)).toThrow(
		expect.objectContaining({
			name: "ValidationException",
			message:
				"Failed to deserialize the JSON body into the target type: reasoning_effort: invalid type: map, expected a string at line 1 column 81",
		}),
	);
});

test("a body that is no object is malformed", () => {
	expect(() => read([])).toThrow(
		"Malformed input request, please reformat your input and try again.",
	);
});

test("a model in the body has to be the one in the path", () => {
	const messages = [{ role: "user", content: "Hi" }];
	expect(read({ messages, model: gptOss }).messages).toHaveLength(1);
	expect(() => read({ messages, model: "openai.gpt-oss-120b-1:0" })).toThrow(
		"The value of model in the body, openai.gpt-oss-120b-1:0, does not match the model in the request path, openai.gpt-oss-20b-1:0.",
	);
});
