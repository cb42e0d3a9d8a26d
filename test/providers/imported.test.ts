import { expect, test } from "vitest";
import { imported } from "../../src/providers/imported.ts";
import type { JsonObject, WholeReply } from "../../src/turn/turn.ts";
import { chunksOf, eventsOf, nativeCall, replyOf } from "./native-call.ts";

const modelId =
	"arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdefghij12";
const read = (body: JsonObject) => imported.readTurn(body, modelId);

const reply: WholeReply = {
	content: [{ text: "Hello" }],
	stopReason: "max_tokens",
	usage: { inputTokens: 12, outputTokens: 34, totalTokens: 46 },
	latencyMs: 250,
};
const write = (body: JsonObject) =>
	imported.writeReply(reply, read(body), nativeCall());

function stream(body: JsonObject) {
	const events = eventsOf([
		{ contentBlockDelta: { contentBlockIndex: 0, delta: { text: "Hel" } } },
	]);
	return chunksOf(
		imported.writeChunks(replyOf(events), read(body), nativeCall()),
	);
}

test("a prompt is answered with a text completion of the container's", () => {
	expect(JSON.stringify(write({ prompt: "Hi" }))).toBe(
		'{"object":"text_completion","id":"","created":1,"model":"/opt/ml/model","system_fingerprint":"3.0.1-native",' +
			'"choices":[{"index":0,"text":"Hello","logprobs":null,"finish_reason":"length"}],' +
			'"usage":{"prompt_tokens":12,"total_tokens":46,"completion_tokens":34}}',
	);
});

test("a prompt's stream is text completions, the last with usage and metrics", async () => {
	const chunks = await stream({ prompt: "Hi" });
	expect(chunks).toMatchObject([
		{
			object: "text_completion",
			choices: [{ text: "Hel", finish_reason: null }],
		},
		{
			choices: [{ text: "", finish_reason: "stop" }],
			usage: { total_tokens: 46 },
			"amazon-bedrock-invocationMetrics": { outputTokenCount: 34 },
		},
	]);
});

test("messages are answered with a chat completion", () => {
	expect(write({ messages: [{ role: "user", content: "Hi" }] })).toMatchObject({
		object: "chat.completion",
		model: "/opt/ml/model",
		choices: [
			{
				message: { role: "assistant", content: "Hello" },
				finish_reason: "length",
			},
		],
	});
});

test("messages are a chat whatever stands beside them", () => {
	const body = {
		messages: [{ role: "user", content: "Hi" }],
		prompt: "Bye",
		max_gen_len: 5,
	};
	expect(write(body)).toMatchObject({ object: "chat.completion" });
});

test("a prompt with max_gen_len is answered as Llama answers", () => {
	const body = { prompt: "Hi", max_gen_len: 5 };
	expect(read(body).inferenceConfig).toEqual({ maxTokens: 5 });
	expect(write(body)).toMatchObject({
		generation: "Hello",
		stop_reason: "length",
	});
});

test("a body of another form is answered like one of an unknown family", () => {
	expect(write({ inputs: "Hi" })).toEqual({ outputs: [{ text: "Hello" }] });
});
