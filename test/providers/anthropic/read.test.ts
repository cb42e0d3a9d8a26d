import { expect, test } from "vitest";
import type { Json, JsonObject } from "../../../src/json.ts";
import { anthropic } from "../../../src/providers/anthropic.ts";

const modelId = "anthropic.claude-sonnet-4-5-20250929-v1:0";

function read(members: JsonObject, model = modelId) {
	const body = {
		anthropic_version: "bedrock-2023-05-31",
		max_tokens: 100,
		messages: [{ role: "user", content: "Hi" }],
	};
	return anthropic.readTurn({ ...body, ...members }, model);
}

function readUser(...blocks: Json[]) {
	return read({ messages: [{ role: "user", content: blocks }] }).messages[0]
		?.content;
}

test("the smallest body is the smallest turn", () => {
	expect(read({})).toEqual({
		modelId,
		messages: [{ role: "user", content: [{ text: "Hi" }] }],
		inferenceConfig: { maxTokens: 100 },
	});
});

test("any anthropic_version is accepted", () => {
	expect(read({ anthropic_version: "2026-10-21" }).messages).toHaveLength(1);
});

test("a system text is a system block", () => {
	expect(read({ system: "Be brief" }).system).toEqual([{ text: "Be brief" }]);
});

test("cache_control becomes a cache point behind its block", () => {
	const cache_control = { type: "ephemeral" };
	const hour = { type: "ephemeral", ttl: "1h" };
	const turn = read({
		system: [{ type: "text", text: "Long", cache_control: hour }],
		tools: [{ name: "add", input_schema: { type: "object" }, cache_control }],
		messages: [
			{
				role: "user",
				content: [
					{ type: "text", text: "Context", cache_control },
					{ type: "text", text: "Question" },
				],
			},
		],
	});
	expect(turn.system).toEqual([
		{ text: "Long" },
		{ cachePoint: { type: "default", ttl: "1h" } },
	]);
	expect(turn.toolConfig?.tools).toEqual([
		{ toolSpec: { name: "add", inputSchema: { json: { type: "object" } } } },
		{ cachePoint: { type: "default" } },
	]);
	expect(turn.messages[0]?.content).toEqual([
		{ text: "Context" },
		{ cachePoint: { type: "default" } },
		{ text: "Question" },
	]);
});

test("an image's base64 becomes bytes", () => {
	expect(
		readUser({
			type: "image",
			source: { type: "base64", media_type: "image/png", data: "iVBORw==" },
		}),
	).toStrictEqual([
		{
			image: {
				format: "png",
				source: { bytes: new Uint8Array([0x89, 0x50, 0x4e, 0x47]) },
			},
		},
	]);
});

test("a PDF with a title, a context and citations is a document", () => {
	expect(
		readUser({
			type: "document",
			source: {
				type: "base64",
				media_type: "application/pdf",
				data: "JVBERg==",
			},
			title: "Report",
			context: "Of 2024",
			citations: { enabled: true },
		}),
	).toStrictEqual([
		{
			document: {
				format: "pdf",
				name: "Report",
				source: { bytes: new Uint8Array([0x25, 0x50, 0x44, 0x46]) },
				context: "Of 2024",
				citations: { enabled: true },
			},
		},
	]);
});

test("documents of text and of blocks are read", () => {
	expect(
		readUser(
			{
				type: "document",
				source: { type: "text", media_type: "text/plain", data: "Plain" },
			},
			{
				type: "document",
				source: { type: "content", content: [{ type: "text", text: "One" }] },
			},
		),
	).toEqual([
		{
			document: { format: "txt", name: "Document", source: { text: "Plain" } },
		},
		{
			document: {
				format: "txt",
				name: "Document",
				source: { content: [{ text: "One" }] },
			},
		},
	]);
});

