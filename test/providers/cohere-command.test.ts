import { expect, test } from "vitest";
import type { JsonObject } from "../../src/json.ts";
import { cohereCommand } from "../../src/providers/cohere-command.ts";
import type { WholeReply } from "../../src/turn/turn.ts";
import { chunksOf, eventsOf, nativeCall, replyOf } from "./native-call.ts";

const modelId = "cohere.command-text-v14";
const read = (body: JsonObject) => cohereCommand.readTurn(body, modelId);
const uuid = "00000000-0000-4000-8000-000000000000";
const metrics = {
	inputTokenCount: 12,
	outputTokenCount: 34,
	invocationLatency: 250,
	firstByteLatency: 10,
};

const reply: WholeReply = {
	content: [{ text: "To be" }],
	stopReason: "end_turn",
	usage: { inputTokens: 12, outputTokens: 34, totalTokens: 46 },
	latencyMs: 250,
};
const events = eventsOf([
	{ contentBlockDelta: { contentBlockIndex: 0, delta: { text: "To" } } },
	{ contentBlockDelta: { contentBlockIndex: 0, delta: { text: " be" } } },
	{ contentBlockStop: { contentBlockIndex: 0 } },
]);

test("a prompt is the user's, Cohere's own settings travel beside", () => {
	const body = {
		prompt: "Hi",
		max_tokens: 5,
		temperature: 2,
		p: 0.5,
		k: 3,
		stop_sequences: ["END"],
		truncate: "END",
	};
	expect(read(body)).toEqual({
		modelId,
		messages: [{ role: "user", content: [{ text: "Hi" }] }],
		inferenceConfig: {
			maxTokens: 5,
			temperature: 2,
			topP: 0.5,
			stopSequences: ["END"],
		},
		additionalModelRequestFields: { k: 3, truncate: "END" },
	});
});

test("several violations are only counted, as in 2023", () => {
	expect(() => read({ text: "Hi" })).toThrow(
		"Malformed input request: 2 schema violations found, please reformat your input and try again.",
	);
});

test("an answer repeats the prompt", () => {
	const body = cohereCommand.writeReply(
		reply,
		read({ prompt: "Hi" }),
		nativeCall(),
	);
	expect(JSON.stringify(body)).toBe(
		`{"generations":[{"finish_reason":"COMPLETE","id":"${uuid}","text":"To be"}],"id":"${uuid}","prompt":"Hi"}`,
	);
});

test.each([
	["max_tokens", "MAX_TOKENS"],
	["stop_sequence", "COMPLETE"],
	["content_filtered", "ERROR_TOXIC"],
] as const)("a reply that ended by %s says %s", (stopReason, finish_reason) => {
	const body = cohereCommand.writeReply(
		{ ...reply, stopReason },
		read({ prompt: "Hi" }),
		nativeCall(),
	);
	expect(body.generations).toMatchObject([{ finish_reason }]);
});

test("with stream: true the text comes in pieces", async () => {
	const turn = read({ prompt: "Hi", stream: true });
	const chunks = await chunksOf(
		cohereCommand.writeChunks(replyOf(events), turn, nativeCall()),
	);
	expect(chunks.map((chunk) => JSON.stringify(chunk))).toEqual([
		'{"is_finished":false,"text":"To"}',
		'{"is_finished":false,"text":" be"}',
		`{"finish_reason":"COMPLETE","is_finished":true,"amazon-bedrock-invocationMetrics":${JSON.stringify(metrics)}}`,
	]);
});

test("without it the stream is one chunk, the whole answer", async () => {
	const chunks = await chunksOf(
		cohereCommand.writeChunks(
			replyOf(events),
			read({ prompt: "Hi" }),
			nativeCall(),
		),
	);
	expect(chunks).toEqual([
		{
			generations: [{ finish_reason: "COMPLETE", id: uuid, text: "To be" }],
			id: uuid,
			prompt: "Hi",
			"amazon-bedrock-invocationMetrics": metrics,
		},
	]);
});
