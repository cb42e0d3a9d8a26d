import {
	ConverseCommand,
	type ConverseCommandInput,
	type Message,
	ValidationException,
} from "@aws-sdk/client-bedrock-runtime";
import { describe, expect, test } from "vitest";
import { post, startOutcrop, transports } from "../support/outcrop.ts";

const haiku = "anthropic.claude-3-haiku-20240307-v1:0";
const hello: Message[] = [{ role: "user", content: [{ text: "Hello" }] }];
const weatherTool = {
	toolSpec: {
		name: "get_weather",
		description: "Weather of a city",
		inputSchema: {
			json: {
				type: "object",
				properties: {
					city: { type: "string" },
					days: { type: "integer", minimum: 1, maximum: 7 },
				},
				required: ["city", "days"],
			},
		},
	},
};

describe.each(transports)("Converse over %s", (_name, options) => {
	test("answers an assistant message that contains the model id", async () => {
		await using outcrop = await startOutcrop();
		const reply = await outcrop
			.client(options())
			.send(new ConverseCommand({ modelId: haiku, messages: hello }));
		expect(reply.output?.message?.role).toBe("assistant");
		expect(reply.output?.message?.content?.[0]?.text).toContain(haiku);
		expect(reply.stopReason).toBe("end_turn");
		expect(reply.usage?.inputTokens).toBeGreaterThan(0);
		expect(reply.usage?.outputTokens).toBeGreaterThan(0);
		expect(reply.usage?.totalTokens).toBe(
			(reply.usage?.inputTokens ?? 0) + (reply.usage?.outputTokens ?? 0),
		);
		expect(reply.metrics?.latencyMs).toBeGreaterThanOrEqual(0);
		expect(reply.$metadata.requestId).toMatch(
			/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
		);
	});

	test("a refused request is a ValidationException of the SDK", async () => {
		await using outcrop = await startOutcrop();
		const asked = outcrop
			.client(options())
			.send(new ConverseCommand({ modelId: haiku, messages: [] }));
		await expect(asked).rejects.toThrow(ValidationException);
		await expect(asked).rejects.toThrow(
			"A conversation must start with a user message. Try again with a conversation that starts with a user message.",
		);
	});

	test("an ARN as model id is echoed verbatim", async () => {
		await using outcrop = await startOutcrop();
		const arn =
			"arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-3-5-sonnet-20241022-v2:0";
		const reply = await outcrop
			.client(options())
			.send(new ConverseCommand({ modelId: arn, messages: hello }));
		expect(reply.output?.message?.content?.[0]?.text).toContain(arn);
	});
});

test("toolChoice any calls a tool with arguments that fit its schema, and the loop ends after the result", async () => {
	await using outcrop = await startOutcrop();
	const client = outcrop.client();
	const toolConfig: ConverseCommandInput["toolConfig"] = {
		tools: [weatherTool],
		toolChoice: { any: {} },
	};
	const first = await client.send(
		new ConverseCommand({ modelId: haiku, messages: hello, toolConfig }),
	);
	expect(first.stopReason).toBe("tool_use");
	const call = first.output?.message?.content?.find(
		(block) => block.toolUse,
	)?.toolUse;
	expect(call?.name).toBe("get_weather");
	expect(call?.toolUseId).toMatch(/^tooluse_[A-Za-z0-9_-]{22}$/);
	const input = call?.input as { city: string; days: number };
	expect(typeof input.city).toBe("string");
	expect(input.days).toBeGreaterThanOrEqual(1);
	expect(input.days).toBeLessThanOrEqual(7);

	const messages: Message[] = [
		...hello,
		first.output?.message as Message,
		{
			role: "user",
			content: [
				{
					toolResult: {
						toolUseId: call?.toolUseId,
						content: [{ json: { degrees: 20 } }],
					},
				},
			],
		},
	];
	const second = await client.send(
		new ConverseCommand({ modelId: haiku, messages, toolConfig }),
	);
	expect(second.stopReason).toBe("end_turn");
	expect(second.output?.message?.content?.[0]?.text).toBeTruthy();
});

