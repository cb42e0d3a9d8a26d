import { expect, test } from "vitest";
import type { JsonObject } from "../../src/json.ts";
import { mistral } from "../../src/providers/mistral.ts";
import type { WholeReply } from "../../src/turn/turn.ts";
import {
	chunksOf,
	eventsOf,
	nativeCall,
	replyOf,
	turnTo,
} from "./native-call.ts";

const mixtral = "mistral.mixtral-8x7b-instruct-v0:1";

test("the template is read into messages", () => {
	const prompt =
		"<s>[INST] Who wrote Faust? [/INST] Goethe.</s> [INST] When? [/INST]";
	expect(mistral.readTurn({ prompt }, mixtral)).toEqual({
		modelId: mixtral,
		messages: [
			{ role: "user", content: [{ text: "Who wrote Faust?" }] },
			{ role: "assistant", content: [{ text: "Goethe." }] },
			{ role: "user", content: [{ text: "When?" }] },
		],
	});
});

test("a prompt without a template is one message of the user", () => {
	expect(mistral.readTurn({ prompt: "<s>Hi there" }, mixtral).messages).toEqual(
		[{ role: "user", content: [{ text: "Hi there" }] }],
	);
});

test("limits are read, top_k beside them", () => {
	const body = {
		prompt: "Hi",
		max_tokens: 20,
		stop: ["END"],
		temperature: 0.1,
		top_p: 0.2,
		top_k: 40,
	};
	const { inferenceConfig, additionalModelRequestFields } = mistral.readTurn(
		body,
		mixtral,
	);
	expect(inferenceConfig).toEqual({
		maxTokens: 20,
		stopSequences: ["END"],
		temperature: 0.1,
		topP: 0.2,
	});
	expect(additionalModelRequestFields).toEqual({ top_k: 40 });
});

test.each<[string, JsonObject]>([
	["#: required key [prompt] not found", {}],
	[
		"#: extraneous key [messages] is not permitted",
		{ prompt: "Hi", messages: [] },
	],
	[
		"#/max_tokens: 9000 is not less or equal to 8192",
		{ prompt: "Hi", max_tokens: 9000 },
	],
	[
		"#/stop: expected maximum item count: 10, found: 11",
		{ prompt: "Hi", stop: Array(11).fill("x") },
	],
])("refuses with %s", (detail, body) => {
	const message = `Malformed input request: ${detail}, please reformat your input and try again.`;
	expect(() => mistral.readTurn(body, mixtral)).toThrow(
		expect.objectContaining({ name: "ValidationException", message }),
	);
});

const whole: WholeReply = {
	content: [{ text: "Hello" }],
	stopReason: "end_turn",
	usage: { inputTokens: 5, outputTokens: 10, totalTokens: 15 },
	latencyMs: 5,
};

test.each([
	["end_turn", "stop"],
	["stop_sequence", "stop"],
	["max_tokens", "length"],
	["tool_use", "tool_calls"],
] as const)("%s is %s", (stopReason, said) => {
	expect(
		mistral.writeReply({ ...whole, stopReason }, turnTo(mixtral), nativeCall()),
	).toEqual({
		outputs: [{ text: "Hello", stop_reason: said }],
	});
});

test("chunks say their text, the last one the end and the metrics", async () => {
	const events = eventsOf([
		{ contentBlockDelta: { contentBlockIndex: 0, delta: { text: " To" } } },
		{ contentBlockDelta: { contentBlockIndex: 0, delta: { text: " be" } } },
		{ contentBlockStop: { contentBlockIndex: 0 } },
	]);
	const chunks = await chunksOf(
		mistral.writeChunks(replyOf(events), turnTo(mixtral), nativeCall()),
	);
	expect(chunks.map((chunk) => JSON.stringify(chunk))).toEqual([
		'{"outputs":[{"text":" To","stop_reason":null}]}',
		'{"outputs":[{"text":" be","stop_reason":null}]}',
		'{"outputs":[{"text":"","stop_reason":"stop"}],"amazon-bedrock-invocationMetrics":{"inputTokenCount":12,' +
			'"outputTokenCount":34,"invocationLatency":250,"firstByteLatency":10}}',
	]);
});
