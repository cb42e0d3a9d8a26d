import { expect, test } from "vitest";
import type { JsonObject } from "../../src/json.ts";
import { twelvelabsPegasus } from "../../src/providers/twelvelabs-pegasus.ts";
import {
	chunksOf,
	eventsOf,
	nativeCall,
	replyOf,
	turnTo,
} from "./native-call.ts";

const modelId = "us.twelvelabs.pegasus-1-2-v1:0";
const read = (body: JsonObject) => twelvelabsPegasus.readTurn(body, modelId);
const s3Location = {
	uri: "s3://bucket/video.mp4",
	bucketOwner: "123456789012",
};

test("a video and a question are one message", () => {
	const body = {
		inputPrompt: "What happens?",
		mediaSource: { s3Location },
		temperature: 0.2,
		maxOutputTokens: 9,
	};
	expect(read(body)).toEqual({
		modelId,
		messages: [
			{
				role: "user",
				content: [
					{ video: { format: "mp4", source: { s3Location } } },
					{ text: "What happens?" },
				],
			},
		],
		inferenceConfig: { maxTokens: 9, temperature: 0.2 },
	});
});

test("a video may come in the body", () => {
	const turn = read({
		inputPrompt: "What?",
		mediaSource: { base64String: "AQI=" },
	});
	expect(turn.messages[0]?.content?.[0]).toEqual({
		video: { format: "mp4", source: { bytes: new Uint8Array([1, 2]) } },
	});
});

test("a schema is Converse's outputConfig", () => {
	const responseFormat = { jsonSchema: { type: "object" } };
	const turn = read({
		inputPrompt: "What?",
		mediaSource: { s3Location },
		responseFormat,
	});
	expect(turn.outputConfig?.textFormat?.structure?.jsonSchema).toEqual({
		schema: '{"type":"object"}',
	});
});

test("one video it must be", () => {
	const refusal =
		"Exactly one of base64String and s3Location must be provided in mediaSource.";
	expect(() => read({ inputPrompt: "What?", mediaSource: {} })).toThrow(
		refusal,
	);
	expect(() =>
		read({
			inputPrompt: "What?",
			mediaSource: { s3Location, base64String: "AQI=" },
		}),
	).toThrow(refusal);
});

test("a body without a question is malformed", () => {
	expect(() => read({ mediaSource: { s3Location } })).toThrow(
		"Malformed input request: #: required key [inputPrompt] not found, please reformat your input and try again.",
	);
});

test("an answer is a message and why it ended", () => {
	const reply = {
		content: [{ text: "A cat" }],
		stopReason: "max_tokens" as const,
		usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 },
		latencyMs: 5,
	};
	expect(
		twelvelabsPegasus.writeReply(reply, turnTo(modelId), nativeCall()),
	).toEqual({ message: "A cat", finishReason: "length" });
});

test("a stream is messages, the last says why it ended", async () => {
	const events = eventsOf([
		{ contentBlockDelta: { contentBlockIndex: 0, delta: { text: "A cat" } } },
	]);
	expect(
		await chunksOf(
			twelvelabsPegasus.writeChunks(
				replyOf(events),
				turnTo(modelId),
				nativeCall(),
			),
		),
	).toMatchObject([
		{ message: "A cat" },
		{
			message: "",
			finishReason: "stop",
			"amazon-bedrock-invocationMetrics": { outputTokenCount: 34 },
		},
	]);
});
