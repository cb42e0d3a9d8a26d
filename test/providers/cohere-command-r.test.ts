import { expect, test } from "vitest";
import type { Json, JsonObject } from "../../src/json.ts";
import { cohereCommandR } from "../../src/providers/cohere-command-r.ts";
import type { WholeReply } from "../../src/turn/turn.ts";
import { chunksOf, eventsOf, nativeCall, replyOf } from "./native-call.ts";

const modelId = "cohere.command-r-plus-v1:0";
const read = (body: JsonObject) => cohereCommandR.readTurn(body, modelId);
const uuid = "00000000-0000-4000-8000-000000000000";

const reply: WholeReply = {
	content: [{ text: "Hello" }],
	stopReason: "end_turn",
	usage: { inputTokens: 12, outputTokens: 34, totalTokens: 46 },
	latencyMs: 250,
};

function write(
	changes: Partial<WholeReply>,
	body: JsonObject = { message: "Hi" },
) {
	return cohereCommandR.writeReply(
		{ ...reply, ...changes },
		read(body),
		nativeCall(),
	);
}

const call = { name: "weather", parameters: { city: "Rome" } };
const documents: Json[] = [
	{ title: "Lawns", snippet: "Grass is green" },
	{ id: "x", title: "Skies", text: "The sky is blue" },
];
const cited = [
	{ text: "Well: " },
	{
		citationsContent: {
			content: [{ text: "green" }],
			citations: [
				{ location: { documentChar: { documentIndex: 0, start: 0, end: 5 } } },
			],
		},
	},
];

test("the history and the message are the conversation, the preamble is the system text", () => {
	const body = {
		message: "Bye",
		chat_history: [
			{ role: "USER", message: "Hi" },
			{ role: "CHATBOT", message: "Hello" },
		],
		preamble: "Be brief",
		max_tokens: 5,
		p: 0.5,
		k: 3,
		seed: 7,
		stop_sequences: ["END"],
	};
	expect(read(body)).toEqual({
		modelId,
		system: [{ text: "Be brief" }],
		messages: [
			{ role: "user", content: [{ text: "Hi" }] },
			{ role: "assistant", content: [{ text: "Hello" }] },
			{ role: "user", content: [{ text: "Bye" }] },
		],
		inferenceConfig: { maxTokens: 5, topP: 0.5, stopSequences: ["END"] },
		additionalModelRequestFields: { k: 3, seed: 7 },
	});
});

test("documents stand before the message, to be cited", () => {
	expect(read({ message: "Hi", documents }).messages[0]?.content).toEqual([
		{
			document: {
				format: "txt",
				name: "Lawns",
				source: { text: "Grass is green" },
				citations: { enabled: true },
			},
		},
		{
			document: {
				format: "txt",
				name: "Skies",
				source: { text: "The sky is blue" },
				citations: { enabled: true },
			},
		},
		{ text: "Hi" },
	]);
});

test("tools are described in JSON schema", () => {
	const parameter_definitions = {
		city: { description: "Where", type: "str", required: true },
		days: { type: "List[int]" },
		more: { type: "Whatever" },
	};
	expect(
		read({
			message: "Hi",
			tools: [
				{ name: "weather", description: "Tells it", parameter_definitions },
			],
		}).toolConfig,
	).toEqual({
		tools: [
			{
				toolSpec: {
					name: "weather",
					description: "Tells it",
					inputSchema: {
						json: {
							type: "object",
							properties: {
								city: { type: "string", description: "Where" },
								days: { type: "array", items: { type: "integer" } },
								more: {},
							},
							required: ["city"],
						},
					},
				},
			},
		],
	});
});

const answered = [
	{ role: "user", content: [{ text: "Hi" }] },
	{
		role: "assistant",
		content: [
			{
				toolUse: {
					toolUseId: "call_0",
					name: "weather",
					input: { city: "Rome" },
				},
			},
		],
	},
	{
		role: "user",
		content: [
			{
				toolResult: {
					toolUseId: "call_0",
					content: [{ json: { sky: "blue" } }],
				},
			},
		],
	},
];

test("tool results with the message they belong to show their calls", () => {
	const tool_results = [{ call, outputs: [{ sky: "blue" }] }];
	expect(read({ message: "Hi", tool_results }).messages).toEqual(answered);
});

test("tool results answer the calls of the history", () => {
	const chat_history: Json[] = [
		{ role: "USER", message: "Hi" },
		{ role: "CHATBOT", message: "", tool_calls: [call] },
	];
	const tool_results = [{ call, outputs: [{ sky: "blue" }] }];
	expect(read({ message: "", chat_history, tool_results }).messages).toEqual(
		answered,
	);
});

