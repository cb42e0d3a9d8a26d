import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
	ConverseCommand,
	type ConverseCommandInput,
	ConverseStreamCommand,
	type ConverseStreamOutput,
	InvokeModelCommand,
	InvokeModelWithResponseStreamCommand,
	type Tool,
} from "@aws-sdk/client-bedrock-runtime";
import { Ajv } from "ajv";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Config } from "../../src/config.ts";
import type { LlamaModule } from "../../src/engines/local/binding.ts";
import { all, startOutcrop } from "../support/outcrop.ts";
import { tinyGguf } from "./tiny-gguf.ts";

const modelId = "anthropic.claude-3-haiku-20240307-v1:0";

let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "outcrop-local-"));
	await writeFile(join(folder, "tiny.gguf"), tinyGguf());
	const thinking = tinyGguf({ thinks: true });
	await writeFile(join(folder, "thinking.gguf"), thinking);
	await writeFile(join(folder, "broken.gguf"), tinyGguf().subarray(0, 1000));
});
afterAll(() => rm(folder, { recursive: true }));

function start(config: Partial<Config> = {}) {
	return startOutcrop({
		engine: [{ name: "local", models: [] }],
		localModel: join(folder, "tiny.gguf"),
		localGpu: "off",
		localContext: 2048,
		...config,
	});
}

type Asked = Omit<ConverseCommandInput, "modelId" | "messages">;

function ask(text: string, more: Asked = {}) {
	return {
		modelId,
		messages: [{ role: "user" as const, content: [{ text }] }],
		...more,
	};
}

const weather: Tool = {
	toolSpec: {
		name: "weather",
		description: "The weather of a city",
		inputSchema: {
			json: {
				type: "object",
				properties: {
					city: { type: "string", maxLength: 12 },
					unit: { enum: ["celsius", "fahrenheit"] },
				},
				required: ["city"],
			},
		},
	},
};
const forced: Asked = {
	toolConfig: { tools: [weather], toolChoice: { tool: { name: "weather" } } },
};

function deltas(events: ConverseStreamOutput[]) {
	return events.flatMap((event) => event.contentBlockDelta?.delta ?? []);
}

test("the types that stand for node-llama-cpp's own are true", async () => {
	const real: typeof import("node-llama-cpp") = await import("node-llama-cpp");
	// Of LlamaChat the options are a union that depends on each other; the other tests use them.
	const used: Omit<LlamaModule, "LlamaChat"> = real;
	expect(used.getLlama).toBeTypeOf("function");
});

test("Converse answers text, and counts with the model's own tokens", async () => {
	await using outcrop = await start();
	const reply = await outcrop.client().send(new ConverseCommand(ask("Hello")));
	const text = reply.output?.message?.content?.[0]?.text ?? "";
	expect(text).toMatch(/^[ -~]+$/u);
	expect(reply.stopReason).toBe("end_turn");
	// The model has a token for each byte: <|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n
	expect(reply.usage?.inputTokens).toBe(1 + 5 + 5 + 1 + 1 + 1 + 10);
	// The mark of a tool call is one token, and the end of its turn is one too.
	expect(reply.usage?.outputTokens).toBe(
		text.replaceAll("<tool_call>", "_").length + 1,
	);
});

test("ConverseStream sends the events of a text in order", async () => {
	await using outcrop = await start();
	const reply = await outcrop
		.client()
		.send(new ConverseStreamCommand(ask("Hello")));
	const events = await all(reply.stream);
	expect(events[0]).toEqual({ messageStart: { role: "assistant" } });
	expect(deltas(events).length).toBeGreaterThan(1);
	expect(events.slice(-3).map((event) => Object.keys(event)[0])).toEqual([
		"contentBlockStop",
		"messageStop",
		"metadata",
	]);
	expect(events.at(-1)?.metadata?.metrics?.latencyMs).toBeGreaterThan(0);
});

test("the same seed gives the same text, another seed another", async () => {
	const say = async (seed: number) => {
		await using outcrop = await start({ seed });
		const reply = await outcrop
			.client()
			.send(new ConverseCommand(ask("Hello")));
		return reply.output?.message?.content?.[0]?.text;
	};
	const one = await say(1);
	expect(await say(1)).toBe(one);
	expect(await say(2)).not.toBe(one);
});

