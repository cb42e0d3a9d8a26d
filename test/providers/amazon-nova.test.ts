import { expect, test } from "vitest";
import type { JsonObject } from "../../src/json.ts";
import { amazonNova } from "../../src/providers/amazon-nova.ts";
import type { WholeReply } from "../../src/turn/turn.ts";
import {
	chunksOf,
	eventsOf,
	nativeCall,
	replyOf,
	turnTo,
} from "./native-call.ts";

const lite = "us.amazon.nova-lite-v1:0";
const lite2 = "amazon.nova-2-lite-v1:0";
const hi = [{ role: "user", content: [{ text: "Hi" }] }];

function read(body: JsonObject, modelId = lite) {
	return amazonNova.readTurn(body, modelId);
}

test("a body with all its members is the turn that Converse would be asked", () => {
	const tool = {
		toolSpec: {
			name: "add",
			description: "Adds",
			inputSchema: { json: { type: "object", properties: {} } },
		},
	};
	const turn = read({
		schemaVersion: "messages-v1",
		system: [{ text: "Be brief." }, { cachePoint: { type: "default" } }],
		messages: hi,
		inferenceConfig: {
			maxTokens: 50,
			temperature: 0.5,
			topP: 0.9,
			topK: 20,
			stopSequences: ["END"],
		},
		toolConfig: { tools: [tool], toolChoice: { any: {} } },
	});
	expect(turn).toEqual({
		modelId: lite,
		system: [{ text: "Be brief." }, { cachePoint: { type: "default" } }],
		messages: hi,
		inferenceConfig: {
			maxTokens: 50,
			temperature: 0.5,
			topP: 0.9,
			stopSequences: ["END"],
		},
		toolConfig: { tools: [tool], toolChoice: { any: {} } },
		additionalModelRequestFields: { inferenceConfig: { topK: 20 } },
	});
});

test("the names of the first examples are read too", () => {
	const { inferenceConfig, additionalModelRequestFields } = read({
		messages: hi,
		inferenceConfig: {
			max_new_tokens: 300,
			top_p: 0.1,
			top_k: 20,
			temperature: 0.3,
		},
	});
	expect(inferenceConfig).toEqual({
		maxTokens: 300,
		topP: 0.1,
		temperature: 0.3,
	});
	expect(additionalModelRequestFields).toEqual({
		inferenceConfig: { topK: 20 },
	});
});

test("base64 of images, videos and documents becomes bytes", () => {
	const { messages } = read({
		messages: [
			{
				role: "user",
				content: [
					{ image: { format: "png", source: { bytes: "AQID" } } },
					{
						video: {
							format: "mp4",
							source: { s3Location: { uri: "s3://bucket/film.mp4" } },
						},
					},
					{
						document: {
							format: "pdf",
							name: "Report",
							source: { bytes: "BAUG" },
						},
					},
				],
			},
		],
	});
	expect(messages[0]?.content).toEqual([
		{ image: { format: "png", source: { bytes: new Uint8Array([1, 2, 3]) } } },
		{
			video: {
				format: "mp4",
				source: { s3Location: { uri: "s3://bucket/film.mp4" } },
			},
		},
		{
			document: {
				format: "pdf",
				name: "Report",
				source: { bytes: new Uint8Array([4, 5, 6]) },
			},
		},
	]);
});

test("tool uses and results are read, images in results as bytes", () => {
	const use = {
		toolUse: { toolUseId: "3b1f", name: "draw", input: { of: "a cat" } },
	};
	const { messages } = read({
		messages: [
			...hi,
			{ role: "assistant", content: [use] },
			{
				role: "user",
				content: [
					{
						toolResult: {
							toolUseId: "3b1f",
							status: "success",
							content: [
								{ json: { ok: true } },
								{ image: { format: "png", source: { bytes: "AQID" } } },
							],
						},
					},
				],
			},
		],
	});
	expect(messages[1]?.content).toEqual([use]);
	expect(messages[2]?.content).toEqual([
		{
			toolResult: {
				toolUseId: "3b1f",
				status: "success",
				content: [
					{ json: { ok: true } },
					{
						image: {
							format: "png",
							source: { bytes: new Uint8Array([1, 2, 3]) },
						},
					},
				],
			},
		},
	]);
});