test("the same request gives the same tool arguments from every emulator of one seed", async () => {
	const ask = async () => {
		await using outcrop = await startOutcrop({ seed: 7 });
		const reply = await outcrop.client().send(
			new ConverseCommand({
				modelId: haiku,
				messages: hello,
				toolConfig: { tools: [weatherTool], toolChoice: { any: {} } },
			}),
		);
		return reply.output?.message?.content;
	};
	expect(await ask()).toEqual(await ask());
});

test("maxTokens cuts the text and says so", async () => {
	await using outcrop = await startOutcrop();
	const reply = await outcrop.client().send(
		new ConverseCommand({
			modelId: haiku,
			messages: hello,
			inferenceConfig: { maxTokens: 2 },
		}),
	);
	expect(reply.stopReason).toBe("max_tokens");
	expect(reply.usage?.outputTokens).toBeLessThanOrEqual(2);
});

test("thinking switched on brings a reasoning block first", async () => {
	await using outcrop = await startOutcrop();
	const reply = await outcrop.client().send(
		new ConverseCommand({
			modelId: "anthropic.claude-sonnet-4-5-20250929-v1:0",
			messages: hello,
			additionalModelRequestFields: {
				thinking: { type: "enabled", budget_tokens: 1024 },
			},
		}),
	);
	expect(
		reply.output?.message?.content?.[0]?.reasoningContent?.reasoningText?.text,
	).toBeTruthy();
	expect(
		reply.output?.message?.content?.[0]?.reasoningContent?.reasoningText
			?.signature,
	).toBeTruthy();
	expect(reply.output?.message?.content?.[1]?.text).toBeTruthy();
});

test("outputConfig with a JSON schema brings JSON that fits it", async () => {
	await using outcrop = await startOutcrop();
	const schema = JSON.stringify({
		type: "object",
		properties: { city: { type: "string" }, population: { type: "integer" } },
		required: ["city", "population"],
		additionalProperties: false,
	});
	const reply = await outcrop.client().send(
		new ConverseCommand({
			modelId: haiku,
			messages: hello,
			outputConfig: {
				textFormat: {
					type: "json_schema",
					structure: { jsonSchema: { schema, name: "City" } },
				},
			},
		}),
	);
	const answer = JSON.parse(
		reply.output?.message?.content?.[0]?.text ?? "",
	) as Record<string, unknown>;
	expect(Object.keys(answer).sort()).toEqual(["city", "population"]);
	expect(Number.isInteger(answer.population)).toBe(true);
});

test("a cached prefix is written once and read the next time", async () => {
	await using outcrop = await startOutcrop();
	const client = outcrop.client();
	const command = () =>
		new ConverseCommand({
			modelId: "anthropic.claude-3-7-sonnet-20250219-v1:0",
			system: [
				{ text: "You know all about geology. ".repeat(500) },
				{ cachePoint: { type: "default" } },
			],
			messages: hello,
		});
	const first = await client.send(command());
	const second = await client.send(command());
	expect(first.usage?.cacheWriteInputTokens).toBeGreaterThan(1024);
	expect(first.usage?.cacheReadInputTokens).toBe(0);
	expect(second.usage?.cacheReadInputTokens).toBe(
		first.usage?.cacheWriteInputTokens,
	);
	expect(second.usage?.cacheWriteInputTokens).toBe(0);
	expect(second.usage?.inputTokens).toBe(first.usage?.inputTokens);
});