test("the system prompt and earlier messages are part of the prompt", async () => {
	await using outcrop = await start();
	const client = outcrop.client();
	const bare = await client.send(new ConverseCommand(ask("Hello")));
	const system = await client.send(
		new ConverseCommand(ask("Hello", { system: [{ text: "Be brief." }] })),
	);
	expect(system.usage?.inputTokens).toBe(
		(bare.usage?.inputTokens ?? 0) + 1 + 7 + 9 + 2,
	);
});

test("maxTokens cuts", async () => {
	await using outcrop = await start();
	const reply = await outcrop.client().send(
		new ConverseCommand(
			ask("Hello", {
				inferenceConfig: { maxTokens: 7, temperature: 0, topP: 1 },
			}),
		),
	);
	expect(reply.stopReason).toBe("max_tokens");
	expect(reply.usage?.outputTokens).toBe(7);
	expect(reply.output?.message?.content?.[0]?.text).toHaveLength(7);
});

test("a stop sequence ends the text, and is named", async () => {
	await using outcrop = await start();
	const client = outcrop.client();
	const inferenceConfig = { temperature: 0, maxTokens: 10 };
	const whole = await client.send(
		new ConverseCommand(ask("Hello", { inferenceConfig })),
	);
	const letter = whole.output?.message?.content?.[0]?.text?.[0] ?? "";
	const stopped = await client.send(
		new ConverseCommand(
			ask("Hello", {
				inferenceConfig: { ...inferenceConfig, stopSequences: [letter] },
				additionalModelResponseFieldPaths: ["/stop_sequence"],
			}),
		),
	);
	expect(stopped.stopReason).toBe("stop_sequence");
	expect(stopped.additionalModelResponseFields).toEqual({
		stop_sequence: letter,
	});
});

test("a forced tool is called with an input that fits its schema, and its result is answered", async () => {
	await using outcrop = await start();
	const client = outcrop.client();
	const first = await client.send(new ConverseCommand(ask("Bern?", forced)));
	const message = first.output?.message;
	const call = message?.content?.[0]?.toolUse;
	expect(first.stopReason).toBe("tool_use");
	expect(call?.name).toBe("weather");
	expect(call?.toolUseId).toMatch(/^tooluse_\w{22}$/u);
	const fits = new Ajv().validate(
		weather.toolSpec?.inputSchema?.json as object,
		call?.input,
	);
	expect(fits).toBe(true);

	const { messages, ...more } = ask("Bern?");
	const content = [
		{
			toolResult: {
				toolUseId: call?.toolUseId,
				content: [{ json: { sky: "clear" } }],
			},
		},
	];
	const second = await client.send(
		new ConverseCommand({
			...more,
			messages: [
				...messages,
				{ role: "assistant", content: message?.content },
				{ role: "user", content },
			],
			toolConfig: { tools: [weather] },
		}),
	);
	expect(second.stopReason).toBe("end_turn");
	expect(second.usage?.inputTokens).toBeGreaterThan(
		first.usage?.inputTokens ?? 0,
	);
});

test("a streamed call's deltas join to JSON", async () => {
	await using outcrop = await start();
	const reply = await outcrop
		.client()
		.send(new ConverseStreamCommand(ask("Bern?", forced)));
	const events = await all(reply.stream);
	const input = deltas(events)
		.map((delta) => delta.toolUse?.input ?? "")
		.join("");
	expect(events[1]?.contentBlockStart?.start?.toolUse?.name).toBe("weather");
	expect(input).toBe(input.trim());
	expect(JSON.parse(input)).toHaveProperty("city", expect.any(String));
	expect(events.at(-2)?.messageStop?.stopReason).toBe("tool_use");
});

test("of several tools one has to be called, and one without parameters is called with none", async () => {
	await using outcrop = await start();
	const now: Tool = {
		toolSpec: {
			name: "now",
			inputSchema: { json: { type: "object", properties: {} } },
		},
	};
	const client = outcrop.client();
	const any = await client.send(
		new ConverseCommand(
			ask("Bern?", {
				toolConfig: { tools: [weather, now], toolChoice: { any: {} } },
			}),
		),
	);
	expect(any.stopReason).toBe("tool_use");
	expect(any.output?.message?.content).toHaveLength(1);
	const only = await client.send(
		new ConverseCommand(
			ask("When?", { toolConfig: { tools: [now], toolChoice: { any: {} } } }),
		),
	);
	expect(only.output?.message?.content?.[0]?.toolUse).toMatchObject({
		name: "now",
		input: {},
	});
});