test("every violation is named, as observed in 2024", () => {
	expect(() => read({ prompt: "Hi", stream: true, p: 1 })).toThrow(
		"Malformed input request: #: required key [message] not found#: extraneous key [prompt] is not permitted" +
			"#: extraneous key [stream] is not permitted#/p: 1 is not less or equal to 0.99, please reformat your input and try again.",
	);
});

test("an answer of text has its members in order, its history at the end the answer", () => {
	expect(JSON.stringify(write({}))).toBe(
		`{"response_id":"${uuid}/${uuid}","text":"Hello","generation_id":"${uuid}",` +
			'"chat_history":[{"role":"USER","message":"Hi"},{"role":"CHATBOT","message":"Hello"}],"finish_reason":"COMPLETE"}',
	);
});

test.each([
	["max_tokens", "MAX_TOKENS"],
	["stop_sequence", "STOP_SEQUENCE"],
	["tool_use", "COMPLETE"],
	["content_filtered", "ERROR_TOXIC"],
] as const)("a reply that ended by %s says %s", (stopReason, finish_reason) => {
	expect(write({ stopReason }).finish_reason).toBe(finish_reason);
});

test("a tool call has a name and parameters, and no id", () => {
	const content = [
		{
			toolUse: {
				toolUseId: "tooluse_1",
				name: "weather",
				input: { city: "Rome" },
			},
		},
	];
	expect(write({ content })).toMatchObject({ text: "", tool_calls: [call] });
});

test("citations say where they stand in the text and which documents they name", () => {
	expect(write({ content: cited }, { message: "Hi", documents })).toMatchObject(
		{
			text: "Well: green",
			citations: [
				{ start: 6, end: 11, text: "green", document_ids: ["doc_0"] },
			],
			documents: [{ id: "doc_0", snippet: "Grass is green", title: "Lawns" }],
		},
	);
});

test("search_queries_only answers with the query and no text", () => {
	expect(write({}, { message: "Hi", search_queries_only: true })).toMatchObject(
		{
			text: "",
			is_search_required: true,
			search_queries: [{ text: "Hello", generation_id: uuid }],
		},
	);
});

test("a stream has its events in order, the whole answer at the end", async () => {
	const events = eventsOf(
		[
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
					delta: { toolUse: { input: '{"city":"Rome"}' } },
				},
			},
			{ contentBlockStop: { contentBlockIndex: 1 } },
		],
		"tool_use",
	);
	const chunks = await chunksOf(
		cohereCommandR.writeChunks(
			replyOf(events),
			read({ message: "Hi" }),
			nativeCall(),
		),
	);
	expect(chunks).toEqual([
		{ event_type: "stream-start", generation_id: uuid, is_finished: false },
		{ event_type: "text-generation", is_finished: false, text: "Wait" },
		{
			event_type: "tool-calls-generation",
			is_finished: false,
			tool_calls: [call],
		},
		{
			event_type: "stream-end",
			finish_reason: "COMPLETE",
			is_finished: true,
			response: {
				response_id: `${uuid}/${uuid}`,
				text: "Wait",
				generation_id: uuid,
				chat_history: [
					{ role: "USER", message: "Hi" },
					{ role: "CHATBOT", message: "Wait", tool_calls: [call] },
				],
				finish_reason: "COMPLETE",
				tool_calls: [call],
			},
			"amazon-bedrock-invocationMetrics": {
				inputTokenCount: 12,
				outputTokenCount: 34,
				invocationLatency: 250,
				firstByteLatency: 10,
			},
		},
	]);
});

test("citations come after the text they stand in", async () => {
	const events = eventsOf([
		{ contentBlockDelta: { contentBlockIndex: 0, delta: { text: "green" } } },
		{
			contentBlockDelta: {
				contentBlockIndex: 0,
				delta: {
					citation: {
						location: { documentChar: { documentIndex: 1, start: 0, end: 5 } },
					},
				},
			},
		},
		{ contentBlockStop: { contentBlockIndex: 0 } },
	]);
	const turn = read({ message: "Hi", documents });
	const chunks = await chunksOf(
		cohereCommandR.writeChunks(replyOf(events), turn, nativeCall()),
	);
	expect(chunks[2]).toEqual({
		citations: [{ start: 0, end: 5, text: "green", document_ids: ["doc_1"] }],
		event_type: "citation-generation",
		is_finished: false,
	});
});
