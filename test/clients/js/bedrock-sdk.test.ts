import { AnthropicBedrock } from "@anthropic-ai/bedrock-sdk";
import Anthropic from "@anthropic-ai/sdk";
import { expect, test } from "vitest";
import { known, startScripted, verifying } from "./scripted.ts";

const sonnet = "us.anthropic.claude-3-7-sonnet-20250219-v1:0";
const weather: Anthropic.Tool = {
	name: "weather",
	input_schema: {
		type: "object",
		properties: { city: { type: "string" } },
		required: ["city"],
	},
};

async function start() {
	const outcrop = await startScripted();
	const client = new AnthropicBedrock({
		baseURL: outcrop.url,
		awsRegion: "us-east-1",
		awsAccessKey: "test",
		awsSecretKey: "test",
		maxRetries: 0,
	});
	return {
		client,
		[Symbol.asyncDispose]: () => outcrop[Symbol.asyncDispose](),
	};
}

function ask(text: string): Anthropic.MessageCreateParamsNonStreaming {
	return {
		model: sonnet,
		max_tokens: 4096,
		messages: [{ role: "user", content: text }],
	};
}

test("messages.create answers text", async () => {
	await using running = await start();
	const message = await running.client.messages.create(ask("hi"));
	expect(message).toMatchObject({
		type: "message",
		role: "assistant",
		model: sonnet,
		stop_reason: "end_turn",
	});
	expect(message.content).toEqual([
		{ type: "text", text: expect.stringContaining(sonnet) },
	]);
	expect(message.usage.input_tokens).toBeGreaterThan(0);
});

test("messages.stream helps itself to the same message", async () => {
	await using running = await start();
	const whole = await running.client.messages.create(ask("hi"));
	const stream = running.client.messages.stream(ask("hi"));
	let text = "";
	stream.on("text", (delta) => {
		text += delta;
	});
	const message = await stream.finalMessage();
	expect(message.content).toEqual(whole.content);
	expect(message.usage.output_tokens).toBe(whole.usage.output_tokens);
	expect(message.stop_reason).toBe("end_turn");
	expect(whole.content).toEqual([{ type: "text", text }]);
});

test("a forced tool is called, and its result is answered with text", async () => {
	await using running = await start();
	const tool_choice = { type: "tool", name: "weather" } as const;
	const first = await running.client.messages.create({
		...ask("hi"),
		tools: [weather],
		tool_choice,
	});
	expect(first.stop_reason).toBe("tool_use");
	const use = first.content.find((block) => block.type === "tool_use");
	expect(use?.input).toHaveProperty("city", expect.any(String));

	const second = await running.client.messages.create({
		...ask("hi"),
		tools: [weather],
		messages: [
			{ role: "user", content: "hi" },
			{ role: "assistant", content: first.content },
			{
				role: "user",
				content: [
					{ type: "tool_result", tool_use_id: use?.id ?? "", content: "sunny" },
				],
			},
		],
	});
	expect(second.stop_reason).toBe("end_turn");
	expect(second.content[0]?.type).toBe("text");
});

test("a streamed tool call arrives with its input parsed", async () => {
	await using running = await start();
	const tool_choice = { type: "tool", name: "weather" } as const;
	const message = await running.client.messages
		.stream({ ...ask("hi"), tools: [weather], tool_choice })
		.finalMessage();
	expect(
		message.content.find((block) => block.type === "tool_use")?.input,
	).toHaveProperty("city", expect.any(String));
});

test("thinking streams with its signature, before the text", async () => {
	await using running = await start();
	const thinking = { type: "enabled", budget_tokens: 1024 } as const;
	const message = await running.client.messages
		.stream({ ...ask("hi"), thinking })
		.finalMessage();
	expect(message.content).toMatchObject([
		{
			type: "thinking",
			thinking: expect.stringMatching(/./),
			signature: expect.stringMatching(/./),
		},
		{ type: "text" },
	]);
});

test("a refused request is a BadRequestError with the service's text and the request's id", async () => {
	await using running = await start();
	const refused = running.client.messages.create({
		...ask("hi"),
		messages: [],
	});
	await expect(refused).rejects.toBeInstanceOf(Anthropic.BadRequestError);
	await expect(refused).rejects.toMatchObject({
		status: 400,
		message: expect.stringMatching(/messages/),
	});
});

test("throttling is a RateLimitError", async () => {
	await using running = await start();
	const throttled = running.client.messages.create(
		ask("throw ThrottlingException"),
	);
	await expect(throttled).rejects.toBeInstanceOf(Anthropic.RateLimitError);
});

test("an exception in mid-stream is an error with the service's text, after the text that came before it", async () => {
	await using running = await start();
	const stream = running.client.messages.stream(
		ask("begin, then throw InternalServerException"),
	);
	let text = "";
	stream.on("text", (delta) => {
		text += delta;
	});
	await expect(stream.finalMessage()).rejects.toThrow(
		"thrown as InternalServerException",
	);
	expect(text).toBe("Once upon");
});

test("aborting in mid-stream reaches the engine", async () => {
	await using running = await start();
	const stream = running.client.messages.stream(ask("never end"));
	stream.on("text", () => stream.abort());
	await expect(stream.finalMessage()).rejects.toBeInstanceOf(
		Anthropic.APIUserAbortError,
	);
	const seen = await running.client.messages.create(ask("was I aborted?"));
	expect(seen.content).toEqual([{ type: "text", text: "yes" }]);
});

test("an ARN is a model id", async () => {
	await using running = await start();
	const model = `arn:aws:bedrock:us-east-1:123456789012:inference-profile/${sonnet}`;
	const message = await running.client.messages.create({ ...ask("hi"), model });
	expect(message.model).toBe(model);
});

test("a wrong secret key is refused where signatures are verified, the right one is not", async () => {
	await using outcrop = await startScripted(verifying);
	const model = `arn:aws:bedrock:us-east-1:123456789012:inference-profile/${sonnet}`;
	const asking = (awsSecretKey: string) => {
		const keys = { awsAccessKey: known.accessKeyId, awsSecretKey };
		const client = new AnthropicBedrock({
			baseURL: outcrop.url,
			awsRegion: "us-east-1",
			maxRetries: 0,
			...keys,
		});
		return client.messages.create({ ...ask("hi"), model });
	};
	await expect(asking(known.secretAccessKey)).resolves.toHaveProperty(
		"stop_reason",
		"end_turn",
	);
	await expect(asking("guessed")).rejects.toBeInstanceOf(
		Anthropic.PermissionDeniedError,
	);
});

test("a wrong Bedrock API key is refused where they are verified, the right one is not", async () => {
	await using outcrop = await startScripted(verifying);
	const asking = (apiKey: string) =>
		new AnthropicBedrock({
			baseURL: outcrop.url,
			awsRegion: "us-east-1",
			maxRetries: 0,
			apiKey,
		}).messages.create(ask("hi"));
	await expect(asking(known.bearerToken)).resolves.toHaveProperty(
		"stop_reason",
		"end_turn",
	);
	await expect(asking("guessed")).rejects.toBeInstanceOf(
		Anthropic.PermissionDeniedError,
	);
});
