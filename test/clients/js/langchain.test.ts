import { ChatBedrockConverse } from "@langchain/aws";
import {
	AIMessage,
	type AIMessageChunk,
	HumanMessage,
	ToolMessage,
} from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { expect, test, vi } from "vitest";
import { z } from "zod";
import { startScripted } from "./scripted.ts";

const sonnet = "us.anthropic.claude-3-7-sonnet-20250219-v1:0";

/** The endpoint comes by the environment: ChatBedrockConverse sets aside the one of its `clientOptions`. */
async function start(
	options: Partial<ConstructorParameters<typeof ChatBedrockConverse>[0]> = {},
) {
	const outcrop = await startScripted();
	vi.stubEnv("AWS_ENDPOINT_URL", outcrop.url);
	const model = new ChatBedrockConverse({
		model: sonnet,
		region: "us-east-1",
		credentials: { accessKeyId: "test", secretAccessKey: "test" },
		maxRetries: 0,
		...options,
	});
	return {
		model,
		async [Symbol.asyncDispose]() {
			model.client.destroy();
			vi.unstubAllEnvs();
			await outcrop[Symbol.asyncDispose]();
		},
	};
}

const weather = tool(async ({ city }) => `sunny in ${city}`, {
	name: "weather",
	description: "The weather of a city",
	schema: z.object({ city: z.string() }),
});

async function gather(
	stream: AsyncIterable<AIMessageChunk>,
): Promise<{ chunks: number; whole: AIMessageChunk }> {
	let whole: AIMessageChunk | undefined;
	let chunks = 0;
	for await (const chunk of stream) {
		whole = whole ? whole.concat(chunk) : chunk;
		chunks++;
	}
	if (!whole) throw new Error("The stream was empty.");
	return { chunks, whole };
}

test("invoke answers text and usage", async () => {
	await using running = await start();
	const reply = await running.model.invoke("hi");
	expect(reply.text).toContain(sonnet);
	expect(reply.usage_metadata?.total_tokens).toBeGreaterThan(0);
	expect(reply.response_metadata).toHaveProperty("stopReason", "end_turn");
});

test("stream streams the same text", async () => {
	await using running = await start();
	const reply = await running.model.invoke("hi");
	const { chunks, whole } = await gather(await running.model.stream("hi"));
	expect(chunks).toBeGreaterThan(3);
	expect(whole.text).toBe(reply.text);
	expect(whole.usage_metadata?.total_tokens).toBe(
		reply.usage_metadata?.total_tokens,
	);
});

test("a bound tool is called, and its result is answered with text", async () => {
	await using running = await start();
	const asked = new HumanMessage("How is the weather?");
	const first = await running.model
		.bindTools([weather], { tool_choice: "weather" })
		.invoke([asked]);
	const call = first.tool_calls?.[0];
	expect(call?.name).toBe("weather");
	expect(call?.args).toHaveProperty("city", expect.any(String));

	const answer = new ToolMessage({
		content: "sunny",
		tool_call_id: call?.id ?? "",
	});
	const second = await running.model
		.bindTools([weather])
		.invoke([asked, first, answer]);
	expect(second.tool_calls).toEqual([]);
	expect(second.text).toContain(sonnet);
});

test("a streamed tool call arrives with its arguments parsed", async () => {
	await using running = await start();
	const { whole } = await gather(
		await running.model
			.bindTools([weather], { tool_choice: "weather" })
			.stream("hi"),
	);
	expect(whole.tool_calls?.[0]?.args).toHaveProperty(
		"city",
		expect.any(String),
	);
});

test("withStructuredOutput answers an object of the schema", async () => {
	await using running = await start();
	const schema = z.object({ title: z.string(), pages: z.number().int() });
	const answer = await running.model
		.withStructuredOutput(schema)
		.invoke("A book");
	expect(schema.parse(answer)).toEqual(answer);
});

test("reasoning is read in a stream", async () => {
	await using running = await start({
		maxTokens: 4096,
		additionalModelRequestFields: {
			thinking: { type: "enabled", budget_tokens: 1024 },
		},
	});
	const { whole } = await gather(await running.model.stream("hi"));
	expect(JSON.stringify(whole.content)).toContain("reasoning");
	expect(whole.text).toContain(sonnet);
});

test("a refused request is AWS's exception", async () => {
	await using running = await start();
	const refused = running.model.invoke([new AIMessage("")]);
	await expect(refused).rejects.toHaveProperty("name", "ValidationException");
});

test("an exception in mid-stream is AWS's exception", async () => {
	await using running = await start();
	const reading = gather(
		await running.model.stream("begin, then throw ModelStreamErrorException"),
	);
	await expect(reading).rejects.toHaveProperty(
		"name",
		"ModelStreamErrorException",
	);
});

test("aborting in mid-stream reaches the engine", async () => {
	await using running = await start();
	const controller = new AbortController();
	const stream = await running.model.stream("never end", {
		signal: controller.signal,
	});
	const reading = (async () => {
		for await (const chunk of stream) if (chunk.text) controller.abort();
	})().catch(() => "aborted");
	const seen = await running.model.invoke("was I aborted?");
	expect(seen.text).toBe("yes");
	await reading;
});
