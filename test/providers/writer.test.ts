import { expect, test } from "vitest";
import { writer } from "../../src/providers/writer.ts";
import type { Turn, WholeReply } from "../../src/turn/turn.ts";
import { chunksOf, eventsOf, nativeCall, replyOf } from "./native-call.ts";

const modelId = "writer.palmyra-x5-v1:0";
const uuid = "00000000-0000-4000-8000-000000000000";
const prompted = () =>
	writer.readTurn({ prompt: "Hi", max_tokens: 5 }, modelId);
const chatted = () =>
	writer.readTurn({ messages: [{ role: "user", content: "Hi" }] }, modelId);

const reply: WholeReply = {
	content: [{ text: "Hello" }],
	stopReason: "end_turn",
	usage: { inputTokens: 12, outputTokens: 34, totalTokens: 46 },
	latencyMs: 250,
};

function stream(turn: Turn) {
	const events = eventsOf([
		{ contentBlockDelta: { contentBlockIndex: 0, delta: { text: "Hel" } } },
	]);
	return chunksOf(writer.writeChunks(replyOf(events), turn, nativeCall()));
}

test("a prompt is the user's", () => {
	expect(prompted()).toMatchObject({
		messages: [{ role: "user", content: [{ text: "Hi" }] }],
		inferenceConfig: { maxTokens: 5 },
	});
});

test("a prompt that is no text is refused", () => {
	expect(() => writer.readTurn({ prompt: 5 }, modelId)).toThrow(
		"Failed to deserialize the JSON body into the target type: prompt: invalid type: integer `5`, expected a string at line 1 column 12",
	);
});

test("a prompt is answered with a text", () => {
	expect(writer.writeReply(reply, prompted(), nativeCall())).toEqual({
		id: `cmpl-${uuid}`,
		object: "text_completion",
		created: 1,
		model: modelId,
		choices: [
			{
				index: 0,
				text: "Hello",
				logprobs: null,
				finish_reason: "stop",
				stop_reason: null,
			},
		],
		usage: { prompt_tokens: 12, total_tokens: 46, completion_tokens: 34 },
	});
});

test("a prompt's stream is texts, and ends with the words [DONE]", async () => {
	const chunks = await stream(prompted());
	expect(JSON.stringify(chunks[0])).toBe(
		`{"id":"cmpl-${uuid}","object":"text_completion","created":1,"model":"writer.palmyra-x5-v1:0",` +
			'"choices":[{"index":0,"text":"Hel","logprobs":null,"finish_reason":null,"stop_reason":null}],"usage":null}',
	);
	expect(chunks[1]).toMatchObject({
		choices: [{ text: "", finish_reason: "stop" }],
		"amazon-bedrock-invocationMetrics": {
			inputTokenCount: 12,
			outputTokenCount: 34,
		},
	});
	expect(chunks.slice(2)).toEqual(["[DONE]"]);
});

test("messages are answered with a message", () => {
	expect(writer.writeReply(reply, chatted(), nativeCall())).toMatchObject({
		id: `chatcmpl-${uuid}`,
		object: "chat.completion",
		choices: [
			{
				index: 0,
				message: { role: "assistant", content: "Hello", tool_calls: [] },
				finish_reason: "stop",
			},
		],
	});
});

test("messages stream in deltas, and end with the words [DONE]", async () => {
	const chunks = await stream(chatted());
	expect(chunks).toMatchObject([
		{
			object: "chat.completion.chunk",
			choices: [{ delta: { role: "assistant" }, finish_reason: null }],
		},
		{ choices: [{ delta: { content: "Hel" }, finish_reason: null }] },
		{
			choices: [{ delta: {}, finish_reason: "stop" }],
			"amazon-bedrock-invocationMetrics": { outputTokenCount: 34 },
		},
		"[DONE]",
	]);
});
