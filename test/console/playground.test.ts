import { EventStreamCodec } from "@smithy/eventstream-codec";
import { expect, test } from "vitest";
import type { Exchange, Json } from "../../src/console/ui/api/types.ts";
import { writeRule, writeScript } from "../../src/console/ui/code/script.ts";
import {
	readAsked,
	readSaid,
} from "../../src/console/ui/conversation/conversation.ts";
import { readAnswer } from "../../src/console/ui/playground/answer.ts";
import { writeConverse } from "../../src/console/ui/playground/converse.ts";
import {
	type Draft,
	emptyDraft,
	openCalls,
	readTools,
	withUser,
	writeResult,
} from "../../src/console/ui/playground/draft.ts";
import { readEvent } from "../../src/console/ui/playground/event.ts";
import {
	nativeFormOf,
	writeNative,
} from "../../src/console/ui/playground/native.ts";
import { readFrames } from "../../src/console/ui/stream/read-frames.ts";

const codec = new EventStreamCodec(
	(bytes) => Buffer.from(bytes).toString("utf8"),
	(text) => Buffer.from(text, "utf8"),
);

/** A frame as AWS's own encoder makes it. */
function frame(headers: Record<string, string>, body: Json): Uint8Array {
	return codec.encode({
		headers: Object.fromEntries(
			Object.entries(headers).map(([name, value]) => [
				name,
				{ type: "string", value },
			]),
		),
		body: Buffer.from(JSON.stringify(body)),
	});
}

const delta = frame(
	{ ":message-type": "event", ":event-type": "contentBlockDelta" },
	{ contentBlockIndex: 0, delta: { text: "Grüße" }, p: "abc" },
);
const chunk = frame(
	{ ":message-type": "event", ":event-type": "chunk" },
	{ bytes: Buffer.from('{"type":"ping ü"}').toString("base64"), p: "ab" },
);
const exception = frame(
	{ ":message-type": "exception", ":exception-type": "throttlingException" },
	{ message: "Too many" },
);

function streamOf(...chunks: Uint8Array[]): ReadableStream<Uint8Array> {
	return new ReadableStream({
		start(controller) {
			for (const piece of chunks) controller.enqueue(piece);
			controller.close();
		},
	});
}

async function readAll(stream: ReadableStream<Uint8Array>) {
	const events: ReturnType<typeof readEvent>[] = [];
	for await (const one of readFrames(stream)) events.push(readEvent(one));
	return events;
}

const said = [
	{
		event: {
			contentBlockDelta: { contentBlockIndex: 0, delta: { text: "Grüße" } },
		},
	},
	{ event: { chunk: { bytes: { type: "ping ü" } } } },
	{ failure: { name: "ThrottlingException", message: "Too many" } },
];

test("frames are read whatever pieces they come in", async () => {
	const all = Buffer.concat([delta, chunk, exception]);
	expect(await readAll(streamOf(all))).toEqual(said);
	const bytes = [...all].map((byte) => Uint8Array.of(byte));
	expect(await readAll(streamOf(...bytes))).toEqual(said);
});

test.each([
	["a byte of the payload is another", 60, "The checksum of a frame is wrong"],
	["a length is another", 7, "The checksum of a prelude is wrong"],
	["the checksum of the prelude is", 9, "The checksum of a prelude is wrong"],
	["the length is absurd", 0, "A frame says that it has"],
])("a spoilt stream says so: %s", async (_what, at, message) => {
	const spoilt = Uint8Array.from(delta);
	spoilt[at] = (spoilt[at] ?? 0) ^ 0x7f;
	await expect(readAll(streamOf(spoilt))).rejects.toThrow(message);
});

test("a stream that ends within a frame says so", async () => {
	await expect(readAll(streamOf(delta, chunk.subarray(0, 20)))).rejects.toThrow(
		"The stream ended within a frame: 20 bytes of it came.",
	);
});

