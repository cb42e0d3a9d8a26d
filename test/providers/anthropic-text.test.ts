import { expect, test } from "vitest";
import type { JsonObject } from "../../src/json.ts";
import { anthropicText } from "../../src/providers/anthropic-text.ts";
import type { Turn, WholeReply } from "../../src/turn/turn.ts";
import { chunksOf, eventsOf, nativeCall, replyOf } from "./native-call.ts";

const claude2 = "anthropic.claude-v2:1";
const instant = "anthropic.claude-instant-v1";

const ask = "\n\nHuman: Hi\n\nAssistant:";

function turnTo(body: JsonObject = {}): Turn {
	return anthropicText.readTurn(
		{ prompt: ask, max_tokens_to_sample: 10, ...body },
		claude2,
	);
}

test("a prompt is read into system prompt and messages", () => {
	const prompt =
		"Be brief.\n\nHuman: Who wrote\n\nFaust?\n\nAssistant: Goethe.\n\nHuman: When?\n\nAssistant:";
	expect(
		anthropicText.readTurn(
			{ prompt, max_tokens_to_sample: 50, top_k: 3 },
			claude2,
		),
	).toMatchObject({
		modelId: claude2,
		system: [{ text: "Be brief." }],
		messages: [
			{ role: "user", content: [{ text: "Who wrote\n\nFaust?" }] },
			{ role: "assistant", content: [{ text: "Goethe." }] },
			{ role: "user", content: [{ text: "When?" }] },
		],
		inferenceConfig: { maxTokens: 50 },
		additionalModelRequestFields: { top_k: 3 },
	});
});

test("an answer begun in the prompt is the last message", () => {
	const { messages } = turnTo({ prompt: `${ask} {` });
	expect(messages.at(-1)).toEqual({
		role: "assistant",
		content: [{ text: "{" }],
	});
});

test("the Assistant at the end may stand on Human's line", () => {
	expect(
		turnTo({ prompt: "Human: Tell me a joke Assistant:" }).messages,
	).toEqual([{ role: "user", content: [{ text: "Tell me a joke" }] }]);
});

test("the stop that every completion has is not asked for", () => {
	expect(
		turnTo({ stop_sequences: ["\n\nHuman:", "END"] }).inferenceConfig
			?.stopSequences,
	).toEqual(["END"]);
	expect(turnTo({ stop_sequences: ["\n\nHuman:"] }).inferenceConfig).toEqual({
		maxTokens: 10,
	});
});

test.each<[string, JsonObject]>([
	[
		"Malformed input request: #: required key [max_tokens_to_sample] not found, please reformat your input and try again.",
		{ prompt: ask },
	],
	[
		"Malformed input request: #: extraneous key [max_tokens] is not permitted, please reformat your input and try again.",
		{ prompt: ask, max_tokens_to_sample: 5, max_tokens: 5 },
	],
	[
		'prompt must start with "\n\nHuman:" turn after an optional system prompt',
		{ prompt: "Hi\n\nAssistant:", max_tokens_to_sample: 5 },
	],
	[
		'prompt must end with "\n\nAssistant:" turn',
		{ prompt: "\n\nHuman: Hi", max_tokens_to_sample: 5 },
	],
	[
		'prompt must start with "\n\nHuman:" turn after an optional system prompt, prompt must end with "\n\nAssistant:" turn',
		{ prompt: "Hi", max_tokens_to_sample: 5 },
	],
])("refuses with %j", (message, body) => {
	expect(() => anthropicText.readTurn(body, claude2)).toThrow(
		expect.objectContaining({ name: "ValidationException", message }),
	);
});

const whole: WholeReply = {
	content: [{ text: "Hello" }],
	stopReason: "end_turn",
	usage: { inputTokens: 5, outputTokens: 10, totalTokens: 15 },
	latencyMs: 5,
};

test("an ordinary end is the stop at the next Human", () => {
	expect(
		JSON.stringify(anthropicText.writeReply(whole, turnTo(), nativeCall())),
	).toBe(
		'{"type":"completion","completion":"Hello","stop_reason":"stop_sequence","stop":"\\n\\nHuman:"}',
	);
});

test("a stop sequence of the request is named", () => {
	const reply = { ...whole, stopReason: "stop_sequence" as const };
	const turn = turnTo({ stop_sequences: ["END", "STOP"] });
	const said = {
		...reply,
		additionalModelResponseFields: { stop_sequence: "STOP" },
	};
	expect(anthropicText.writeReply(said, turn, nativeCall())).toMatchObject({
		stop_reason: "stop_sequence",
		stop: "STOP",
	});
});

test("a cut completion ends with max_tokens", () => {
	const reply = anthropicText.writeReply(
		{ ...whole, stopReason: "max_tokens" },
		turnTo(),
		nativeCall(),
	);
	expect(reply).toMatchObject({ stop_reason: "max_tokens", stop: null });
});

test("chunks say their text, the last one the end and the metrics", async () => {
	const events = eventsOf([
		{ contentBlockDelta: { contentBlockIndex: 0, delta: { text: " Here" } } },
		{ contentBlockStop: { contentBlockIndex: 0 } },
	]);
	const chunks = await chunksOf(
		anthropicText.writeChunks(replyOf(events), turnTo(), nativeCall()),
	);
	expect(chunks.map((chunk) => JSON.stringify(chunk))).toEqual([
		'{"completion":" Here","stop_reason":null,"stop":null}',
		'{"completion":"","stop_reason":"stop_sequence","stop":"\\n\\nHuman:","amazon-bedrock-invocationMetrics":' +
			'{"inputTokenCount":12,"outputTokenCount":34,"invocationLatency":250,"firstByteLatency":10}}',
	]);
});

const messagesBody = {
	anthropic_version: "bedrock-2023-05-31",
	max_tokens: 10,
	messages: [{ role: "user", content: "Hi" }],
};

test("a Messages body is answered with a message, whole and streamed", async () => {
	const turn = anthropicText.readTurn(messagesBody, instant);
	expect(anthropicText.writeReply(whole, turn, nativeCall())).toMatchObject({
		type: "message",
		content: [{ type: "text", text: "Hello" }],
	});
	const [first] = await chunksOf(
		anthropicText.writeChunks(replyOf(eventsOf([])), turn, nativeCall()),
	);
	expect(first).toMatchObject({ type: "message_start" });
});
