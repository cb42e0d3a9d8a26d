import { expect, test } from "vitest";
import type { JsonObject } from "../../src/json.ts";
import { deepseekR1 } from "../../src/providers/deepseek-r1.ts";
import {
	chunksOf,
	eventsOf,
	nativeCall,
	replyOf,
	turnTo,
} from "./native-call.ts";

const modelId = "us.deepseek.r1-v1:0";
const read = (body: JsonObject) => deepseekR1.readTurn(body, modelId);

test("a prompt in R1's template is the conversation it holds, answers without their thoughts", () => {
	const prompt =
		"<｜begin▁of▁sentence｜>Be brief<｜User｜>Hi<｜Assistant｜><think>\nHm\n</think>\n\nHello<｜end▁of▁sentence｜><｜User｜>Bye<｜Assistant｜><think>\n";
	expect(read({ prompt })).toEqual({
		modelId,
		system: [{ text: "Be brief" }],
		messages: [
			{ role: "user", content: [{ text: "Hi" }] },
			{ role: "assistant", content: [{ text: "Hello" }] },
			{ role: "user", content: [{ text: "Bye" }] },
		],
	});
});

test("a prompt without a template is the user's", () => {
	const body = {
		prompt: "Hi",
		max_tokens: 5,
		temperature: 0.5,
		top_p: 0.9,
		stop: ["END"],
	};
	expect(read(body)).toEqual({
		modelId,
		messages: [{ role: "user", content: [{ text: "Hi" }] }],
		inferenceConfig: {
			maxTokens: 5,
			temperature: 0.5,
			topP: 0.9,
			stopSequences: ["END"],
		},
	});
});

test.each<[JsonObject, string]>([
	[{}, "#: required key [prompt] not found"],
	[{ prompt: "Hi", top_k: 1 }, "#: extraneous key [top_k] is not permitted"],
	[
		{ prompt: "Hi", max_tokens: 40000 },
		"#/max_tokens: 40000 is not less or equal to 32768",
	],
])("%j is malformed", (body, violation) => {
	expect(() => read(body)).toThrow(
		`Malformed input request: ${violation}, please reformat your input and try again.`,
	);
});

test("an answer is its text and why it ended", () => {
	const reply = {
		content: [
			{ reasoningContent: { reasoningText: { text: "Hm" } } },
			{ text: "Hello" },
		],
		stopReason: "max_tokens" as const,
		usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 },
		latencyMs: 5,
	};
	expect(deepseekR1.writeReply(reply, turnTo(modelId), nativeCall())).toEqual({
		choices: [{ text: "Hm\n</think>\n\nHello", stop_reason: "length" }],
	});
});

test("a stream says the same, the last chunk why it ended", async () => {
	const events = eventsOf([
		{
			contentBlockDelta: {
				contentBlockIndex: 0,
				delta: { reasoningContent: { text: "Hm" } },
			},
		},
		{ contentBlockStop: { contentBlockIndex: 0 } },
		{ contentBlockDelta: { contentBlockIndex: 1, delta: { text: "Hello" } } },
		{ contentBlockStop: { contentBlockIndex: 1 } },
	]);
	expect(
		await chunksOf(
			deepseekR1.writeChunks(replyOf(events), turnTo(modelId), nativeCall()),
		),
	).toEqual([
		{ choices: [{ text: "Hm", stop_reason: null }] },
		{ choices: [{ text: "\n</think>\n\n", stop_reason: null }] },
		{ choices: [{ text: "Hello", stop_reason: null }] },
		{
			choices: [{ text: "", stop_reason: "stop" }],
			"amazon-bedrock-invocationMetrics": {
				inputTokenCount: 12,
				outputTokenCount: 34,
				invocationLatency: 250,
				firstByteLatency: 10,
			},
		},
	]);
});
