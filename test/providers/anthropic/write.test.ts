import { expect, test } from "vitest";
import { anthropic } from "../../../src/providers/anthropic.ts";
import type { WholeReply } from "../../../src/turn/turn.ts";
import { nativeCall, turnTo } from "../native-call.ts";

const haiku3 = "anthropic.claude-3-haiku-20240307-v1:0";

const reply: WholeReply = {
	content: [{ text: "Hello" }],
	stopReason: "end_turn",
	usage: { inputTokens: 38, outputTokens: 246, totalTokens: 284 },
	latencyMs: 250,
};

function write(changes: Partial<WholeReply> = {}, modelId = haiku3) {
	return anthropic.writeReply(
		{ ...reply, ...changes },
		turnTo(modelId),
		nativeCall(),
	);
}

test("Claude 3 answers with its members in order, the model as it was asked for", () => {
	expect(JSON.stringify(write())).toBe(
		'{"id":"msg_bdrk_01AAAAAAAAAAAAAAAAAAAAAA","type":"message","role":"assistant","model":"anthropic.claude-3-haiku-20240307-v1:0",' +
			'"content":[{"type":"text","text":"Hello"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":38,"output_tokens":246}}',
	);
});

test("Claude 3.7 names the cache", () => {
	expect(
		JSON.stringify(
			write({}, "us.anthropic.claude-3-7-sonnet-20250219-v1:0").usage,
		),
	).toBe(
		'{"input_tokens":38,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":246}',
	);
});

test("Claude 4.5 begins with the model and tells cache writes apart by their time to live", () => {
	const usage = {
		inputTokens: 3,
		outputTokens: 5,
		totalTokens: 118,
		cacheReadInputTokens: 100,
		cacheWriteInputTokens: 10,
		cacheDetails: [
			{ ttl: "1h" as const, inputTokens: 4 },
			{ ttl: "5m" as const, inputTokens: 6 },
		],
	};
	expect(
		JSON.stringify(
			write({ usage }, "anthropic.claude-haiku-4-5-20251001-v1:0"),
		),
	).toBe(
		'{"model":"anthropic.claude-haiku-4-5-20251001-v1:0","id":"msg_bdrk_01AAAAAAAAAAAAAAAAAAAAAA","type":"message","role":"assistant",' +
			'"content":[{"type":"text","text":"Hello"}],"stop_reason":"end_turn","stop_sequence":null,' +
			'"usage":{"input_tokens":3,"cache_creation_input_tokens":10,"cache_read_input_tokens":100,' +
			'"cache_creation":{"ephemeral_5m_input_tokens":6,"ephemeral_1h_input_tokens":4},"output_tokens":5}}',
	);
});

test("Claude 4.8 has a longer id and more members", () => {
	const message = write({}, "anthropic.claude-opus-4-8");
	expect(message.id).toBe(`msg_bdrk_${"a".repeat(52)}`);
	expect(message).toMatchObject({
		stop_details: null,
		usage: {
			output_tokens_details: { thinking_tokens: 0 },
			service_tier: "standard",
		},
	});
});

test("a tool call has Claude's kind of id, always the same for the same call", () => {
	const content = [
		{
			toolUse: {
				toolUseId: "tooluse_iPA5tRLlQ5qSvfeY-eQV_g",
				name: "weather",
				input: { city: "Rome" },
			},
		},
	];
	expect(write({ content, stopReason: "tool_use" })).toMatchObject({
		content: [
			{
				type: "tool_use",
				id: "toolu_bdrk_01iPA5tRLlQ5qSvfeYxeQVxg",
				name: "weather",
				input: { city: "Rome" },
			},
		],
		stop_reason: "tool_use",
	});
});

test("an id of one's own stays", () => {
	const content = [
		{ toolUse: { toolUseId: "call_1", name: "weather", input: {} } },
	];
	expect(write({ content }).content).toEqual([
		{ type: "tool_use", id: "call_1", name: "weather", input: {} },
	]);
});

test("redacted thinking that is no text is base64", () => {
	const redactedContent = Uint8Array.of(0xff, 0x00);
	const { content } = write({
		content: [{ reasoningContent: { redactedContent } }],
	});
	expect(content).toEqual([{ type: "redacted_thinking", data: "/wA=" }]);
});

test("thinking comes with its signature, redacted thinking as its characters", () => {
	const content = [
		{ reasoningContent: { reasoningText: { text: "Hm", signature: "c2ln" } } },
		{ reasoningContent: { redactedContent: new TextEncoder().encode("AQI=") } },
	];
	expect(write({ content }).content).toEqual([
		{ type: "thinking", thinking: "Hm", signature: "c2ln" },
		{ type: "redacted_thinking", data: "AQI=" },
	]);
});

test("citations stand in the text they support", () => {
	const content = [
		{
			citationsContent: {
				content: [{ text: "The grass is green." }],
				citations: [
					{
						title: "Facts",
						sourceContent: [{ text: "Grass is green" }],
						location: { documentPage: { documentIndex: 0, start: 1, end: 2 } },
					},
				],
			},
		},
	];
	expect(write({ content }).content).toEqual([
		{
			type: "text",
			text: "The grass is green.",
			citations: [
				{
					type: "page_location",
					cited_text: "Grass is green",
					document_index: 0,
					document_title: "Facts",
					start_page_number: 1,
					end_page_number: 2,
				},
			],
		},
	]);
});

test.each([
	["max_tokens", "max_tokens"],
	["model_context_window_exceeded", "model_context_window_exceeded"],
	["guardrail_intervened", "end_turn"],
	["content_filtered", "refusal"],
] as const)("a reply that ended by %s says %s", (stopReason, native) => {
	expect(write({ stopReason }).stop_reason).toBe(native);
});

test("the stop sequence is the one that the engine says", () => {
	const additionalModelResponseFields = { stop_sequence: "END" };
	expect(
		write({ stopReason: "stop_sequence", additionalModelResponseFields }),
	).toMatchObject({
		stop_reason: "stop_sequence",
		stop_sequence: "END",
	});
});

test("without a word of the engine's the only stop sequence is the one", () => {
	const turn = {
		...turnTo(haiku3),
		inferenceConfig: { stopSequences: ["STOP"] },
	};
	const message = anthropic.writeReply(
		{ ...reply, stopReason: "stop_sequence" },
		turn,
		nativeCall(),
	);
	expect(message.stop_sequence).toBe("STOP");
});
