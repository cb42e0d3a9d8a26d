import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import {
	BedrockRuntimeClient,
	type BedrockRuntimeClientConfig,
	ConverseCommand,
	ConverseStreamCommand,
	CountTokensCommand,
	InvokeModelCommand,
	InvokeModelWithResponseStreamCommand,
	type Message,
	ModelStreamErrorException,
	ThrottlingException,
	type ToolConfiguration,
	ValidationException,
} from "@aws-sdk/client-bedrock-runtime";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Config } from "../../../src/config.ts";
import { generateCertificate } from "../../../src/http/tls.ts";
import { all } from "../../support/outcrop.ts";
import { known, startScripted, verifying } from "./scripted.ts";

const haiku = "anthropic.claude-3-haiku-20240307-v1:0";
const sonnet = "us.anthropic.claude-3-7-sonnet-20250219-v1:0";
const arn = `arn:aws:bedrock:us-east-1:123456789012:inference-profile/${sonnet}`;
const weather: ToolConfiguration = {
	tools: [
		{
			toolSpec: {
				name: "weather",
				inputSchema: {
					json: {
						type: "object",
						properties: { city: { type: "string" } },
						required: ["city"],
					},
				},
			},
		},
	],
	toolChoice: { tool: { name: "weather" } },
};
const thinking = { thinking: { type: "enabled", budget_tokens: 1024 } };

const handlers: [name: string, options: () => BedrockRuntimeClientConfig][] = [
	["the default handler, HTTP/2", () => ({})],
	[
		"NodeHttpHandler, HTTP/1.1",
		() => ({ requestHandler: new NodeHttpHandler() }),
	],
];

function user(text: string): Message[] {
	return [{ role: "user", content: [{ text }] }];
}

afterEach(() => {
	vi.unstubAllEnvs();
});