test("Nova 2's reasoningConfig is read from either place", () => {
	const reasoningConfig = { type: "enabled", maxReasoningEffort: "low" };
	expect(
		read({ messages: hi, reasoningConfig }, lite2).additionalModelRequestFields,
	).toEqual({ reasoningConfig });
	const inside = read(
		{ messages: hi, inferenceConfig: { reasoningConfig } },
		lite2,
	);
	expect(inside.additionalModelRequestFields).toEqual({ reasoningConfig });
	expect(inside.inferenceConfig).toBeUndefined();
});

test.each<[string, JsonObject]>([
	["#: required key [messages] not found", {}],
	["#: extraneous key [top_p] is not permitted", { messages: hi, top_p: 1 }],
	[
		"#: extraneous key [reasoningConfig] is not permitted",
		{ messages: hi, reasoningConfig: { type: "enabled" } },
	],
	[
		"#/messages/0/content: expected type: JSONArray, found: String",
		{ messages: [{ role: "user", content: "Hi" }] },
	],
	[
		"#/messages/0: required key [role] not found",
		{ messages: [{ content: [{ text: "Hi" }] }] },
	],
	[
		"#/messages/0/content/0: extraneous key [type] is not permitted",
		{ messages: [{ role: "user", content: [{ type: "text", text: "Hi" }] }] },
	],
	[
		"#/toolConfig/tools/0/toolSpec/inputSchema/json: extraneous key [definitions] is not permitted",
		{
			messages: hi,
			toolConfig: {
				tools: [
					{
						toolSpec: {
							name: "a",
							inputSchema: { json: { type: "object", definitions: {} } },
						},
					},
				],
			},
		},
	],
	[
		"#/messages/0/content/0/image/source/bytes: invalid base64 data",
		{
			messages: [
				{
					role: "user",
					content: [{ image: { format: "png", source: { bytes: "?" } } }],
				},
			],
		},
	],
	[
		"#/messages/0/content/0/image/source: required key [bytes] not found",
		{
			messages: [
				{ role: "user", content: [{ image: { format: "png", source: {} } }] },
			],
		},
	],
	[
		"#/messages/0/content/0/toolResult/content/0: only 1 subschema matches out of 2",
		{
			messages: [
				{
					role: "user",
					content: [
						{
							toolResult: {
								toolUseId: "a",
								content: [{ text: "a", json: {} }],
							},
						},
					],
				},
			],
		},
	],
	[
		"#/messages/0/content/0: only 1 subschema matches out of 2",
		{
			messages: [
				{
					role: "user",
					content: [{ text: "a", cachePoint: { type: "default" } }],
				},
			],
		},
	],
])("refuses with %s", (detail, body) => {
	const message = `Malformed input request: ${detail}, please reformat your input and try again.`;
	expect(() => read(body)).toThrow(
		expect.objectContaining({ name: "ValidationException", message }),
	);
});

test("refuses a conversation that the assistant begins", () => {
	expect(() =>
		read({ messages: [{ role: "assistant", content: [{ text: "Hi" }] }] }),
	).toThrow(
		"A conversation must start with a user message. Try again with a conversation that starts with a user message.",
	);
});

const whole: WholeReply = {
	content: [{ text: "4" }],
	stopReason: "end_turn",
	usage: { inputTokens: 13, outputTokens: 3, totalTokens: 16 },
	latencyMs: 5,
};

test("a whole reply has Nova's key order, the cache counters always", () => {
	expect(
		JSON.stringify(amazonNova.writeReply(whole, turnTo(lite), nativeCall())),
	).toBe(
		'{"output":{"message":{"content":[{"text":"4"}],"role":"assistant"}},"stopReason":"end_turn",' +
			'"usage":{"inputTokens":13,"outputTokens":3,"totalTokens":16,"cacheReadInputTokenCount":0,"cacheWriteInputTokenCount":0}}',
	);
});