const call = {
	toolUse: { toolUseId: "t1", name: "look", input: { at: "sky" } },
};
const picture = { image: { format: "png", source: { bytes: "AAAA" } } };
const draft: Draft = {
	...emptyDraft,
	modelId: "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
	system: "Be short.",
	messages: [
		{ role: "user", content: [picture, { text: "What is it?" }] },
		{
			role: "assistant",
			content: [
				{ reasoningContent: { reasoningText: { text: "Hm", signature: "s" } } },
				call,
			],
		},
		{ role: "user", content: [writeResult("t1", '{"colour": "blue"}', true)] },
	],
	tools: '{"name": "look", "inputSchema": {"type": "object"}}',
	toolChoice: "tool:look",
	settings: {
		maxTokens: "50",
		temperature: "0",
		topP: "",
		stopSequences: "END\nSTOP",
	},
};

test("a draft is a request to Converse", () => {
	expect(writeConverse(draft)).toEqual({
		system: [{ text: "Be short." }],
		messages: [
			draft.messages[0],
			draft.messages[1],
			{
				role: "user",
				content: [
					{
						toolResult: {
							toolUseId: "t1",
							content: [{ json: { colour: "blue" } }],
							status: "error",
						},
					},
				],
			},
		],
		inferenceConfig: {
			maxTokens: 50,
			temperature: 0,
			stopSequences: ["END", "STOP"],
		},
		toolConfig: {
			tools: [
				{
					toolSpec: { name: "look", inputSchema: { json: { type: "object" } } },
				},
			],
			toolChoice: { tool: { name: "look" } },
		},
	});
});

test.each([
	["us.anthropic.claude-haiku-4-5-20251001-v1:0", "anthropic"],
	["anthropic.claude-v2:1", "prompt"],
	["us.amazon.nova-2-lite-v1:0", "nova"],
	["amazon.nova-canvas-v1:0", "prompt"],
	["mistral.mistral-7b-instruct-v0:2", "prompt"],
	["mistral.mistral-large-3-675b-instruct", "chat"],
	["deepseek.v3.2", "chat"],
	["meta.llama3-8b-instruct-v1:0", "prompt"],
])("%s takes a native body of the form %s", (modelId, form) => {
	expect(nativeFormOf(modelId)).toBe(form);
});

test("a draft is Anthropic's native body", () => {
	expect(writeNative(draft)).toEqual({
		anthropic_version: "bedrock-2023-05-31",
		max_tokens: 50,
		system: "Be short.",
		messages: [
			{
				role: "user",
				content: [
					{
						type: "image",
						source: { type: "base64", media_type: "image/png", data: "AAAA" },
					},
					{ type: "text", text: "What is it?" },
				],
			},
			{
				role: "assistant",
				content: [
					{ type: "tool_use", id: "t1", name: "look", input: { at: "sky" } },
				],
			},
			{
				role: "user",
				content: [
					{
						type: "tool_result",
						tool_use_id: "t1",
						content: [{ type: "text", text: '{"colour":"blue"}' }],
						is_error: true,
					},
				],
			},
		],
		temperature: 0,
		stop_sequences: ["END", "STOP"],
		tools: [{ name: "look", input_schema: { type: "object" } }],
		tool_choice: { type: "tool", name: "look" },
	});
});

test("a draft is a body in OpenAI's manner", () => {
	expect(writeNative({ ...draft, modelId: "openai.gpt-oss-20b-1:0" })).toEqual({
		messages: [
			{ role: "system", content: "Be short." },
			{
				role: "user",
				content: [
					{
						type: "image_url",
						image_url: { url: "data:image/png;base64,AAAA" },
					},
					{ type: "text", text: "What is it?" },
				],
			},
			{
				role: "assistant",
				content: [],
				tool_calls: [
					{
						id: "t1",
						type: "function",
						function: { name: "look", arguments: '{"at":"sky"}' },
					},
				],
			},
			{ role: "tool", tool_call_id: "t1", content: '{"colour":"blue"}' },
		],
		max_tokens: 50,
		temperature: 0,
		stop: ["END", "STOP"],
		tools: [
			{
				type: "function",
				function: {
					name: "look",
					description: "",
					parameters: { type: "object" },
				},
			},
		],
		tool_choice: { type: "function", function: { name: "look" } },
	});
});

