import { expect, test } from "vitest";
import type { JsonObject } from "../../src/json.ts";
import { meta } from "../../src/providers/meta.ts";
import type { WholeReply } from "../../src/turn/turn.ts";
import { cpuMs } from "../support/cpu.ts";
import {
	chunksOf,
	eventsOf,
	nativeCall,
	replyOf,
	turnTo,
} from "./native-call.ts";

const llama2 = "meta.llama2-13b-chat-v1";
const llama3 = "meta.llama3-8b-instruct-v1:0";
const llama31 = "us.meta.llama3-1-8b-instruct-v1:0";
const vision = "meta.llama3-2-11b-instruct-v1:0";
const llama4 = "meta.llama4-scout-17b-instruct-v1:0";

const talk = {
	system: [{ text: "Be brief." }],
	messages: [
		{ role: "user", content: [{ text: "Who wrote Faust?" }] },
		{ role: "assistant", content: [{ text: "Goethe." }] },
		{ role: "user", content: [{ text: "When?" }] },
	],
};

test.each([
	[
		"Llama 3's",
		llama3,
		"<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|>" +
			"<|start_header_id|>user<|end_header_id|>\n\nWho wrote Faust?<|eot_id|>" +
			"<|start_header_id|>assistant<|end_header_id|>\n\nGoethe.<|eot_id|>" +
			"<|start_header_id|>user<|end_header_id|>\n\nWhen?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
	],
	[
		"Llama 4's",
		llama4,
		"<|begin_of_text|><|header_start|>system<|header_end|>\n\nBe brief.<|eot|><|header_start|>user<|header_end|>\n\n" +
			"Who wrote Faust?<|eot|><|header_start|>assistant<|header_end|>\n\nGoethe.<|eot|>" +
			"<|header_start|>user<|header_end|>\n\nWhen?<|eot|><|header_start|>assistant<|header_end|>\n\n",
	],
	[
		"Llama 2's",
		llama2,
		"<s>[INST] <<SYS>>\nBe brief.\n<</SYS>>\n\nWho wrote Faust? [/INST] Goethe. </s><s>[INST] When? [/INST]",
	],
])(
	"%s template is read into system prompt and messages",
	(_name, modelId, prompt) => {
		expect(meta.readTurn({ prompt }, modelId)).toEqual({ modelId, ...talk });
	},
);

test("a prompt without a template is one message of the user, as it is", () => {
	const { messages } = meta.readTurn(
		{ prompt: "  Once upon\n a time " },
		llama3,
	);
	expect(messages).toEqual([
		{ role: "user", content: [{ text: "  Once upon\n a time " }] },
	]);
});

test("what a tool answered is the user's", () => {
	const prompt =
		"<|start_header_id|>user<|end_header_id|>\n\nAdd<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n" +
		"add(1)<|eom_id|><|start_header_id|>ipython<|end_header_id|>\n\n3<|eot_id|>";
	const { messages } = meta.readTurn({ prompt }, llama31);
	expect(
		messages.map(({ role, content }) => [role, content?.[0]?.text]),
	).toEqual([
		["user", "Add"],
		["assistant", "add(1)"],
		["user", "3"],
	]);
});

test("an answer begun in the prompt is the last message", () => {
	const prompt =
		"<|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nHel";
	expect(meta.readTurn({ prompt }, llama3).messages.at(-1)).toEqual({
		role: "assistant",
		content: [{ text: "Hel" }],
	});
});

test("limits are read", () => {
	const { inferenceConfig } = meta.readTurn(
		{ prompt: "Hi", max_gen_len: 20, temperature: 0.1, top_p: 0.2 },
		llama3,
	);
	expect(inferenceConfig).toEqual({
		maxTokens: 20,
		temperature: 0.1,
		topP: 0.2,
	});
});

test("images come before the first question, their mark goes", () => {
	const prompt =
		"<|start_header_id|>user<|end_header_id|>\n\n<|image|>What is this?<|eot_id|>";
	const { messages } = meta.readTurn({ prompt, images: ["iVBORw=="] }, vision);
	expect(messages[0]?.content).toEqual([
		{
			image: {
				format: "png",
				source: { bytes: new Uint8Array([0x89, 0x50, 0x4e, 0x47]) },
			},
		},
		{ text: "What is this?" },
	]);
});