test("outputConfig's schema holds", async () => {
	await using outcrop = await start();
	const schema = {
		type: "object",
		properties: {
			title: { type: "string", maxLength: 10 },
			kind: { anyOf: [{ const: "book" }, { type: "null" }] },
			tags: { type: "array", items: { enum: ["a", "b"] }, maxItems: 3 },
		},
		required: ["title", "kind", "tags"],
		additionalProperties: false,
	};
	const jsonSchema = { name: "book", schema: JSON.stringify(schema) };
	const reply = await outcrop.client().send(
		new ConverseCommand(
			ask("A book", {
				outputConfig: {
					textFormat: { type: "json_schema", structure: { jsonSchema } },
				},
			}),
		),
	);
	const text = reply.output?.message?.content?.[0]?.text ?? "";
	expect(new Ajv().validate(schema, JSON.parse(text))).toBe(true);
	expect(reply.stopReason).toBe("end_turn");
});

test("keywords that no grammar holds are journaled", async () => {
	await using outcrop = await start();
	const json = {
		type: "object",
		properties: { city: { type: "string", pattern: "^B", maxLength: 5 } },
	};
	const tools = [{ toolSpec: { name: "weather", inputSchema: { json } } }];
	await outcrop
		.client()
		.send(
			new ConverseCommand(
				ask("Bern?", { toolConfig: { tools, toolChoice: { any: {} } } }),
			),
		);
	expect(outcrop.emulator.journal.find()[0]?.notes.ignored).toEqual([
		"toolConfig.weather: properties.city.pattern",
	]);
});

test("with --strict they are refused", async () => {
	await using outcrop = await start({ strict: true });
	const json = {
		type: "object",
		properties: { age: { type: "integer", minimum: 18 } },
	};
	const tools = [{ toolSpec: { name: "admit", inputSchema: { json } } }];
	const refused = outcrop.client().send(
		new ConverseCommand({
			...ask("Me?", { toolConfig: { tools } }),
			modelId: "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
		}),
	);
	await expect(refused).rejects.toThrow(
		"The engine local cannot hold a reply to toolConfig.admit: properties.age.minimum.",
	);
});

test("what the model thinks is reasoningContent, within its budget", async () => {
	await using outcrop = await start({
		localModel: join(folder, "thinking.gguf"),
	});
	const reply = await outcrop.client().send(
		new ConverseStreamCommand({
			...ask("Hello", {
				inferenceConfig: { maxTokens: 60 },
				additionalModelRequestFields: {
					thinking: { type: "enabled", budget_tokens: 8 },
				},
			}),
			// Claude itself thinks with 1024 tokens or more.
			modelId: "qwen.qwen3-32b-v1:0",
		}),
	);
	const events = await all(reply.stream);
	const thought = deltas(events)
		.map((delta) => delta.reasoningContent?.text ?? "")
		.join("");
	expect(thought).toMatch(/^[ -~]{1,8}$/u);
	expect(deltas(events)[0]).toHaveProperty("reasoningContent");
	expect(deltas(events).at(-1)).toHaveProperty("text");
	// As above, and <think>.
	expect(events.at(-1)?.metadata?.usage?.inputTokens).toBe(24 + 1);
});

test("InvokeModel and its stream answer in the family's own body", async () => {
	await using outcrop = await start();
	const client = outcrop.client();
	const body = JSON.stringify({
		anthropic_version: "bedrock-2023-05-31",
		max_tokens: 50,
		messages: [{ role: "user", content: "Hello" }],
	});
	const whole = await client.send(new InvokeModelCommand({ modelId, body }));
	const message = JSON.parse(whole.body.transformToString());
	expect(message.content[0].text).toMatch(/^[ -~]+$/u);
	expect(message.usage.input_tokens).toBe(24);
	const streamed = await client.send(
		new InvokeModelWithResponseStreamCommand({ modelId, body }),
	);
	const chunks = (await all(streamed.body)).map((event) =>
		JSON.parse(Buffer.from(event.chunk?.bytes ?? []).toString()),
	);
	expect(chunks.at(-1).type).toBe("message_stop");
});

