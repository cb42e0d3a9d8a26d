import { expect, test } from "vitest";
import type { Json, JsonObject } from "../../../src/json.ts";
import { readChatTurn } from "../../../src/providers/openai-chat/read.ts";

const modelId = "qwen.qwen3-32b-v1:0";
const hi = { role: "user", content: "Hi" };

function read(body: JsonObject) {
	return readChatTurn({ messages: [hi], ...body }, modelId);
}

function readMessages(...messages: Json[]) {
	return readChatTurn({ messages }, modelId);
}

test("a question is one message of the user, and nothing else", () => {
	expect(read({})).toEqual({
		modelId,
		messages: [{ role: "user", content: [{ text: "Hi" }] }],
	});
});

test("system and developer messages are the system text, wherever they stand", () => {
	const turn = readMessages({ role: "system", content: "A" }, hi, {
		role: "developer",
		content: [{ type: "text", text: "B" }],
	});
	expect(turn.system).toEqual([{ text: "A" }, { text: "B" }]);
	expect(turn.messages).toHaveLength(1);
});

test("system messages alone are asked as the user's", () => {
	expect(readMessages({ role: "system", content: "A" })).toEqual({
		modelId,
		messages: [{ role: "user", content: [{ text: "A" }] }],
	});
});

test("limits, samplers and one stop sequence are Converse's inferenceConfig", () => {
	const body = {
		max_completion_tokens: 5,
		temperature: 1.5,
		top_p: 0.5,
		stop: "END",
	};
	expect(read(body).inferenceConfig).toEqual({
		maxTokens: 5,
		temperature: 1.5,
		topP: 0.5,
		stopSequences: ["END"],
	});
});

test("max_tokens is the limit where max_completion_tokens is not", () => {
	expect(read({ max_tokens: 7, stop: ["A", "B"] }).inferenceConfig).toEqual({
		maxTokens: 7,
		stopSequences: ["A", "B"],
	});
});

test("what Converse has no member for travels under its own name", () => {
	const body = {
		reasoning_effort: "high",
		seed: 1,
		user: null,
		stream: false,
		"amazon-bedrock-guardrailConfig": {},
	};
	expect(read(body).additionalModelRequestFields).toEqual({
		reasoning_effort: "high",
		seed: 1,
	});
});

test("a key that names a prototype is only a key", () => {
	const body: JsonObject = JSON.parse(
		'{"messages":[{"role":"user","content":"Hi"}],"__proto__":{"polluted":true}}',
	);
	expect(
		Object.hasOwn(
			readChatTurn(body, modelId).additionalModelRequestFields as object,
			"__proto__",
		),
	).toBe(true);
});

test("an image in a data URI is an image block beside the text", () => {
	const content: Json[] = [
		{ type: "text", text: "What is it?" },
		{ type: "image_url", image_url: { url: "data:image/jpeg;base64,AQI=" } },
	];
	expect(readMessages({ role: "user", content }).messages[0]?.content).toEqual([
		{ text: "What is it?" },
		{ image: { format: "jpeg", source: { bytes: new Uint8Array([1, 2]) } } },
	]);
});

test("sound, video and files are blocks of their own", () => {
	const content: Json[] = [
		{ type: "input_audio", input_audio: { data: "AQI=", format: "wav" } },
		{ type: "video_url", video_url: { url: "data:video/mp4;base64,AQI=" } },
		{
			type: "file",
			file: {
				filename: "my_plan.v2.pdf",
				file_data: "data:application/pdf;base64,AQI=",
			},
		},
	];
	const source = { bytes: new Uint8Array([1, 2]) };
	expect(readMessages({ role: "user", content }).messages[0]?.content).toEqual([
		{ audio: { format: "wav", source } },
		{ video: { format: "mp4", source } },
		{ document: { format: "pdf", name: "my plan v2", source } },
	]);
});

test("a tool call and its results are Converse's, the results of one call together", () => {
	const calls = [
		{
			id: "a",
			type: "function",
			function: { name: "weather", arguments: '{"city":"Rome"}' },
		},
		{ id: "b", type: "function", function: { name: "time", arguments: "" } },
	];
	const turn = readMessages(
		hi,
		{ role: "assistant", content: null, tool_calls: calls },
		{ role: "tool", tool_call_id: "a", content: "sunny" },
		{
			role: "tool",
			tool_call_id: "b",
			content: [{ type: "text", text: "noon" }],
		},
		{ role: "user", content: "Thanks" },
	);
	expect(turn.messages.slice(1)).toEqual([
		{
			role: "assistant",
			content: [
				{
					toolUse: { toolUseId: "a", name: "weather", input: { city: "Rome" } },
				},
				{ toolUse: { toolUseId: "b", name: "time", input: {} } },
			],
		},
		{
			role: "user",
			content: [
				{ toolResult: { toolUseId: "a", content: [{ text: "sunny" }] } },
				{ toolResult: { toolUseId: "b", content: [{ text: "noon" }] } },
			],
		},
		{ role: "user", content: [{ text: "Thanks" }] },
	]);
});