test("reading a long hostile prompt takes no time", async () => {
	const took = await cpuMs(() => {
		meta.readTurn({ prompt: "<|start_header_id|>".repeat(100_000) }, llama3);
		meta.readTurn({ prompt: "[INST]<<SYS>>".repeat(100_000) }, llama2);
	});
	expect(took).toBeLessThan(2000);
});

test.each<[string, string, JsonObject]>([
	[
		"#/max_gen_len: 8192 is not less or equal to 2048",
		llama3,
		{ prompt: "Hi", max_gen_len: 8192 },
	],
	[
		"#/max_gen_len: 9000 is not less or equal to 8192",
		llama31,
		{ prompt: "Hi", max_gen_len: 9000 },
	],
	["#: required key [prompt] not found", llama3, {}],
	[
		"#: extraneous key [max_tokens] is not permitted",
		llama3,
		{ prompt: "Hi", max_tokens: 5 },
	],
	[
		"#: extraneous key [images] is not permitted",
		llama31,
		{ prompt: "Hi", images: [] },
	],
	["#/images/0: invalid base64 data", vision, { prompt: "Hi", images: ["?"] }],
])("refuses with %s", (detail, modelId, body) => {
	const message = `Malformed input request: ${detail}, please reformat your input and try again.`;
	expect(() => meta.readTurn(body, modelId)).toThrow(
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
		JSON.stringify(meta.writeReply(whole, turnTo(llama3), nativeCall())),
	).toBe(
		'{"generation":"Hello","prompt_token_count":5,"generation_token_count":10,"stop_reason":"stop"}',
	);
});

test("a reply that is cut ends with length", () => {
	expect(
		meta.writeReply(
			{ ...whole, stopReason: "max_tokens" },
			turnTo(llama3),
			nativeCall(),
		).stop_reason,
	).toBe("length");
});

test("a tool call is Llama's JSON in the text", () => {
	const toolUse = { toolUseId: "tooluse_1", name: "add", input: { a: 1 } };
	const reply = meta.writeReply(
		{ ...whole, content: [{ toolUse }], stopReason: "tool_use" },
		turnTo(llama31),
		nativeCall(),
	);
	expect(reply).toMatchObject({
		generation: '{"name": "add", "parameters": {"a":1}}',
		stop_reason: "stop",
	});
});

test("the first chunk says the prompt's tokens, the last one the end and the metrics", async () => {
	const events = eventsOf([
		{ contentBlockDelta: { contentBlockIndex: 0, delta: { text: " Hello" } } },
		{ contentBlockDelta: { contentBlockIndex: 0, delta: { text: " there" } } },
		{ contentBlockDelta: { contentBlockIndex: 0, delta: { text: "" } } },
		{ contentBlockStop: { contentBlockIndex: 0 } },
	]);
	const chunks = await chunksOf(
		meta.writeChunks(replyOf(events), turnTo(llama3), nativeCall(76)),
	);
	expect(chunks.map((chunk) => JSON.stringify(chunk))).toEqual([
		'{"generation":" Hello","prompt_token_count":76,"generation_token_count":1,"stop_reason":null}',
		'{"generation":" there","prompt_token_count":null,"generation_token_count":2,"stop_reason":null}',
		'{"generation":"","prompt_token_count":null,"generation_token_count":34,"stop_reason":"stop",' +
			'"amazon-bedrock-invocationMetrics":{"inputTokenCount":12,"outputTokenCount":34,"invocationLatency":250,"firstByteLatency":10}}',
	]);
});

test("a tool call is streamed as one piece of text", async () => {
	const toolUse = { toolUseId: "tooluse_1", name: "add" };
	const events = eventsOf(
		[
			{ contentBlockStart: { contentBlockIndex: 0, start: { toolUse } } },
			{
				contentBlockDelta: {
					contentBlockIndex: 0,
					delta: { toolUse: { input: '{"a":' } },
				},
			},
			{
				contentBlockDelta: {
					contentBlockIndex: 0,
					delta: { toolUse: { input: "1}" } },
				},
			},
			{ contentBlockStop: { contentBlockIndex: 0 } },
		],
		"tool_use",
	);
	const [first] = await chunksOf(
		meta.writeChunks(replyOf(events), turnTo(llama31), nativeCall()),
	);
	expect(first).toMatchObject({
		generation: '{"name": "add", "parameters": {"a":1}}',
	});
});
