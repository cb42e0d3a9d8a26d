import { expect, test } from "vitest";
import type { JsonObject } from "../../src/json.ts";
import { generic } from "../../src/providers/generic.ts";
import {
	chunksOf,
	eventsOf,
	nativeCall,
	replyOf,
	turnTo,
} from "./native-call.ts";

const modelId = "acme.model-1";

test.each(["prompt", "inputText", "message", "text", "input"])(
	"the prompt is found in %s",
	(key) => {
		expect(generic.readTurn({ [key]: "Tell a joke" }, modelId)).toEqual({
			modelId,
			messages: [{ role: "user", content: [{ text: "Tell a joke" }] }],
		});
	},
);

test("messages like OpenAI's are read, their system message apart", () => {
	const body = {
		messages: [
			{ role: "system", content: "Be brief" },
			{ role: "user", content: "Hi" },
			{ role: "assistant", content: "Hello" },
			{ role: "user", content: [{ type: "text", text: "Bye" }] },
		],
	};
	expect(generic.readTurn(body, modelId)).toEqual({
		modelId,
		system: [{ text: "Be brief" }],
		messages: [
			{ role: "user", content: [{ text: "Hi" }] },
			{ role: "assistant", content: [{ text: "Hello" }] },
			{ role: "user", content: [{ text: "Bye" }] },
		],
	});
});

test("messages like Converse's are read", () => {
	const body = {
		system: [{ text: "Be brief" }],
		messages: [{ role: "user", content: [{ text: "Hi" }] }],
	};
	expect(generic.readTurn(body, modelId)).toEqual({
		modelId,
		system: [{ text: "Be brief" }],
		messages: [{ role: "user", content: [{ text: "Hi" }] }],
	});
});

test("a body without any prompt is asked as it stands", () => {
	expect(generic.readTurn({ a: 1 }, modelId).messages).toEqual([
		{ role: "user", content: [{ text: '{"a":1}' }] },
	]);
});

test.each<JsonObject>([
	{ prompt: "x", max_tokens: 7 },
	{ prompt: "x", max_gen_len: 7 },
	{ prompt: "x", inferenceConfig: { maxTokens: 7 } },
	{ inputText: "x", textGenerationConfig: { maxTokenCount: 7 } },
])("the limit of %j is 7 tokens", (body) => {
	expect(generic.readTurn(body, modelId).inferenceConfig).toEqual({
		maxTokens: 7,
	});
});

test("a body that is no object is malformed", () => {
	expect(() => generic.readTurn("text", modelId)).toThrow(
		"Malformed input request, please reformat your input and try again.",
	);
});

test("the reply is the generic body, and nothing else", () => {
	const reply = {
		content: [{ text: "To be " }, { text: "or not" }],
		stopReason: "end_turn" as const,
		usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 },
		latencyMs: 5,
	};
	expect(generic.writeReply(reply, turnTo(modelId), nativeCall())).toEqual({
		outputs: [{ text: "To be or not" }],
	});
});

test("a stream is generic bodies, the last with the metrics", async () => {
	const events = eventsOf([
		{ contentBlockDelta: { contentBlockIndex: 0, delta: { text: "To be" } } },
		{ contentBlockDelta: { contentBlockIndex: 0, delta: { text: " or" } } },
		{ contentBlockStop: { contentBlockIndex: 0 } },
	]);
	expect(
		await chunksOf(
			generic.writeChunks(replyOf(events), turnTo(modelId), nativeCall()),
		),
	).toEqual([
		{ outputs: [{ text: "To be" }] },
		{ outputs: [{ text: " or" }] },
		{
			outputs: [{ text: "" }],
			"amazon-bedrock-invocationMetrics": {
				inputTokenCount: 12,
				outputTokenCount: 34,
				invocationLatency: 250,
				firstByteLatency: 10,
			},
		},
	]);
});
