import { expect, test } from "vitest";
import type { JsonObject } from "../../src/json.ts";
import { ai21Jamba } from "../../src/providers/ai21-jamba.ts";
import { ai21Jurassic } from "../../src/providers/ai21-jurassic.ts";
import type { WholeReply } from "../../src/turn/turn.ts";
import {
	chunksOf,
	eventsOf,
	nativeCall,
	replyOf,
	turnTo,
} from "./native-call.ts";

const j2 = "ai21.j2-ultra-v1";
const jamba = "ai21.jamba-1-5-large-v1:0";
const uuid = "00000000-0000-4000-8000-000000000000";

const reply: WholeReply = {
	content: [{ text: "\nTo be" }],
	stopReason: "max_tokens",
	usage: { inputTokens: 12, outputTokens: 34, totalTokens: 46 },
	latencyMs: 250,
};

test("a Jurassic prompt is the user's, penalties travel beside", () => {
	const body = {
		prompt: "Hi",
		maxTokens: 5,
		temperature: 0.5,
		topP: 0.9,
		stopSequences: ["END"],
		countPenalty: { scale: 1 },
	};
	expect(ai21Jurassic.readTurn(body, j2)).toEqual({
		modelId: j2,
		messages: [{ role: "user", content: [{ text: "Hi" }] }],
		inferenceConfig: {
			maxTokens: 5,
			temperature: 0.5,
			topP: 0.9,
			stopSequences: ["END"],
		},
		additionalModelRequestFields: { countPenalty: { scale: 1 } },
	});
});

test("a Jurassic answer has its words, and those of the prompt, as tokens", () => {
	const turn = ai21Jurassic.readTurn({ prompt: "Hi there" }, j2);
	const token = (text: string, start: number, end: number) => ({
		generatedToken: { token: text, logprob: -1, raw_logprob: -1 },
		topTokens: null,
		textRange: { start, end },
	});
	expect(ai21Jurassic.writeReply(reply, turn, nativeCall())).toEqual({
		id: expect.any(Number),
		prompt: {
			text: "Hi there",
			tokens: [token("▁Hi", 0, 2), token("▁there", 3, 8)],
		},
		completions: [
			{
				data: {
					text: "\nTo be",
					tokens: [token("▁To", 1, 3), token("▁be", 4, 6)],
				},
				finishReason: { reason: "length", length: 34 },
			},
		],
	});
});

test("a Jurassic answer that came to its end says so", () => {
	const body = ai21Jurassic.writeReply(
		{ ...reply, stopReason: "end_turn" },
		turnTo(j2),
		nativeCall(),
	);
	expect(body.completions).toMatchObject([
		{ finishReason: { reason: "endoftext" } },
	]);
});

test("Jurassic does not stream", () => {
	expect(() =>
		ai21Jurassic.writeChunks(replyOf([]), turnTo(j2), nativeCall()),
	).toThrow("The model is unsupported for streaming.");
});

const readJamba = (body: JsonObject) => ai21Jamba.readTurn(body, jamba);

test("Jamba's documents stand before what the user asks last", () => {
	const messages = [{ role: "user", content: "Hi" }];
	expect(
		readJamba({
			messages,
			documents: [{ content: "Grass is green", metadata: [] }],
			max_tokens: 5,
		}),
	).toEqual({
		modelId: jamba,
		messages: [
			{
				role: "user",
				content: [
					{
						document: {
							format: "txt",
							name: "Document 1",
							source: { text: "Grass is green" },
						},
					},
					{ text: "Hi" },
				],
			},
		],
		inferenceConfig: { maxTokens: 5 },
	});
});

test("Jamba refuses what it does not know", () => {
	expect(() =>
		readJamba({ messages: [{ role: "user", content: "Hi" }], top_k: 5 }),
	).toThrow(
		"Malformed input request: #: extraneous key [top_k] is not permitted, please reformat your input and try again.",
	);
});

test("a Jamba answer has its members in order", () => {
	expect(
		JSON.stringify(ai21Jamba.writeReply(reply, turnTo(jamba), nativeCall())),
	).toBe(
		`{"id":"chatcmpl-${uuid}","choices":[{"index":0,"message":{"role":"assistant","content":"\\nTo be","tool_calls":null},` +
			'"finish_reason":"length"}],"usage":{"prompt_tokens":12,"completion_tokens":34,"total_tokens":46},"meta":{"requestDurationMillis":250},"model":"jamba-1.5-large"}',
	);
});

test("a Jamba stream ends with the usage", async () => {
	const events = eventsOf([
		{ contentBlockDelta: { contentBlockIndex: 0, delta: { text: "To be" } } },
	]);
	const chunks = await chunksOf(
		ai21Jamba.writeChunks(replyOf(events), turnTo(jamba), nativeCall()),
	);
	const id = `chatcmpl-${uuid}`;
	expect(chunks).toEqual([
		{
			id,
			choices: [
				{
					index: 0,
					delta: { content: "", role: "assistant" },
					finish_reason: null,
				},
			],
		},
		{
			id,
			choices: [{ index: 0, delta: { content: "To be" }, finish_reason: null }],
		},
		{
			id,
			choices: [{ index: 0, delta: { content: "" }, finish_reason: "stop" }],
			usage: { prompt_tokens: 12, completion_tokens: 34, total_tokens: 46 },
			"amazon-bedrock-invocationMetrics": {
				inputTokenCount: 12,
				outputTokenCount: 34,
				invocationLatency: 250,
				firstByteLatency: 10,
			},
		},
	]);
});