test.each([
	['[{"toolSpec":{"name":"a","inputSchema":{"json":{}}}}]'],
	['{"tools":[{"name":"a","input_schema":{}}]}'],
	['{"type":"function","function":{"name":"a","parameters":{}}}'],
])("tools are taken in the form of %s", (text) => {
	expect(readTools(text)).toEqual({
		tools: [{ name: "a", description: "", schema: {} }],
	});
});

test("what calls wait for results is told", () => {
	expect(openCalls(draft.messages.slice(0, 2))).toEqual([
		{ id: "t1", name: "look", input: { at: "sky" } },
	]);
	expect(openCalls(draft.messages)).toEqual([]);
});

test("what a user adds to a message of theirs becomes part of it", () => {
	const messages = withUser(withUser([], [{ text: "a" }]), [{ text: "b" }]);
	expect(messages).toEqual([
		{ role: "user", content: [{ text: "a" }, { text: "b" }] },
	]);
});

test("the events of ConverseStream become content that can be sent back", () => {
	const said: Json[] = [
		{
			contentBlockDelta: {
				contentBlockIndex: 0,
				delta: { reasoningContent: { text: "Let me" } },
			},
		},
		{
			contentBlockDelta: {
				contentBlockIndex: 0,
				delta: { reasoningContent: { signature: "sig" } },
			},
		},
		{ contentBlockStart: { contentBlockIndex: 1, start: call } },
		{
			contentBlockDelta: {
				contentBlockIndex: 1,
				delta: { toolUse: { input: '{"at":' } },
			},
		},
		{
			contentBlockDelta: {
				contentBlockIndex: 1,
				delta: { toolUse: { input: '"sky"}' } },
			},
		},
		{ messageStop: { stopReason: "tool_use" } },
		{ metadata: { usage: { inputTokens: 3, outputTokens: 4 } } },
	];
	const events = said.map((event, index) => ({ atMs: index, event }));
	expect(readAnswer("converse-stream", events, undefined)).toEqual({
		content: [
			{
				reasoningContent: {
					reasoningText: { text: "Let me", signature: "sig" },
				},
			},
			call,
		],
		stopReason: "tool_use",
		usage: { inputTokens: 3, outputTokens: 4 },
	});
});

test("a body of no known form is shown as it is", () => {
	expect(readAnswer("invoke", [], { results: [1] }).content).toEqual([
		{ text: '{\n  "results": [\n    1\n  ]\n}' },
	]);
});

const exchange: Exchange = {
	id: "12345678-abcd",
	sequence: 1,
	namespace: "",
	service: "bedrock-runtime",
	operation: "Converse",
	startedAtMs: 0,
	state: "ok",
	identity: { kind: "sigv4", accountId: "", region: "" },
	method: "POST",
	path: "",
	httpVersion: "1.1",
	requestHeaders: {},
	notes: {},
	output: {
		output: {
			message: {
				content: [
					{ text: "In {braces}" },
					{ toolUse: { toolUseId: "t", name: "look", input: { "a b": 1 } } },
				],
			},
		},
		stopReason: "tool_use",
	},
};

test("an exchange is a rule, and the same as YAML", () => {
	const asked = readAsked("Converse", {
		messages: [{ role: "user", content: [{ text: "Hi" }] }],
	});
	const answer = readSaid(exchange);
	expect(writeRule(exchange, asked, answer)).toEqual({
		name: "Converse 12345678",
		when: { user: { is: "Hi" } },
		text: "In \\{braces\\}",
		tools: [{ name: "look", input: { "a b": 1 } }],
	});
	expect(writeScript(exchange, asked, answer)).toBe(`replies:
  - name: Converse 12345678
    when: { user: { is: "Hi" } }
    text: "In \\\\{braces\\\\}"
    tools:
      - { name: "look", input: { "a b": 1 } }
`);
});
