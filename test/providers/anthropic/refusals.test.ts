import { expect, test } from "vitest";
import type { Json, JsonObject } from "../../../src/json.ts";
import { anthropic } from "../../../src/providers/anthropic.ts";

const haiku3 = "anthropic.claude-3-haiku-20240307-v1:0";
const sonnet45 = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
const sonnet46 = "anthropic.claude-sonnet-4-6";
const opus48 = "anthropic.claude-opus-4-8";

const body: JsonObject = {
	anthropic_version: "bedrock-2023-05-31",
	max_tokens: 100,
	messages: [{ role: "user", content: "Hi" }],
};

/** The refusal of the usual body with some members changed; undefined takes a member out. */
function refusal(
	members: Record<string, Json | undefined>,
	modelId = sonnet45,
): string {
	const changed = Object.entries({ ...body, ...members }).filter(
		([, value]) => value !== undefined,
	);
	return refusalOf(Object.fromEntries(changed) as JsonObject, modelId);
}

function refusalOf(json: Json, modelId = sonnet45): string {
	try {
		anthropic.readTurn(json, modelId);
	} catch (error) {
		if (error instanceof Error && error.name === "ValidationException")
			return error.message;
		throw error;
	}
	return "accepted";
}

const malformed =
	"Malformed input request, please reformat your input and try again.";
const unfit =
	'Malformed input request: #: subject must not be valid against schema {"required":["messages"]}';
const retry = ", please reformat your input and try again.";

test("a body that is no object is malformed", () => {
	expect(refusalOf([])).toBe(malformed);
	expect(refusalOf(null)).toBe(malformed);
});

test.each([
	[
		{ max_tokens: undefined },
		`${unfit}#: required key [max_tokens] not found${retry}`,
	],
	[
		{ max_tokens: undefined, anthropic_version: undefined },
		`${unfit}#: required key [max_tokens] not found#: required key [anthropic_version] not found${retry}`,
	],
	[
		{ stream: true, model: "x" },
		`${unfit}#: extraneous key [stream] is not permitted#: extraneous key [model] is not permitted${retry}`,
	],
	[
		{ messages: [] },
		`${unfit}#/messages: expected minimum item count: 1, found: 0${retry}`,
	],
	[
		{ messages: undefined },
		`Malformed input request: #: required key [messages] not found${retry}`,
	],
	[
		{ thinking: { type: "disabled" } },
		"thinking: Extra inputs are not permitted",
	],
	[
		{ messages: [{ role: "user", content: [{ type: "video" }] }] },
		"messages.0.content.0: Input tag 'video' found using 'type' does not match any of the expected tags: 'text', 'image', 'tool_use', 'tool_result'",
	],
	[
		{ messages: [{ role: "user", content: [{ type: { a: 1 } }] }] },
		"messages.0.content.0: Input tag '{\"a\":1}' found using 'type' does not match any of the expected tags: 'text', 'image', 'tool_use', 'tool_result'",
	],
])("Claude 3 refuses %j by Bedrock's schema", (members, message) => {
	expect(refusal(members, haiku3)).toBe(message);
});

test.each([
	[{ anthropic_version: undefined }, "anthropic_version: Field required"],
	[{ max_tokens: undefined }, "max_tokens: Field required"],
	[{ messages: undefined }, "messages: Field required"],
	[{ model: "x" }, "model: Extra inputs are not permitted"],
	[{ stream: true }, "stream: Extra inputs are not permitted"],
	[{ messages: [] }, "messages: at least one message is required"],
	[{ max_tokens: 0 }, "max_tokens: Input should be greater than or equal to 1"],
	[{ max_tokens: "1" }, "max_tokens: Input should be a valid integer"],
	[{ temperature: 1.5 }, "temperature: range: 0..1"],
	[
		{ temperature: 0.5, top_p: 0.5 },
		"`temperature` and `top_p` cannot both be specified for this model. Please use only one.",
	],
	[
		{ stop_sequences: [" "] },
		"stop_sequences: each stop sequence must contain non-whitespace",
	],
	[{ system: [{ text: "x" }] }, "system.0.type: Field required"],
	[
		{ thinking: { type: "enabled", budget_tokens: 512 } },
		"thinking.enabled.budget_tokens: Input should be greater than or equal to 1024",
	],
	[
		{ thinking: { type: "enabled", budget_tokens: 1024 } },
		"`max_tokens` must be greater than `thinking.budget_tokens`.",
	],
	[
		{ thinking: { type: "adaptive" } },
		"thinking: Input tag 'adaptive' found using 'type' does not match any of the expected tags: 'disabled', 'enabled'",
	],
	[
		{
			max_tokens: 2000,
			temperature: 0,
			thinking: { type: "enabled", budget_tokens: 1024 },
		},
		"`temperature` may only be set to 1 when thinking is enabled.",
	],
])("Claude 4.5 refuses %j", (members, message) => {
	expect(refusal(members)).toBe(message);
});