describe.each(handlers)("AWS SDK for JavaScript over %s", (_name, options) => {
	async function start(config: Partial<Config> = {}) {
		const outcrop = await startScripted(config);
		const credentials = { accessKeyId: "test", secretAccessKey: "test" };
		const client = new BedrockRuntimeClient({
			endpoint: outcrop.url,
			region: "us-east-1",
			credentials,
			...options(),
		});
		return {
			client,
			async [Symbol.asyncDispose]() {
				client.destroy();
				await outcrop[Symbol.asyncDispose]();
			},
		};
	}

	test("Converse answers text that names the model, with usage that adds up", async () => {
		await using running = await start();
		const reply = await running.client.send(
			new ConverseCommand({ modelId: haiku, messages: user("hi") }),
		);
		expect(reply.output?.message?.role).toBe("assistant");
		expect(reply.output?.message?.content?.[0]?.text).toContain(haiku);
		expect(reply.stopReason).toBe("end_turn");
		expect(reply.usage?.totalTokens).toBe(
			(reply.usage?.inputTokens ?? 0) + (reply.usage?.outputTokens ?? 0),
		);
	});

	test("an ARN is a model id", async () => {
		await using running = await start();
		const reply = await running.client.send(
			new ConverseCommand({ modelId: arn, messages: user("hi") }),
		);
		expect(reply.output?.message?.content?.[0]?.text).toContain(arn);
	});

	test("a forced tool is called, and its result is answered with text", async () => {
		await using running = await start();
		const asked = user("How is the weather?");
		const first = await running.client.send(
			new ConverseCommand({
				modelId: haiku,
				messages: asked,
				toolConfig: weather,
			}),
		);
		const call = first.output?.message?.content?.find(
			(block) => block.toolUse,
		)?.toolUse;
		expect(first.stopReason).toBe("tool_use");
		expect(call?.name).toBe("weather");
		expect(call?.input).toHaveProperty("city", expect.any(String));

		const answered: Message[] = [
			...asked,
			first.output?.message as Message,
			{
				role: "user",
				content: [
					{
						toolResult: {
							toolUseId: call?.toolUseId,
							content: [{ text: "sunny" }],
						},
					},
				],
			},
		];
		const toolConfig = { tools: weather.tools };
		const second = await running.client.send(
			new ConverseCommand({ modelId: haiku, messages: answered, toolConfig }),
		);
		expect(second.stopReason).toBe("end_turn");
		expect(second.output?.message?.content?.[0]?.text).toContain(haiku);
	});

	test("ConverseStream streams the text that Converse answers", async () => {
		await using running = await start();
		const whole = await running.client.send(
			new ConverseCommand({ modelId: haiku, messages: user("hi") }),
		);
		const reply = await running.client.send(
			new ConverseStreamCommand({ modelId: haiku, messages: user("hi") }),
		);
		const events = await all(reply.stream);
		const text = events
			.map((event) => event.contentBlockDelta?.delta?.text ?? "")
			.join("");
		expect(text).toBe(whole.output?.message?.content?.[0]?.text);
		const { inputTokens, outputTokens, totalTokens } = whole.usage ?? {};
		expect(events.at(-1)?.metadata?.usage).toMatchObject({
			inputTokens,
			outputTokens,
			totalTokens,
		});
	});

	test("ConverseStream streams a tool call", async () => {
		await using running = await start();
		const command = new ConverseStreamCommand({
			modelId: haiku,
			messages: user("hi"),
			toolConfig: weather,
		});
		const events = await all((await running.client.send(command)).stream);
		const starts = events.flatMap(
			(event) => event.contentBlockStart?.start?.toolUse ?? [],
		);
		const input = events
			.map((event) => event.contentBlockDelta?.delta?.toolUse?.input ?? "")
			.join("");
		expect(starts.map((start) => start.name)).toEqual(["weather"]);
		expect(JSON.parse(input)).toHaveProperty("city", expect.any(String));
	});

	test("ConverseStream streams reasoning and its signature before the text", async () => {
		await using running = await start();
		const command = new ConverseStreamCommand({
			modelId: sonnet,
			messages: user("hi"),
			inferenceConfig: { maxTokens: 4096 },
			additionalModelRequestFields: thinking,
		});
		const deltas = (
			await all((await running.client.send(command)).stream)
		).flatMap((event) => event.contentBlockDelta ?? []);
		const reasoning = deltas.filter((delta) => delta.delta?.reasoningContent);
		expect(
			reasoning
				.map((delta) => delta.delta?.reasoningContent?.text ?? "")
				.join(""),
		).not.toBe("");
		expect(reasoning.at(-1)?.delta?.reasoningContent?.signature).toEqual(
			expect.any(String),
		);
		expect(reasoning.every((delta) => delta.contentBlockIndex === 0)).toBe(
			true,
		);
		expect(deltas.at(-1)?.contentBlockIndex).toBe(1);
	});

	const native = JSON.stringify({
		anthropic_version: "bedrock-2023-05-31",
		max_tokens: 100,
		messages: [{ role: "user", content: "hi" }],
	});

	test("InvokeModel answers an Anthropic message", async () => {
		await using running = await start();
		const reply = await running.client.send(
			new InvokeModelCommand({ modelId: haiku, body: native }),
		);
		expect(reply.contentType).toBe("application/json");
		expect(JSON.parse(reply.body.transformToString())).toMatchObject({
			type: "message",
			role: "assistant",
			model: haiku,
			content: [{ type: "text", text: expect.stringContaining(haiku) }],
			stop_reason: "end_turn",
		});
	});

	test("InvokeModelWithResponseStream streams Anthropic's events", async () => {
		await using running = await start();
		const reply = await running.client.send(
			new InvokeModelWithResponseStreamCommand({
				modelId: haiku,
				body: native,
			}),
		);
		const chunks = (await all(reply.body)).map((event) =>
			JSON.parse(Buffer.from(event.chunk?.bytes ?? []).toString()),
		);
		const text = chunks.map((chunk) => chunk.delta?.text ?? "").join("");
		expect(text).toContain(haiku);
		expect(chunks[0].type).toBe("message_start");
		expect(chunks.at(-1).type).toBe("message_stop");
		expect(chunks.at(-1)).toHaveProperty(
			"amazon-bedrock-invocationMetrics.outputTokenCount",
			expect.any(Number),
		);
	});

	test("CountTokens counts what Converse bills", async () => {
		await using running = await start();
		const messages = user("The quick brown fox jumps over the lazy dog.");
		const counted = await running.client.send(
			new CountTokensCommand({
				modelId: haiku,
				input: { converse: { messages } },
			}),
		);
		const reply = await running.client.send(
			new ConverseCommand({ modelId: haiku, messages }),
		);
		expect(counted.inputTokens).toBe(reply.usage?.inputTokens);
	});

	test("an exception before the stream is its own class, with the request's id", async () => {
		await using running = await start();
		const refused = running.client.send(
			new ConverseStreamCommand({ modelId: haiku, messages: [] }),
		);
		await expect(refused).rejects.toBeInstanceOf(ValidationException);
		await expect(refused).rejects.toMatchObject({
			$fault: "client",
			$metadata: {
				httpStatusCode: 400,
				requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
			},
		});
	});

	test("a throttled call is tried three times, and then a ThrottlingException", async () => {
		await using running = await start();
		const throttled = running.client.send(
			new ConverseCommand({
				modelId: haiku,
				messages: user("throw ThrottlingException"),
			}),
		);
		await expect(throttled).rejects.toBeInstanceOf(ThrottlingException);
		await expect(throttled).rejects.toHaveProperty("$metadata.attempts", 3);
	});

	test("an exception in mid-stream is its own class, after the text that came before it", async () => {
		await using running = await start();
		const messages = user("begin, then throw ModelStreamErrorException");
		const reply = await running.client.send(
			new ConverseStreamCommand({ modelId: haiku, messages }),
		);
		let text = "";
		const reading = (async () => {
			for await (const event of reply.stream ?? [])
				text += event.contentBlockDelta?.delta?.text ?? "";
		})();
		await expect(reading).rejects.toBeInstanceOf(ModelStreamErrorException);
		await expect(reading).rejects.toHaveProperty(
			"message",
			"thrown as ModelStreamErrorException",
		);
		expect(text).toBe("Once upon");
	});

	test("aborting in mid-stream reaches the engine", async () => {
		await using running = await start();
		const controller = new AbortController();
		const command = new ConverseStreamCommand({
			modelId: haiku,
			messages: user("never end"),
		});
		const reply = await running.client.send(command, {
			abortSignal: controller.signal,
		});
		const reading = (async () => {
			for await (const event of reply.stream ?? [])
				if (event.contentBlockDelta) controller.abort();
		})().catch(() => "aborted");
		const seen = await running.client.send(
			new ConverseCommand({ modelId: haiku, messages: user("was I aborted?") }),
		);
		expect(seen.output?.message?.content?.[0]?.text).toBe("yes");
		await reading;
	});

	test("a wrong secret key is refused where signatures are verified, the right one is not", async () => {
		await using outcrop = await startScripted(verifying);
		const ask = (secretAccessKey: string, modelId: string) => {
			const credentials = { accessKeyId: known.accessKeyId, secretAccessKey };
			const client = new BedrockRuntimeClient({
				endpoint: outcrop.url,
				region: "us-east-1",
				credentials,
				...options(),
			});
			return client
				.send(new ConverseCommand({ modelId, messages: user("hi") }))
				.finally(() => client.destroy());
		};
		await expect(ask(known.secretAccessKey, arn)).resolves.toHaveProperty(
			"stopReason",
			"end_turn",
		);
		await expect(ask("guessed", arn)).rejects.toHaveProperty(
			"name",
			"InvalidSignatureException",
		);
	});

	test("a wrong Bedrock API key is refused where they are verified, the right one is not", async () => {
		await using outcrop = await startScripted(verifying);
		const ask = (bearerToken: string) => {
			vi.stubEnv("AWS_BEARER_TOKEN_BEDROCK", bearerToken);
			const client = new BedrockRuntimeClient({
				endpoint: outcrop.url,
				region: "us-east-1",
				...options(),
			});
			return client
				.send(new ConverseCommand({ modelId: haiku, messages: user("hi") }))
				.finally(() => client.destroy());
		};
		await expect(ask(known.bearerToken)).resolves.toHaveProperty(
			"stopReason",
			"end_turn",
		);
		await expect(ask("guessed")).rejects.toMatchObject({
			message: "Authentication failed: Please make sure your API Key is valid.",
			$metadata: { httpStatusCode: 403 },
		});
	});

	test("a stream over TLS", async () => {
		const folder = await mkdtemp(join(tmpdir(), "outcrop-tls-"));
		const { cert, key } = await generateCertificate(["127.0.0.1"]);
		const [tlsCert, tlsKey] = [
			join(folder, "cert.pem"),
			join(folder, "key.pem"),
		];
		await writeFile(tlsCert, cert);
		await writeFile(tlsKey, key);
		setDefaultCACertificates([...getCACertificates("bundled"), cert]);
		await using running = await start({ tls: true, tlsCert, tlsKey });
		const reply = await running.client.send(
			new ConverseStreamCommand({ modelId: haiku, messages: user("hi") }),
		);
		expect((await all(reply.stream)).at(-1)).toHaveProperty("metadata");
		await rm(folder, { recursive: true });
	});
});