test("reasoning of before is reasoning again, beside the text and in it", () => {
	const turn = readMessages(
		hi,
		{ role: "assistant", content: "<reasoning>Hm</reasoning>Hello" },
		hi,
		{ role: "assistant", reasoning: "Ah", content: "Yes" },
		hi,
		{
			role: "assistant",
			content: [{ type: "thinking", thinking: [{ type: "text", text: "Oh" }] }],
		},
	);
	expect(turn.messages.map(({ content }) => content)).toEqual([
		[{ text: "Hi" }],
		[
			{ reasoningContent: { reasoningText: { text: "Hm" } } },
			{ text: "Hello" },
		],
		[{ text: "Hi" }],
		[{ reasoningContent: { reasoningText: { text: "Ah" } } }, { text: "Yes" }],
		[{ text: "Hi" }],
		[{ reasoningContent: { reasoningText: { text: "Oh" } } }],
	]);
});

test("an assistant message that says nothing is left out", () => {
	expect(
		readMessages(hi, { role: "assistant", content: "" }, hi).messages,
	).toHaveLength(2);
});

const weather = {
	type: "function",
	function: {
		name: "weather",
		description: "Tells it",
		parameters: { type: "object" },
	},
};

test("tools are Converse's toolConfig", () => {
	expect(read({ tools: [weather] }).toolConfig).toEqual({
		tools: [
			{
				toolSpec: {
					name: "weather",
					description: "Tells it",
					inputSchema: { json: { type: "object" } },
				},
			},
		],
	});
});

test("a function without parameters takes an empty object", () => {
	const tools = [{ type: "function", function: { name: "now", strict: true } }];
	expect(read({ tools }).toolConfig?.tools?.[0]?.toolSpec).toEqual({
		name: "now",
		inputSchema: { json: { type: "object", properties: {} } },
		strict: true,
	});
});

test.each<[Json, object | undefined]>([
	["auto", { auto: {} }],
	["required", { any: {} }],
	["any", { any: {} }],
	[
		{ type: "function", function: { name: "weather" } },
		{ tool: { name: "weather" } },
	],
	["none", undefined],
])("tool_choice %j is %j", (tool_choice, toolChoice) => {
	expect(
		read({ tools: [weather], tool_choice }).toolConfig?.toolChoice,
	).toEqual(toolChoice);
});

test("no tool at all travels beside the tools, for Converse has no word for it", () => {
	expect(
		read({ tools: [weather], tool_choice: "none" })
			.additionalModelRequestFields,
	).toEqual({ tool_choice: "none" });
});

test("a JSON schema is Converse's outputConfig, its schema as text", () => {
	const response_format = {
		type: "json_schema",
		json_schema: { name: "city", schema: { type: "object" }, strict: true },
	};
	expect(read({ response_format }).outputConfig).toEqual({
		textFormat: {
			type: "json_schema",
			structure: { jsonSchema: { name: "city", schema: '{"type":"object"}' } },
		},
	});
});

test("any JSON object is a schema that any object fits", () => {
	expect(
		read({ response_format: { type: "json_object" } }).outputConfig,
	).toEqual({
		textFormat: {
			type: "json_schema",
			structure: { jsonSchema: { schema: '{"type":"object"}' } },
		},
	});
});

test("a service tier is the turn's, the automatic one says nothing", () => {
	expect(read({ service_tier: "flex" }).serviceTier).toEqual({ type: "flex" });
	expect(read({ service_tier: "auto" }).serviceTier).toBeUndefined();
});

test.each<[JsonObject, string]>([
	[{ messages: null }, "missing field `messages`"],
	[
		{ messages: "Hi" },
		'messages: invalid type: string "Hi", expected a sequence',
	],
	[{ messages: [] }, "messages: at least one message is required"],
	[{ messages: [{ content: "Hi" }] }, "messages[0]: missing field `role`"],
	[
		{ messages: [{ role: "bot", content: "Hi" }] },
		"messages[0].role: unknown variant `bot`, expected one of `system`, `developer`, `user`, `assistant`, `tool`",
	],
	[{ messages: [{ role: "user" }] }, "messages[0]: missing field `content`"],
	[
		{ messages: [{ role: "user", content: 5 }] },
		"messages[0].content: invalid type: integer `5`, expected a string or a sequence",
	],
	[
		{ reasoning_effort: {} },
		"reasoning_effort: invalid type: map, expected a string",
	],
	[{ max_tokens: "9" }, 'max_tokens: invalid type: string "9", expected u32'],
	[{ max_tokens: 0 }, "max_tokens must be at least 1, got 0."],
	[{ temperature: -1 }, "temperature must be non-negative, got -1."],
	[{ top_p: 2 }, "top_p must be in (0, 1], got 2."],
	[{ tools: [{ type: "function" }] }, "tools[0]: missing field `function`"],
	[
		{ tool_choice: "required" },
		"When using `tool_choice`, `tools` must be set.",
	],
	[
		{
			messages: [
				{
					role: "user",
					content: [
						{
							type: "image_url",
							image_url: { url: "https://example.com/a.png" },
						},
					],
				},
			],
		},
		"messages[0].content[0].image_url.url: only base64 data URIs are supported, such as data:image/png;base64,…",
	],
	[
		{
			messages: [
				{
					role: "user",
					content: [
						{ type: "image_url", image_url: "data:image/bmp;base64,AQI=" },
					],
				},
			],
		},
		"messages[0].content[0].image_url: unsupported format `bmp`, expected one of png, jpeg, jpg, gif, webp",
	],
])("%j is refused", (body, message) => {
	expect(() => read(body)).toThrow(
		expect.objectContaining({ name: "ChatBodyError", message }),
	);
});
