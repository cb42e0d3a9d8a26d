import { createAmazonBedrock } from "@ai-sdk/amazon-bedrock";
import {
	APICallError,
	generateObject,
	generateText,
	isStepCount,
	Output,
	streamText,
	tool,
} from "ai";
import { expect, test } from "vitest";
import { z } from "zod";
import { known, startScripted, verifying } from "./scripted.ts";

const sonnet = "us.anthropic.claude-3-7-sonnet-20250219-v1:0";

/** Of the Claudes that the AI SDK asks for a schema in `output_config.format`, not through a tool. */
const sonnet45 = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";

async function start(modelId = sonnet) {
	const outcrop = await startScripted();
	const bedrock = createAmazonBedrock({
		baseURL: outcrop.url,
		region: "us-east-1",
		accessKeyId: "test",
		secretAccessKey: "test",
	});
	return {
		model: bedrock(modelId),
		[Symbol.asyncDispose]: () => outcrop[Symbol.asyncDispose](),
	};
}

const weather = tool({
	description: "The weather of a city",
	inputSchema: z.object({ city: z.string() }),
	execute: async ({ city }) => `sunny in ${city}`,
});

test("generateText answers text and usage", async () => {
	await using running = await start();
	const result = await generateText({ model: running.model, prompt: "hi" });
	expect(result.text).toContain(sonnet);
	expect(result.finishReason).toBe("stop");
	expect(result.usage.totalTokens).toBe(
		(result.usage.inputTokens ?? 0) + (result.usage.outputTokens ?? 0),
	);
});

test("streamText streams the same text", async () => {
	await using running = await start();
	const whole = await generateText({ model: running.model, prompt: "hi" });
	const result = streamText({ model: running.model, prompt: "hi" });
	const parts: string[] = [];
	for await (const part of result.textStream) parts.push(part);
	expect(parts.length).toBeGreaterThan(1);
	expect(parts.join("")).toBe(whole.text);
	expect(await result.usage).toMatchObject({
		outputTokens: whole.usage.outputTokens,
	});
});

test("a loop calls the tool, hands its result back and ends with text", async () => {
	await using running = await start();
	const result = await generateText({
		model: running.model,
		prompt: "How is the weather?",
		tools: { weather },
		stopWhen: isStepCount(5),
		prepareStep: ({ stepNumber }) => ({
			toolChoice: stepNumber === 0 ? "required" : "auto",
		}),
	});
	expect(result.steps.map((step) => step.finishReason)).toEqual([
		"tool-calls",
		"stop",
	]);
	expect(result.steps[0]?.toolResults[0]?.output).toMatch(/^sunny in /);
	expect(result.text).toContain(sonnet);
});

test("a streamed loop calls the tool and ends with text", async () => {
	await using running = await start();
	const result = streamText({
		model: running.model,
		prompt: "How is the weather?",
		tools: { weather },
		stopWhen: isStepCount(5),
		prepareStep: ({ stepNumber }) => ({
			toolChoice: stepNumber === 0 ? "required" : "auto",
		}),
	});
	await result.consumeStream();
	const steps = await result.steps;
	expect(steps.map((step) => step.finishReason)).toEqual([
		"tool-calls",
		"stop",
	]);
	expect(steps[0]?.toolResults[0]?.output).toMatch(/^sunny in /);
});

test("reasoning is read in a stream", async () => {
	await using running = await start();
	const result = streamText({
		model: running.model,
		prompt: "hi",
		providerOptions: {
			amazonBedrock: {
				reasoningConfig: { type: "enabled", budgetTokens: 1024 },
			},
		},
	});
	await result.consumeStream();
	expect(await result.reasoningText).toMatch(/./);
	expect(await result.text).toContain(sonnet);
});

test("an output of a schema is streamed", async () => {
	await using running = await start();
	const schema = z.object({
		title: z.string(),
		author: z.object({ name: z.string() }),
	});
	const result = streamText({
		model: running.model,
		prompt: "A book",
		output: Output.object({ schema }),
	});
	await result.consumeStream();
	expect(schema.parse(await result.output)).toEqual(await result.output);
});

test("generateObject answers an object of the schema", async () => {
	await using running = await start();
	const schema = z.object({
		title: z.string(),
		pages: z.number().int(),
		tags: z.array(z.enum(["a", "b"])).min(1),
	});
	const { object } = await generateObject({
		model: running.model,
		schema,
		prompt: "A book",
	});
	expect(schema.parse(object)).toEqual(object);
});

test("generateText answers an object of the schema without a tool", async () => {
	await using running = await start(sonnet45);
	const { output } = await generateText({
		model: running.model,
		prompt: "hi",
		output: Output.object({ schema: z.object({ color: z.literal("red") }) }),
	});
	expect(output).toEqual({ color: "red" });
});

test("a refused request is an APICallError with status and the service's text", async () => {
	await using running = await start();
	const refused = generateText({
		model: running.model,
		prompt: "throw ValidationException",
		maxRetries: 0,
	});
	await expect(refused).rejects.toSatisfy((error) =>
		APICallError.isInstance(error),
	);
	await expect(refused).rejects.toMatchObject({
		statusCode: 400,
		message: expect.stringContaining("thrown as ValidationException"),
	});
});

test("an exception in mid-stream is an error part, after the text that came before it", async () => {
	await using running = await start();
	const result = streamText({
		model: running.model,
		prompt: "begin, then throw ModelStreamErrorException",
		onError() {},
	});
	let text = "";
	const errors: unknown[] = [];
	for await (const part of result.fullStream) {
		if (part.type === "text-delta") text += part.text;
		if (part.type === "error") errors.push(part.error);
	}
	expect(text).toBe("Once upon");
	expect(JSON.stringify(errors)).toContain(
		"thrown as ModelStreamErrorException",
	);
});

test("aborting in mid-stream reaches the engine", async () => {
	await using running = await start();
	const controller = new AbortController();
	const result = streamText({
		model: running.model,
		prompt: "never end",
		abortSignal: controller.signal,
	});
	for await (const part of result.fullStream)
		if (part.type === "text-delta") controller.abort();
	const seen = await generateText({
		model: running.model,
		prompt: "was I aborted?",
	});
	expect(seen.text).toBe("yes");
});

test("a wrong secret key is refused where signatures are verified, the right one is not", async () => {
	await using outcrop = await startScripted(verifying);
	const ask = (secretAccessKey: string) => {
		const keys = { accessKeyId: known.accessKeyId, secretAccessKey };
		const bedrock = createAmazonBedrock({
			baseURL: outcrop.url,
			region: "us-east-1",
			...keys,
		});
		return generateText({
			model: bedrock(sonnet),
			prompt: "hi",
			maxRetries: 0,
		});
	};
	await expect(ask(known.secretAccessKey)).resolves.toHaveProperty(
		"finishReason",
		"stop",
	);
	await expect(ask("guessed")).rejects.toHaveProperty("statusCode", 403);
});

test("a wrong Bedrock API key is refused where they are verified, the right one is not", async () => {
	await using outcrop = await startScripted(verifying);
	const ask = (apiKey: string) => {
		const bedrock = createAmazonBedrock({
			baseURL: outcrop.url,
			region: "us-east-1",
			apiKey,
		});
		return generateText({
			model: bedrock(sonnet),
			prompt: "hi",
			maxRetries: 0,
		});
	};
	await expect(ask(known.bearerToken)).resolves.toHaveProperty(
		"finishReason",
		"stop",
	);
	await expect(ask("guessed")).rejects.toHaveProperty("statusCode", 403);
});