test("a text completion is sent to the Messages API", () => {
	const completion = {
		prompt: "\n\nHuman: Hi\n\nAssistant:",
		max_tokens_to_sample: 10,
	};
	expect(refusalOf(completion, haiku3)).toBe(
		'"claude-3-haiku-20240307" is not supported on this API. Please use the Messages API instead.',
	);
});

test("Claude 4.8 wants neither a temperature nor a budget", () => {
	expect(refusal({ temperature: 0 }, opus48)).toBe(
		"`temperature` is deprecated for this model.",
	);
	expect(
		refusal({ thinking: { type: "enabled", budget_tokens: 1024 } }, opus48),
	).toBe(
		'"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.',
	);
});

const png = { type: "base64", media_type: "image/png" };

test.each([
	[
		{ ...png, data: "" },
		"messages.0.content.0.image.source.base64: image cannot be empty.",
	],
	[
		{ ...png, data: "!!!!" },
		"messages.0.content.0.image.source.base64: invalid base64 data",
	],
	[
		{ ...png, media_type: "image/bmp", data: "AAAA" },
		"messages.0.content.0.image.source.base64.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'",
	],
	[
		{ type: "url", url: "https://example.com/a.png" },
		"messages.0.content.0.image.source.base64.data: URL sources are not supported",
	],
])("an image from %j is refused", (source, message) => {
	expect(
		refusal({
			messages: [{ role: "user", content: [{ type: "image", source }] }],
		}),
	).toBe(message);
});

test("an image of more than 5 MB is refused", () => {
	const source = { ...png, data: "A".repeat(6_096_280) };
	expect(
		refusal({
			messages: [{ role: "user", content: [{ type: "image", source }] }],
		}),
	).toBe(
		"messages.0.content.0.image.source.base64: image exceeds 5 MB maximum: 6096280 bytes > 5242880 bytes",
	);
});

test.each([
	[
		[{ type: "text", text: "" }],
		"messages: text content blocks must be non-empty",
	],
	[
		[{ type: "text", text: " \n" }],
		"messages: text content blocks must contain non-whitespace text",
	],
	[
		"",
		"messages.0: all messages must have non-empty content except for the optional final assistant message",
	],
	[
		[],
		"messages.0: all messages must have non-empty content except for the optional final assistant message",
	],
	[
		[{ type: "audio" }],
		"messages.0.content.0: Input tag 'audio' found using 'type' does not match any of the expected tags: 'document', 'image', 'redacted_thinking', 'search_result', 'server_tool_use', 'text', 'thinking', 'tool_result', 'tool_search_tool_result', 'tool_use'",
	],
])("a message of %j is refused", (content, message) => {
	expect(refusal({ messages: [{ role: "user", content }] })).toBe(message);
});

test("a message of an unknown role is refused", () => {
	expect(refusal({ messages: [{ role: "tool", content: "x" }] })).toBe(
		"messages.0.role: Input should be 'user' or 'assistant'",
	);
});

test("a system message is refused by models before those that take it", () => {
	expect(refusal({ messages: [{ role: "system", content: "x" }] })).toBe(
		'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter, not "system" as an input message role.',
	);
});

function prefilled(text: string): Json {
	return [
		{ role: "user", content: "Hi" },
		{ role: "assistant", content: text },
	];
}

test("Claude 4.6 refuses to continue an assistant message", () => {
	expect(refusal({ messages: prefilled("Well") }, sonnet46)).toBe(
		"This model does not support assistant message prefill. The conversation must end with a user message.",
	);
	expect(refusal({ messages: prefilled("Well") }, sonnet45)).toBe("accepted");
});

test("a last assistant message must not end in space", () => {
	expect(refusal({ messages: prefilled("Well ") })).toBe(
		"messages: final assistant content cannot end with trailing whitespace",
	);
});