test("a tool call has a plain UUID for its id, the same for the same call", () => {
	const toolUse = {
		toolUseId: "tooluse_HA9wsJ32RhOvn8XgIUDpGA",
		name: "get_weather",
		input: { city: "Paris" },
	};
	const reply = {
		...whole,
		content: [{ toolUse }],
		stopReason: "tool_use" as const,
	};
	const first = JSON.stringify(
		amazonNova.writeReply(reply, turnTo(lite), nativeCall()),
	);
	expect(first).toMatch(
		/\{"toolUse":\{"name":"get_weather","toolUseId":"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}","input":\{"city":"Paris"\}\}\}/,
	);
	expect(
		JSON.stringify(amazonNova.writeReply(reply, turnTo(lite), nativeCall())),
	).toBe(first);
});

test("reasoning is a block without a signature", () => {
	const reasoningContent = {
		reasoningText: { text: "[REDACTED]", signature: "c2ln" },
	};
	const reply = amazonNova.writeReply(
		{ ...whole, content: [{ reasoningContent }] },
		turnTo(lite2),
		nativeCall(),
	);
	expect(reply.output).toEqual({
		message: {
			content: [
				{ reasoningContent: { reasoningText: { text: "[REDACTED]" } } },
			],
			role: "assistant",
		},
	});
});

test("in streams every delta of a text is stopped, with an index that rises each time", async () => {
	const events = eventsOf([
		{ contentBlockDelta: { contentBlockIndex: 0, delta: { text: "The" } } },
		{ contentBlockDelta: { contentBlockIndex: 0, delta: { text: " sum" } } },
		{ contentBlockStop: { contentBlockIndex: 0 } },
	]);
	const chunks = await chunksOf(
		amazonNova.writeChunks(replyOf(events), turnTo(lite), nativeCall()),
	);
	expect(chunks.map((chunk) => JSON.stringify(chunk))).toEqual([
		'{"messageStart":{"role":"assistant"}}',
		'{"contentBlockDelta":{"delta":{"text":"The"},"contentBlockIndex":0}}',
		'{"contentBlockStop":{"contentBlockIndex":0}}',
		'{"contentBlockDelta":{"delta":{"text":" sum"},"contentBlockIndex":1}}',
		'{"contentBlockStop":{"contentBlockIndex":1}}',
		'{"messageStop":{"stopReason":"end_turn"}}',
		'{"metadata":{"usage":{"inputTokens":12,"outputTokens":34,"cacheReadInputTokenCount":0,"cacheWriteInputTokenCount":0},' +
			'"metrics":{},"trace":{}},"amazon-bedrock-invocationMetrics":{"inputTokenCount":12,"outputTokenCount":34,' +
			'"invocationLatency":250,"firstByteLatency":10,"cacheReadInputTokenCount":0,"cacheWriteInputTokenCount":0}}',
	]);
});

test("a tool call in a stream starts, says its input and stops once", async () => {
	const toolUseId = "tooluse_HA9wsJ32RhOvn8XgIUDpGA";
	const events = eventsOf(
		[
			{
				contentBlockDelta: {
					contentBlockIndex: 0,
					delta: { text: "Let me see." },
				},
			},
			{ contentBlockStop: { contentBlockIndex: 0 } },
			{
				contentBlockStart: {
					contentBlockIndex: 1,
					start: { toolUse: { toolUseId, name: "add" } },
				},
			},
			{
				contentBlockDelta: {
					contentBlockIndex: 1,
					delta: { toolUse: { input: '{"a":1}' } },
				},
			},
			{ contentBlockStop: { contentBlockIndex: 1 } },
		],
		"tool_use",
	);
	const chunks = await chunksOf(
		amazonNova.writeChunks(replyOf(events), turnTo(lite), nativeCall()),
	);
	expect(chunks.slice(3, 7)).toEqual([
		{
			contentBlockStart: {
				start: {
					toolUse: {
						toolUseId: expect.stringMatching(/^[0-9a-f-]{36}$/),
						name: "add",
					},
				},
				contentBlockIndex: 1,
			},
		},
		{
			contentBlockDelta: {
				delta: { toolUse: { input: '{"a":1}' } },
				contentBlockIndex: 1,
			},
		},
		{ contentBlockStop: { contentBlockIndex: 1 } },
		{ messageStop: { stopReason: "tool_use" } },
	]);
});