test("a search result is read", () => {
	expect(
		readUser({
			type: "search_result",
			source: "https://example.com",
			title: "Example",
			content: [{ type: "text", text: "Found" }],
			citations: { enabled: true },
		}),
	).toEqual([
		{
			searchResult: {
				source: "https://example.com",
				title: "Example",
				content: [{ text: "Found" }],
				citations: { enabled: true },
			},
		},
	]);
});

test("tool calls, their results and thinking are read", () => {
	const turn = read({
		messages: [
			{ role: "user", content: "Weather?" },
			{
				role: "assistant",
				content: [
					{ type: "thinking", thinking: "Hm", signature: "c2ln" },
					{ type: "redacted_thinking", data: "AQI=" },
					{
						type: "tool_use",
						id: "toolu_1",
						name: "weather",
						input: { city: "Rome" },
					},
					{ type: "tool_use", id: "toolu_2", name: "weather", input: {} },
				],
			},
			{
				role: "user",
				content: [
					{ type: "tool_result", tool_use_id: "toolu_1", content: "Sunny" },
					{
						type: "tool_result",
						tool_use_id: "toolu_2",
						is_error: true,
						content: [{ type: "text", text: "No city" }],
					},
				],
			},
		],
	});
	expect(turn.messages[1]?.content).toStrictEqual([
		{ reasoningContent: { reasoningText: { text: "Hm", signature: "c2ln" } } },
		{ reasoningContent: { redactedContent: new TextEncoder().encode("AQI=") } },
		{
			toolUse: {
				toolUseId: "toolu_1",
				name: "weather",
				input: { city: "Rome" },
			},
		},
		{ toolUse: { toolUseId: "toolu_2", name: "weather", input: {} } },
	]);
	expect(turn.messages[2]?.content).toEqual([
		{ toolResult: { toolUseId: "toolu_1", content: [{ text: "Sunny" }] } },
		{
			toolResult: {
				toolUseId: "toolu_2",
				content: [{ text: "No city" }],
				status: "error",
			},
		},
	]);
});

test("a cited text of an earlier reply keeps its citations", () => {
	const turn = read({
		messages: [
			{ role: "user", content: "Why?" },
			{
				role: "assistant",
				content: [
					{
						type: "text",
						text: "The grass is green.",
						citations: [
							{
								type: "char_location",
								cited_text: "Grass is green",
								document_index: 0,
								document_title: "Facts",
								start_char_index: 3,
								end_char_index: 17,
							},
						],
					},
				],
			},
			{ role: "user", content: "Thanks" },
		],
	});
	expect(turn.messages[1]?.content).toEqual([
		{
			citationsContent: {
				content: [{ text: "The grass is green." }],
				citations: [
					{
						title: "Facts",
						sourceContent: [{ text: "Grass is green" }],
						location: { documentChar: { documentIndex: 0, start: 3, end: 17 } },
					},
				],
			},
		},
	]);
});

test("tools and the choice among them are a tool configuration", () => {
	const tool = {
		name: "add",
		description: "Adds",
		input_schema: { type: "object", properties: {} },
		strict: true,
	};
	const turn = read({
		tools: [tool],
		tool_choice: { type: "tool", name: "add" },
	});
	expect(turn.toolConfig).toEqual({
		tools: [
			{
				toolSpec: {
					name: "add",
					description: "Adds",
					inputSchema: { json: { type: "object", properties: {} } },
					strict: true,
				},
			},
		],
		toolChoice: { tool: { name: "add" } },
	});
});

test.each([
	["auto", { auto: {} }],
	["any", { any: {} }],
])("tool choice %s has Converse's form", (type, toolChoice) => {
	const turn = read({
		tools: [{ name: "add", input_schema: { type: "object" } }],
		tool_choice: { type },
	});
	expect(turn.toolConfig?.toolChoice).toEqual(toolChoice);
});

test("tool choice none is carried beside the tools", () => {
	const turn = read({
		tools: [{ name: "add", input_schema: { type: "object" } }],
		tool_choice: { type: "none" },
	});
	expect(turn.toolConfig).toEqual({
		tools: [
			{ toolSpec: { name: "add", inputSchema: { json: { type: "object" } } } },
		],
	});
	expect(turn.additionalModelRequestFields).toEqual({
		tool_choice: { type: "none" },
	});
});

