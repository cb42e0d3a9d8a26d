import { expect, test } from "vitest";
import type { JsonObject } from "../../src/json.ts";
import { imported } from "../../src/providers/imported.ts";
import type { WholeReply } from "../../src/turn/turn.ts";
import { chunksOf, eventsOf, nativeCall, replyOf } from "./native-call.ts";

const modelId =
	"arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdefghij12";
const endpoint =
	"arn:aws:sagemaker:us-east-1:123456789012:endpoint/my-endpoint";
const read = (body: JsonObject, id = modelId) => imported.readTurn(body, id);

const reply: WholeReply = {
	content: [{ text: "Hello" }],
	stopReason: "max_tokens",
	usage: { inputTokens: 12, outputTokens: 34, totalTokens: 46 },
	latencyMs: 250,
};
const write = (body: JsonObject, id = modelId) =>
	imported.writeReply(reply, read(body, id), nativeCall());

function stream(body: JsonObject) {
	const events = eventsOf([
		{ contentBlockDelta: { contentBlockIndex: 0, delta: { text: "Hel" } } },
	]);
	return chunksOf(
		imported.writeChunks(replyOf(events), read(body), nativeCall()),
	);
}

test("a prompt with max_tokens is answered with a text completion of the container's", () => {
	expect(JSON.stringify(write({ prompt: "Hi", max_tokens: 5 }))).toBe(
		'{"object":"text_completion","id":"","created":1,"model":"/opt/ml/model","system_fingerprint":"3.0.1-native",' +
			'"choices":[{"index":0,"text":"Hello","logprobs":null,"finish_reason":"length"}],' +
			'"usage":{"prompt_tokens":12,"total_tokens":46,"completion_tokens":34}}',
	);
});

test("the stream of a prompt with max_tokens is text completions, the last with usage and metrics", async () => {
	const chunks = await stream({ prompt: "Hi", max_tokens: 5 });
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

test("a prompt without a limit is answered as Llama answers, whole and as a stream", async () => {
	expect(write({ prompt: "Hi" })).toMatchObject({ generation: "Hello" });
	expect(await stream({ prompt: "Hi" })).toMatchObject([
		{ generation: "Hel" },
		{ generation: "", stop_reason: "stop" },
	]);
});

test("a Marketplace endpoint answers a prompt with a text completion", () => {
	expect(write({ prompt: "Hi" }, endpoint)).toMatchObject({
		object: "text_completion",
	});
});

test.each([
	[
		"Llama's",
		"<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nHi there<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
	],
	["Mistral's", "<s>[INST] <<SYS>>Be brief.<</SYS>> Hi there [/INST]"],
	[
		"DeepSeek R1's",
		"<｜begin▁of▁sentence｜>Be brief.<｜User｜>Hi there<｜Assistant｜><think>\n",
	],
	[
		"ChatML",
		"<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi there<|im_end|>\n<|im_start|>assistant\n",
	],
])("a prompt in %s template is read by it", (_, prompt) => {
	expect(read({ prompt })).toMatchObject({
		system: [{ text: "Be brief." }],
		messages: [{ role: "user", content: [{ text: "Hi there" }] }],
	});
});

const opened = "<｜User｜>Hi<｜Assistant｜><think>\n";

test("a prompt that opens a thought is answered with the thought in the text", () => {
	const thought: WholeReply = {
		...reply,
		content: [
			{ reasoningContent: { reasoningText: { text: "Let me see" } } },
			{ text: "Hello" },
		],
	};
	const answer = (said: WholeReply) =>
		imported.writeReply(said, read({ prompt: opened }), nativeCall());
	expect(answer(thought)).toMatchObject({
		generation: "Let me see\n</think>\n\nHello",
	});
	expect(answer(reply)).toMatchObject({
		generation: "\n</think>\n\nHello",
	});
	expect(
		answer({ ...thought, content: thought.content.slice(0, 1) }),
	).toMatchObject({ generation: "Let me see" });
});

test("the end of a thought is a chunk of its own", async () => {
	const deltas = [{ reasoningContent: { text: "Hm" } }, { text: "Hello" }];
	const events = eventsOf(
		deltas.map((delta, contentBlockIndex) => ({
			contentBlockDelta: { contentBlockIndex, delta },
		})),
	);
	const chunks = await chunksOf(
		imported.writeChunks(
			replyOf(events),
			read({ prompt: opened }),
			nativeCall(),
		),
	);
	const said = ["Hm", "\n", "</think>", "\n\n", "Hello", ""];
	expect(chunks).toMatchObject(said.map((generation) => ({ generation })));
});

test("a thought that stays open is closed at the reply's end", async () => {
	const events = eventsOf([
		{
			contentBlockDelta: {
				contentBlockIndex: 0,
				delta: { reasoningContent: { text: "Hm" } },
			},
		},
	]);
	const chunks = await chunksOf(
		imported.writeChunks(
			replyOf(events),
			read({ prompt: opened, max_tokens: 5 }),
			nativeCall(),
		),
	);
	expect(JSON.stringify(chunks)).toContain('"text":"</think>"');
});

test("response_format beside a prompt asks for JSON", () => {
	const { outputConfig } = read({
		prompt: "Hi",
		response_format: { type: "json_object" },
	});
	expect(outputConfig?.textFormat?.type).toBe("json_schema");
});

test("a body of another form is answered like one of an unknown family", () => {
	expect(write({ inputs: "Hi" })).toEqual({ outputs: [{ text: "Hello" }] });
});