const call = { type: "tool_use", id: "toolu_1", name: "add", input: {} };
const result = { type: "tool_result", tool_use_id: "toolu_1", content: "2" };

test("a tool call without its result is refused", () => {
	const messages = [
		{ role: "user", content: "Hi" },
		{ role: "assistant", content: [call] },
		{ role: "user", content: "And?" },
	];
	expect(refusal({ messages })).toBe(
		"messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: toolu_1. Each `tool_use` block must have a corresponding `tool_result` block in the next message.",
	);
});

test("a conversation that ends in a tool call is refused for the missing result", () => {
	const messages = [
		{ role: "user", content: "Hi" },
		{ role: "assistant", content: [call] },
	];
	expect(refusal({ messages }, sonnet46)).toMatch(
		/^messages\.1: `tool_use` ids were found without/,
	);
});

test("a result without its tool call is refused, counted in the client's blocks", () => {
	const cached = {
		type: "text",
		text: "x",
		cache_control: { type: "ephemeral" },
	};
	expect(
		refusal({ messages: [{ role: "user", content: [cached, result] }] }),
	).toBe(
		"messages.0.content.1: unexpected `tool_use_id` found in `tool_result` blocks: toolu_1. Each `tool_result` block must have a corresponding `tool_use` block in the previous message.",
	);
});

test("results may be spread over consecutive user messages", () => {
	const messages = [
		{ role: "user", content: "Hi" },
		{ role: "assistant", content: [call, { ...call, id: "toolu_2" }] },
		{ role: "user", content: [result] },
		{ role: "user", content: [{ ...result, tool_use_id: "toolu_2" }] },
	];
	expect(refusal({ messages })).toBe("accepted");
});

test("the id of a tool call may not come twice", () => {
	const messages = [
		{ role: "user", content: "Hi" },
		{ role: "assistant", content: [call, call] },
	];
	expect(refusal({ messages })).toBe(
		"messages.1.content.1: `tool_use` ids must be unique",
	);
});

test("a result in an assistant message is refused", () => {
	const messages = [
		{ role: "user", content: "Hi" },
		{ role: "assistant", content: [result] },
	];
	expect(refusal({ messages })).toBe(
		"messages.1: `tool_result` blocks can only be in `user` messages",
	);
});

const tool = { name: "add", input_schema: { type: "object" } };

test.each([
	[
		[{ ...tool, name: "a b" }],
		"tools.0.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'",
	],
	[[{ name: "add" }], "tools.0.custom.input_schema: Field required"],
	[
		[{ name: "add", input_schema: {} }],
		"tools.0.custom.input_schema.type: Field required",
	],
	[
		[{ name: "add", input_schema: { type: "array" } }],
		"tools.0.custom.input_schema.type: Input should be 'object'",
	],
	[[tool, tool], "tools: Tool names must be unique."],
])("tools %j are refused", (tools, message) => {
	expect(refusal({ tools })).toBe(message);
});

test("a tool that Bedrock does not have is refused", () => {
	expect(
		refusal({ tools: [{ type: "web_search_20250305", name: "web_search" }] }),
	).toBe(
		"tools.0: Input tag 'web_search_20250305' found using 'type' does not match any of the expected tags: 'bash_20250124', 'custom', 'text_editor_20250124', 'text_editor_20250429', 'text_editor_20250728'",
	);
});

test("with a beta more tools are named", () => {
	expect(
		refusal({
			anthropic_beta: ["computer-use-2024-10-22"],
			tools: [{ type: "web_search_20250305", name: "web_search" }],
		}),
	).toMatch(/expected tags: 'bash_20241022', 'bash_20250124', 'computer_2024/);
});

test.each([
	[{ type: "tool", name: "sub" }, "Tool 'sub' not found in provided tools"],
	[
		{ type: "required" },
		"tool_choice: Input tag 'required' found using 'type' does not match any of the expected tags: 'any', 'auto', 'none', 'tool'",
	],
])("tool choice %j is refused", (tool_choice, message) => {
	expect(refusal({ tools: [tool], tool_choice })).toBe(message);
});

test("thinking and a forced tool exclude each other", () => {
	const thinking = { type: "enabled", budget_tokens: 1024 };
	expect(
		refusal({
			max_tokens: 2000,
			thinking,
			tools: [tool],
			tool_choice: { type: "any" },
		}),
	).toBe("Thinking may not be enabled when tool_choice forces tool use.");
});