test("a choice without parallel calls is carried whole", () => {
	const tool_choice = { type: "any", disable_parallel_tool_use: true };
	const turn = read({
		tools: [{ name: "add", input_schema: { type: "object" } }],
		tool_choice,
	});
	expect(turn.toolConfig?.toolChoice).toEqual({ any: {} });
	expect(turn.additionalModelRequestFields).toEqual({ tool_choice });
});

test("built-in tools travel as Converse's users send them", () => {
	const bash = { type: "bash_20250124", name: "bash" };
	const turn = read({
		tools: [bash],
		anthropic_beta: ["computer-use-2025-01-24"],
	});
	expect(turn.toolConfig).toBeUndefined();
	expect(turn.additionalModelRequestFields).toEqual({
		tools: [bash],
		anthropic_beta: ["computer-use-2025-01-24"],
	});
});

test("a choice among built-in tools alone is carried beside them", () => {
	const bash = { type: "bash_20250124", name: "bash" };
	const turn = read({ tools: [bash], tool_choice: { type: "any" } });
	expect(turn.additionalModelRequestFields).toEqual({
		tools: [bash],
		tool_choice: { type: "any" },
	});
});

test("sampling members are the inference configuration, the rest additional fields", () => {
	const turn = read({
		temperature: 0.5,
		top_k: 5,
		stop_sequences: ["END"],
		metadata: { user_id: "u" },
	});
	expect(turn.inferenceConfig).toEqual({
		maxTokens: 100,
		temperature: 0.5,
		stopSequences: ["END"],
	});
	expect(turn.additionalModelRequestFields).toEqual({
		top_k: 5,
		metadata: { user_id: "u" },
	});
});

test("thinking is an additional field", () => {
	const thinking = { type: "enabled", budget_tokens: 1024 };
	expect(
		read({ max_tokens: 2000, thinking }).additionalModelRequestFields,
	).toEqual({ thinking });
});

test("a JSON schema for the answer is Converse's text format, the effort stays Claude's", () => {
	const schema = { type: "object", properties: { city: { type: "string" } } };
	const turn = read({
		output_config: { effort: "high", format: { type: "json_schema", schema } },
	});
	expect(turn.outputConfig).toEqual({
		textFormat: {
			type: "json_schema",
			structure: {
				jsonSchema: {
					schema: '{"type":"object","properties":{"city":{"type":"string"}}}',
				},
			},
		},
	});
	expect(turn.additionalModelRequestFields).toEqual({
		output_config: { effort: "high" },
	});
});

test("with stop sequences the turn asks which one ended the reply", () => {
	expect(
		read({ stop_sequences: ["A", "B"] }).additionalModelResponseFieldPaths,
	).toEqual(["/stop_sequence", "/delta/stop_sequence"]);
});

test("an empty last assistant message is dropped", () => {
	const messages = [
		{ role: "user", content: "Hi" },
		{ role: "assistant", content: "" },
	];
	expect(read({ messages }).messages).toEqual([
		{ role: "user", content: [{ text: "Hi" }] },
	]);
});

test("the answer's schema moves from Converse's additional fields to where Converse has it", () => {
	const schema = { type: "object" };
	const turn = anthropic.readFields?.({
		modelId: "anthropic.claude-opus-4-6-v1",
		messages: [{ role: "user", content: [{ text: "Hi" }] }],
		additionalModelRequestFields: {
			top_k: 5,
			output_config: { effort: "low", format: { type: "json_schema", schema } },
		},
	});
	expect(turn?.outputConfig?.textFormat?.structure).toEqual({
		jsonSchema: { schema: '{"type":"object"}' },
	});
	expect(turn?.additionalModelRequestFields).toEqual({
		top_k: 5,
		output_config: { effort: "low" },
	});
});