test("members of the answer stand in alphabetical order", async () => {
	await using outcrop = await startOutcrop();
	const { text } = await post(
		`${outcrop.url}/model/${haiku}/converse`,
		JSON.stringify({ messages: hello }),
	);
	expect(text).toMatch(
		/^\{"metrics":\{"latencyMs":\d+\},"output":\{"message":\{"content":\[\{"text":".*"\}\],"role":"assistant"\}\},"stopReason":"end_turn","usage":\{/,
	);
});

test("an error carries its type in header and body", async () => {
	await using outcrop = await startOutcrop();
	const { status, headers, json } = await post(
		`${outcrop.url}/model/${haiku}/converse`,
		"{}",
	);
	expect(status).toBe(400);
	expect(headers.get("x-amzn-errortype")).toBe(
		"ValidationException:http://internal.amazon.com/coral/com.amazon.bedrock/",
	);
	expect(headers.get("x-amzn-requestid")).toBeTruthy();
	expect(json.__type).toBe("ValidationException");
});

test("a body that is not JSON is a SerializationException", async () => {
	await using outcrop = await startOutcrop();
	const { status, headers } = await post(
		`${outcrop.url}/model/${haiku}/converse`,
		"{nope",
	);
	expect(status).toBe(400);
	expect(headers.get("x-amzn-errortype")).toBe(
		"SerializationException:http://internal.amazon.com/coral/com.amazon.coral.service/",
	);
});

test("an unknown path is an UnknownOperationException", async () => {
	await using outcrop = await startOutcrop();
	const { status, headers } = await post(`${outcrop.url}/no/such/path`, "{}");
	expect(status).toBe(404);
	expect(headers.get("x-amzn-errortype")).toContain(
		"UnknownOperationException:",
	);
});

test.each([
	[
		"PUT",
		"/model/x/converse",
		"No operation has PUT /model/x/converse. Served here: bedrock-runtime, bedrock. The path takes POST.",
	],
	[
		"POST",
		"/v1/messages",
		"No operation has POST /v1/messages. Served here: bedrock-runtime, bedrock. It is a path of Anthropic's own API: use its client for Bedrock, with ANTHROPIC_BEDROCK_BASE_URL.",
	],
])(
	"%s %s is refused with what was likely meant",
	async (method, path, message) => {
		await using outcrop = await startOutcrop();
		const response = await fetch(outcrop.url + path, { method, body: "{}" });
		expect(response.status).toBe(404);
		expect(await response.json()).toMatchObject({ message });
	},
);

test("an operation that is not built answers 501 with its name", async () => {
	await using outcrop = await startOutcrop();
	const { status, json } = await post(
		`${outcrop.url}/guardrail-checks/invoke`,
		"{}",
	);
	expect(status).toBe(501);
	expect(json.message).toBe(
		"InvokeGuardrailChecks of bedrock-runtime is not built. With --engine bedrock the real service answers it.",
	);
});

test("a namespace that is reset forgets its own cached prompts only", async () => {
	await using outcrop = await startOutcrop();
	const ask = async (accessKeyId: string) => {
		const reply = await outcrop
			.client({ credentials: { accessKeyId, secretAccessKey: "x" } })
			.send(
				new ConverseCommand({
					modelId: "anthropic.claude-3-7-sonnet-20250219-v1:0",
					system: [
						{ text: "You know all about geology. ".repeat(500) },
						{ cachePoint: { type: "default" } },
					],
					messages: hello,
				}),
			);
		return reply.usage?.cacheReadInputTokens;
	};
	expect([await ask("a"), await ask("b")]).toEqual([0, 0]);
	outcrop.emulator.reset("a");
	expect(await ask("a")).toBe(0);
	expect(await ask("b")).toBeGreaterThan(1024);
});

test("a guardrail is noted as ignored, and refused by name with --strict", async () => {
	const body = JSON.stringify({
		messages: hello,
		guardrailConfig: { guardrailIdentifier: "abc", guardrailVersion: "1" },
	});
	await using outcrop = await startOutcrop();
	await post(`${outcrop.url}/model/${haiku}/converse`, body);
	expect(outcrop.emulator.journal.find()[0]?.notes.ignored).toEqual([
		"guardrailConfig",
	]);
	await using strict = await startOutcrop({ strict: true });
	const { status, json } = await post(
		`${strict.url}/model/amazon.nova-lite-v1:0/converse`,
		body,
	);
	expect(status).toBe(400);
	expect(json.message).toContain("guardrailConfig would change the reply");
});

test("a prompt router tells which model it chose", async () => {
	await using outcrop = await startOutcrop();
	const owner = "arn:aws:bedrock:eu-west-1:123456789012";
	const { trace } = await outcrop.client().send(
		new ConverseCommand({
			modelId: `${owner}:default-prompt-router/anthropic.claude:1`,
			messages: hello,
		}),
	);
	expect(trace).toEqual({
		promptRouter: {
			invokedModelId: `${owner}:inference-profile/eu.anthropic.claude-3-5-sonnet-20240620-v1:0`,
		},
	});
});

test("other models have no trace", async () => {
	await using outcrop = await startOutcrop();
	const reply = await outcrop
		.client()
		.send(new ConverseCommand({ modelId: haiku, messages: hello }));
	expect(reply).not.toHaveProperty("trace");
});