test("embeddings are the model's, of unit length", async () => {
	await using outcrop = await start();
	const client = outcrop.client();
	const embed = async (inputText: string) => {
		const reply = await client.send(
			new InvokeModelCommand({
				modelId: "amazon.titan-embed-text-v2:0",
				body: JSON.stringify({ inputText, dimensions: 256 }),
			}),
		);
		return JSON.parse(reply.body.transformToString());
	};
	const one = await embed("granite");
	expect(one.embedding).toHaveLength(64);
	expect(Math.hypot(...one.embedding)).toBeCloseTo(1, 5);
	expect(one.inputTextTokenCount).toBe("granite".length);
	expect(await embed("granite")).toEqual(one);
	expect((await embed("marble")).embedding).not.toEqual(one.embedding);
	expect(outcrop.emulator.journal.find()[0]?.notes.ignored).toEqual([
		"dimensions",
	]);
});

test("an image is refused by name", async () => {
	await using outcrop = await start();
	const bytes = Buffer.from(
		"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=",
		"base64",
	);
	const refused = outcrop.client().send(
		new ConverseCommand({
			modelId,
			messages: [
				{
					role: "user",
					content: [
						{ text: "What is this?" },
						{ image: { format: "png", source: { bytes } } },
					],
				},
			],
		}),
	);
	await expect(refused).rejects.toMatchObject({
		name: "ValidationException",
		message: expect.stringContaining("has a block of image"),
	});
});

test("a prompt beyond the context is refused in Bedrock's words", async () => {
	await using outcrop = await start();
	const refused = outcrop
		.client()
		.send(new ConverseCommand(ask("long ".repeat(500))));
	await expect(refused).rejects.toMatchObject({
		name: "ValidationException",
		message: expect.stringMatching(/^Input is too long for requested model\./u),
	});
});

test("a reply that fills the context says so", async () => {
	await using outcrop = await start({ localContext: 256 });
	const reply = await outcrop.client().send(
		new ConverseCommand(
			ask("long ".repeat(40), {
				inferenceConfig: { temperature: 0, maxTokens: 1000 },
			}),
		),
	);
	expect(reply.stopReason).toBe("model_context_window_exceeded");
	expect(reply.usage?.totalTokens).toBeLessThanOrEqual(256);
});

test("calls at once share the sequences, and all are answered", async () => {
	await using outcrop = await start({ localParallel: 2 });
	const client = outcrop.client();
	const replies = await Promise.all(
		Array.from({ length: 12 }, (_, index) =>
			client.send(new ConverseCommand(ask(`Hello ${index}`))),
		),
	);
	expect(replies.map((reply) => reply.stopReason)).toEqual(
		Array(12).fill("end_turn"),
	);
});

test("a client that hangs up ends the generation, and the next call is answered", async () => {
	await using outcrop = await start({ localContext: 4096 });
	const client = outcrop.client();
	const controller = new AbortController();
	const endless = ask("Hello", { inferenceConfig: { temperature: 0 } });
	const reply = await client.send(new ConverseStreamCommand(endless), {
		abortSignal: controller.signal,
	});
	const reading = (async () => {
		for await (const event of reply.stream ?? [])
			if (event.contentBlockDelta) controller.abort();
	})();
	await reading.catch(() => undefined);
	const next = await client.send(
		new ConverseCommand(ask("Hello", { inferenceConfig: { maxTokens: 3 } })),
	);
	expect(next.usage?.outputTokens).toBeGreaterThan(0);
});

test("a stop in mid-stream ends the generation", async () => {
	await using outcrop = await start({ localContext: 4096 });
	const endless = ask("Hello", { inferenceConfig: { temperature: 0 } });
	const reply = await outcrop.client().send(new ConverseStreamCommand(endless));
	const kinds = new Set<string | undefined>();
	const reading = (async () => {
		for await (const event of reply.stream ?? []) {
			kinds.add(Object.keys(event)[0]);
			if (event.contentBlockDelta) await outcrop.emulator.stop();
		}
	})();
	await reading.catch(() => undefined);
	expect([...kinds]).toEqual(["messageStart", "contentBlockDelta"]);
});

test("a file that is no model stops the start, with what to do", async () => {
	await expect(
		start({ localModel: join(folder, "broken.gguf") }),
	).rejects.toThrow(/^The engine local cannot load .*broken\.gguf: /u);
});
