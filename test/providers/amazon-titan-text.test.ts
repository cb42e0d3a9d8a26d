import { expect, test } from "vitest";
import type { JsonObject } from "../../src/json.ts";
import { titanText } from "../../src/providers/amazon-titan-text.ts";
import type { WholeReply } from "../../src/turn/turn.ts";
import {
	chunksOf,
	eventsOf,
	nativeCall,
	replyOf,
	turnTo,
} from "./native-call.ts";

const express = "amazon.titan-text-express-v1";
const lite = "amazon.titan-text-lite-v1";
const premier = "amazon.titan-text-premier-v1:0";

test("lines of User and Bot are the messages", () => {
	const { messages } = titanText.readTurn(
		{ inputText: "User: Who?\nWho else?\nBot: Goethe.\nUser: When?\nBot:" },
		express,
	);
	expect(messages).toEqual([
		{ role: "user", content: [{ text: "Who?\nWho else?" }] },
		{ role: "assistant", content: [{ text: "Goethe." }] },
		{ role: "user", content: [{ text: "When?" }] },
	]);
});

test("a text that does not begin with User is one message, as it is", () => {
	const inputText = "Summarise:\nUser: Hi\nBot: Hello\n";
	expect(titanText.readTurn({ inputText }, express).messages).toEqual([
		{ role: "user", content: [{ text: inputText }] },
	]);
});

test("the configuration is read", () => {
	const textGenerationConfig = {
		maxTokenCount: 20,
		temperature: 0,
		topP: 0.5,
		stopSequences: ["||", "User:"],
	};
	expect(
		titanText.readTurn({ inputText: "Hi", textGenerationConfig }, express)
			.inferenceConfig,
	).toEqual({
		maxTokens: 20,
		temperature: 0,
		topP: 0.5,
		stopSequences: ["||", "User:"],
	});
});

test.each<[string, string, JsonObject]>([
	[
		"string [</stop>] does not match pattern ^(\\|+|User:)$",
		express,
		{ inputText: "Hi", textGenerationConfig: { stopSequences: ["</stop>"] } },
	],
	["required key [inputText] not found", express, {}],
	[
		"extraneous key [prompt] is not permitted",
		express,
		{ inputText: "Hi", prompt: "Hi" },
	],
	["2 schema violations found", express, { prompt: "Hi" }],
	[
		"8193 is not less or equal to 8192",
		express,
		{ inputText: "Hi", textGenerationConfig: { maxTokenCount: 8193 } },
	],
	[
		"8192 is not less or equal to 4096",
		lite,
		{ inputText: "Hi", textGenerationConfig: { maxTokenCount: 8192 } },
	],
	[
		"4096 is not less or equal to 3072",
		premier,
		{ inputText: "Hi", textGenerationConfig: { maxTokenCount: 4096 } },
	],
])("refuses with %s", (detail, modelId, body) => {
	const message = `Malformed input request: ${detail}, please reformat your input and try again.`;
	expect(() => titanText.readTurn(body, modelId)).toThrow(
		expect.objectContaining({ name: "ValidationException", message }),
	);
});

const whole: WholeReply = {
	content: [{ text: "Hello" }],
	stopReason: "end_turn",
	usage: { inputTokens: 5, outputTokens: 10, totalTokens: 15 },
	latencyMs: 5,
};

test("a whole reply has the captured keys in their order", () => {
	expect(
		JSON.stringify(titanText.writeReply(whole, turnTo(express), nativeCall())),
	).toBe(
		'{"inputTextTokenCount":5,"results":[{"tokenCount":10,"outputText":"Hello","completionReason":"FINISH"}]}',
	);
});

test.each([
	["max_tokens", "LENGTH"],
	["stop_sequence", "STOP_CRITERIA_MET"],
	["content_filtered", "CONTENT_FILTERED"],
] as const)("%s is %s", (stopReason, completionReason) => {
	const { results } = titanText.writeReply(
		{ ...whole, stopReason },
		turnTo(express),
		nativeCall(),
	);
	expect(results).toMatchObject([{ completionReason }]);
});

test("a short answer is streamed in one chunk", async () => {
	const events = eventsOf([
		{ contentBlockDelta: { contentBlockIndex: 0, delta: { text: "\nHello" } } },
		{ contentBlockDelta: { contentBlockIndex: 0, delta: { text: " there" } } },
		{ contentBlockStop: { contentBlockIndex: 0 } },
	]);
	const chunks = await chunksOf(
		titanText.writeChunks(replyOf(events), turnTo(express), nativeCall()),
	);
	expect(chunks.map((chunk) => JSON.stringify(chunk))).toEqual([
		'{"outputText":"\\nHello there","index":0,"totalOutputTextTokenCount":34,"completionReason":"FINISH","inputTextTokenCount":12,' +
			'"amazon-bedrock-invocationMetrics":{"inputTokenCount":12,"outputTokenCount":34,"invocationLatency":250,"firstByteLatency":10}}',
	]);
});

test("a long answer is streamed in large pieces, only the last with counts", async () => {
	const long = "x".repeat(130);
	const events = eventsOf([
		{ contentBlockDelta: { contentBlockIndex: 0, delta: { text: long } } },
		{ contentBlockDelta: { contentBlockIndex: 0, delta: { text: " end" } } },
		{ contentBlockStop: { contentBlockIndex: 0 } },
	]);
	const chunks = await chunksOf(
		titanText.writeChunks(replyOf(events), turnTo(express), nativeCall()),
	);
	expect(chunks).toMatchObject([
		{
			outputText: long,
			index: 0,
			totalOutputTextTokenCount: null,
			completionReason: null,
			inputTextTokenCount: null,
		},
		{
			outputText: " end",
			totalOutputTextTokenCount: 34,
			completionReason: "FINISH",
			inputTextTokenCount: 12,
		},
	]);
});
