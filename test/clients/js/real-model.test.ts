/**
 * JavaScript's clients before an Outcrop that a real model answers behind; test/upstreams/run.ts starts both and passes the URL.
 * The model's weights are random: what it says means nothing, and every assertion is of shape. All upstreams have the same
 * model, so that the counts of tokens are the same too.
 */
import { createAmazonBedrock } from "@ai-sdk/amazon-bedrock";
import {
	BedrockRuntimeClient,
	ConverseCommand,
	type ConverseCommandInput,
	ConverseStreamCommand,
	InvokeModelCommand,
	InvokeModelWithResponseStreamCommand,
	type ToolConfiguration,
} from "@aws-sdk/client-bedrock-runtime";
import { BedrockEmbeddings, ChatBedrockConverse } from "@langchain/aws";
import { HumanMessage, ToolMessage } from "@langchain/core/messages";
import { tool as langchainTool } from "@langchain/core/tools";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { embedMany, generateText, streamText, tool } from "ai";
import { afterAll, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { all } from "../../support/outcrop.ts";

const url = process.env.OUTCROP_URL ?? "";
const haiku = "anthropic.claude-3-haiku-20240307-v1:0";
const titan = "amazon.titan-embed-text-v2:0";
const credentials = { accessKeyId: "test", secretAccessKey: "test" };
const region = "us-east-1";

/** The engine local reads text only. */
const hasEyes = process.env.OUTCROP_UPSTREAM !== "local";

/** A test of what some upstreams have: with the others there is no such test, rather than one that is skipped. */
function testWhere(has: boolean, name: string, run: () => Promise<void>): void {
	if (has) test(name, run);
}

/** One pixel. */
const png = Buffer.from(
	"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=",
	"base64",
);

/** Greedy, so that the same prompt is always answered the same. */
const inferenceConfig = { temperature: 0, maxTokens: 12 };
/** A model of random weights needs some tries until it calls. */
const longEnough = { maxTokens: 1000 };

const weather: ToolConfiguration = {
	tools: [
		{
			toolSpec: {
				name: "weather",
				description: "The weather of a city",
				inputSchema: {
					json: {
						type: "object",
						properties: { city: { type: "string", maxLength: 12 } },
						required: ["city"],
					},
				},
			},
		},
	],
};
const forced = { ...weather, toolChoice: { any: {} } };

function ask(
	text: string,
	more: Omit<ConverseCommandInput, "modelId" | "messages"> = {},
) {
	const messages = [{ role: "user" as const, content: [{ text }] }];
	return { modelId: haiku, messages, ...more };
}

describe.each([
	["HTTP/2", () => ({})],
	["HTTP/1.1", () => ({ requestHandler: new NodeHttpHandler() })],
])("AWS SDK over %s", (_name, options) => {
	const client = new BedrockRuntimeClient({
		endpoint: url,
		region,
		credentials,
		...options(),
	});
	afterAll(() => client.destroy());

	test("Converse answers text, and counts with the model's tokens", async () => {
		const reply = await client.send(
			new ConverseCommand(ask("Hello", { inferenceConfig })),
		);
		const { usage } = reply;
		expect(reply.output?.message?.content?.[0]?.text).toMatch(/^[ -~]{12}$/u);
		expect(reply.stopReason).toBe("max_tokens");
		expect(usage?.outputTokens).toBe(12);
		expect((usage?.inputTokens ?? 0) + (usage?.cacheReadInputTokens ?? 0)).toBe(
			24,
		);
	});

	test("ConverseStream streams the text that Converse answers", async () => {
		const whole = await client.send(
			new ConverseCommand(ask("Hello", { inferenceConfig })),
		);
		const reply = await client.send(
			new ConverseStreamCommand(ask("Hello", { inferenceConfig })),
		);
		const events = await all(reply.stream);
		const deltas = events.flatMap((event) => event.contentBlockDelta ?? []);
		expect(deltas.map(({ delta }) => delta?.text).join("")).toBe(
			whole.output?.message?.content?.[0]?.text,
		);
		expect(deltas.length).toBeGreaterThan(3);
		expect(events[0]).toEqual({ messageStart: { role: "assistant" } });
		expect(events.at(-2)?.messageStop?.stopReason).toBe("max_tokens");
		expect(events.at(-1)?.metadata?.usage?.outputTokens).toBe(12);
	});

	test("a tool that has to be called is called by its schema, and its result is answered", async () => {
		const asked = ask("Bern?", {
			toolConfig: forced,
			inferenceConfig: longEnough,
		});
		const first = await client.send(new ConverseCommand(asked));
		const content = first.output?.message?.content ?? [];
		const calls = content.flatMap((block) => block.toolUse ?? []);
		expect(first.stopReason).toBe("tool_use");
		expect(calls[0]?.name).toBe("weather");
		expect(calls[0]?.input).toEqual({ city: expect.any(String) });

		const results = calls.map(({ toolUseId }) => ({
			toolResult: { toolUseId, content: [{ json: { sky: "clear" } }] },
		}));
		const second = await client.send(
			new ConverseCommand({
				...ask("", { toolConfig: weather, inferenceConfig }),
				messages: [
					...asked.messages,
					{ role: "assistant", content },
					{ role: "user", content: results },
				],
			}),
		);
		expect(second.usage?.totalTokens).toBeGreaterThan(
			first.usage?.inputTokens ?? 0,
		);
		expect(second.output?.message?.role).toBe("assistant");
	});

	test("a streamed call starts with its name, and its deltas join to JSON", async () => {
		const reply = await client.send(
			new ConverseStreamCommand(
				ask("Bern?", { toolConfig: forced, inferenceConfig: longEnough }),
			),
		);
		const events = await all(reply.stream);
		const start = events.find((event) => event.contentBlockStart);
		const index = start?.contentBlockStart?.contentBlockIndex;
		const input = events
			.flatMap((event) => event.contentBlockDelta ?? [])
			.filter((delta) => delta.contentBlockIndex === index)
			.map((delta) => delta.delta?.toolUse?.input ?? "")
			.join("");
		expect(start?.contentBlockStart?.start?.toolUse?.name).toBe("weather");
		expect(JSON.parse(input)).toEqual({ city: expect.any(String) });
		expect(events.at(-2)?.messageStop?.stopReason).toBe("tool_use");
	});

	test("outputConfig's schema holds", async () => {
		const schema = JSON.stringify({
			type: "object",
			properties: { kind: { enum: ["book", "film"] } },
			required: ["kind"],
			additionalProperties: false,
		});
		const jsonSchema = { name: "kind", schema };
		const reply = await client.send(
			new ConverseCommand(
				ask("A book", {
					inferenceConfig: longEnough,
					outputConfig: {
						textFormat: { type: "json_schema", structure: { jsonSchema } },
					},
				}),
			),
		);
		const text = reply.output?.message?.content?.[0]?.text ?? "";
		expect(JSON.parse(text)).toEqual({
			kind: expect.stringMatching(/^(book|film)$/u),
		});
	});

	test("InvokeModel and its stream answer as Claude does", async () => {
		const body = JSON.stringify({
			anthropic_version: "bedrock-2023-05-31",
			max_tokens: 12,
			temperature: 0,
			messages: [{ role: "user", content: "Hello" }],
		});
		const request = { modelId: haiku, body };
		const whole = await client.send(new InvokeModelCommand(request));
		const message = JSON.parse(whole.body.transformToString());
		const streamed = await client.send(
			new InvokeModelWithResponseStreamCommand(request),
		);
		const chunks = (await all(streamed.body)).map((event) =>
			JSON.parse(Buffer.from(event.chunk?.bytes ?? []).toString()),
		);
		expect(message).toMatchObject({
			stop_reason: "max_tokens",
			usage: { output_tokens: 12 },
		});
		expect(chunks.map((chunk) => chunk.delta?.text ?? "").join("")).toBe(
			message.content[0].text,
		);
		expect(chunks.at(-1).type).toBe("message_stop");
	});

	const image = new ConverseCommand({
		modelId: haiku,
		inferenceConfig,
		messages: [
			{
				role: "user",
				content: [
					{ text: "What?" },
					{ image: { format: "png", source: { bytes: png } } },
				],
			},
		],
	});

	const sees = "an image is looked at: its 4 patches are 4 tokens";
	testWhere(hasEyes, sees, async () => {
		const { usage } = await client.send(image);
		expect((usage?.inputTokens ?? 0) + (usage?.cacheReadInputTokens ?? 0)).toBe(
			24 + 4,
		);
		expect(usage?.outputTokens).toBe(12);
	});

	const refuses = "an image is refused by name, for this engine sees none";
	testWhere(!hasEyes, refuses, async () => {
		await expect(client.send(image)).rejects.toMatchObject({
			name: "ValidationException",
			message: expect.stringContaining("has a block of image"),
		});
	});

	test("a prompt beyond the context is refused in Bedrock's words", async () => {
		const refused = client.send(new ConverseCommand(ask("long ".repeat(3000))));
		await expect(refused).rejects.toMatchObject({
			name: "ValidationException",
			message: expect.stringMatching(
				/^Input is too long for requested model\./u,
			),
		});
	});

	test("a client that hangs up frees the model for the next call", async () => {
		const controller = new AbortController();
		const endless = ask("Hello", {
			inferenceConfig: { temperature: 0, maxTokens: 3000 },
		});
		const reply = await client.send(new ConverseStreamCommand(endless), {
			abortSignal: controller.signal,
		});
		const reading = (async () => {
			for await (const event of reply.stream ?? [])
				if (event.contentBlockDelta) controller.abort();
		})();
		await reading.catch(() => undefined);
		const next = await client.send(
			new ConverseCommand(ask("Hello", { inferenceConfig })),
		);
		expect(next.usage?.outputTokens).toBe(12);
	});

	test("Titan's embeddings are the model's", async () => {
		const body = JSON.stringify({ inputText: "granite", dimensions: 256 });
		const reply = await client.send(
			new InvokeModelCommand({ modelId: titan, body }),
		);
		const { embedding, inputTextTokenCount } = JSON.parse(
			reply.body.transformToString(),
		);
		expect(embedding).toHaveLength(64);
		expect(Math.hypot(...embedding)).toBeCloseTo(1, 4);
		expect(inputTextTokenCount).toBe("granite".length);
	});
});

describe("AI SDK", () => {
	const bedrock = createAmazonBedrock({ baseURL: url, region, ...credentials });
	const model = bedrock(haiku);
	const city = z.object({ city: z.string().max(12) });
	const tools = {
		weather: tool({
			description: "The weather of a city",
			inputSchema: city,
			execute: async (input) => `sunny in ${input.city}`,
		}),
	};

	test("generateText and streamText say the same", async () => {
		const options = {
			model,
			prompt: "Hello",
			temperature: 0,
			maxOutputTokens: 12,
		};
		const whole = await generateText(options);
		const streamed = streamText(options);
		expect(await streamed.text).toBe(whole.text);
		expect(whole.finishReason).toBe("length");
		expect(whole.usage.outputTokens).toBe(12);
	});

	test("a tool is called and run", async () => {
		const result = await generateText({
			model,
			tools,
			toolChoice: "required",
			prompt: "Bern?",
			maxOutputTokens: 1000,
		});
		expect(result.finishReason).toBe("tool-calls");
		expect(result.toolResults[0]?.output).toMatch(/^sunny in /u);
	});

	test("embedMany", async () => {
		const values = ["a granite cliff", "monthly invoices"];
		const embedding = bedrock.embedding(titan);
		const { embeddings } = await embedMany({ model: embedding, values });
		expect(embeddings.map((vector) => vector.length)).toEqual([64, 64]);
		expect(embeddings[0]).not.toEqual(embeddings[1]);
	});
});

describe("LangChain", () => {
	vi.stubEnv("AWS_ENDPOINT_URL", url);
	const options = { model: haiku, region, credentials, maxRetries: 0 };
	const model = new ChatBedrockConverse({ ...options, ...longEnough });
	afterAll(() => {
		model.client.destroy();
		vi.unstubAllEnvs();
	});

	test("stream says what invoke answers, with usage", async () => {
		const greedy = new ChatBedrockConverse({ ...options, ...inferenceConfig });
		const reply = await greedy.invoke("Hello");
		expect(reply.text).toMatch(/^[ -~]{12}$/u);
		expect(reply.usage_metadata?.output_tokens).toBe(12);
		let text = "";
		for await (const chunk of await greedy.stream("Hello")) text += chunk.text;
		expect(text).toBe(reply.text);
		greedy.client.destroy();
	});

	test("a bound tool is called, and its result is answered", async () => {
		const weatherTool = langchainTool(async () => "sunny", {
			name: "weather",
			schema: z.object({ city: z.string().max(12) }),
		});
		const asked = new HumanMessage("Bern?");
		const first = await model
			.bindTools([weatherTool], { tool_choice: "any" })
			.invoke([asked]);
		const results = (first.tool_calls ?? []).map(
			({ id = "" }) => new ToolMessage({ content: "sunny", tool_call_id: id }),
		);
		expect(first.tool_calls?.[0]?.args).toEqual({ city: expect.any(String) });
		const second = await model
			.bindTools([weatherTool])
			.invoke([asked, first, ...results]);
		expect(second.usage_metadata?.input_tokens).toBeGreaterThan(
			first.usage_metadata?.input_tokens ?? 0,
		);
	});

	test("embedDocuments", async () => {
		const embeddings = new BedrockEmbeddings({
			model: titan,
			region,
			credentials,
			clientOptions: { endpoint: url },
			dimensions: 512,
		});
		const vectors = await embeddings.embedDocuments(["granite", "marble"]);
		expect(vectors.map((vector) => vector.length)).toEqual([64, 64]);
		embeddings.client.destroy();
	});
});
