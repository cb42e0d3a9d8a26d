import {
	ConverseCommand,
	ConverseStreamCommand,
	CountTokensCommand,
	InvokeModelCommand,
	type Message,
	type ToolConfiguration,
} from "@aws-sdk/client-bedrock-runtime";
import { expect, test } from "vitest";
import { all, startOutcrop } from "../support/outcrop.ts";

const modelId = "anthropic.claude-3-5-sonnet-20241022-v2:0";
const messages: Message[] = [
	{
		role: "user",
		content: [{ text: "How heavy is a cubic metre of basalt?" }],
	},
];
const system = [{ text: "Answer as a geologist would." }];
const schema = {
	type: "object",
	properties: { rock: { type: "string", description: "Name" } },
	required: ["rock"],
};
const toolConfig: ToolConfiguration = {
	tools: [
		{
			toolSpec: {
				name: "density",
				description: "Density of a rock",
				inputSchema: { json: schema },
			},
		},
	],
};

test("CountTokens equals what Converse and ConverseStream bill as input", async () => {
	await using outcrop = await startOutcrop();
	const client = outcrop.client();
	const counted = await client.send(
		new CountTokensCommand({
			modelId,
			input: { converse: { messages, system, toolConfig } },
		}),
	);
	const whole = await client.send(
		new ConverseCommand({ modelId, messages, system, toolConfig }),
	);
	const streamed = await client.send(
		new ConverseStreamCommand({ modelId, messages, system, toolConfig }),
	);
	const metadata = (await all(streamed.stream)).at(-1)?.metadata;
	expect(counted.inputTokens).toBeGreaterThan(20);
	expect(whole.usage?.inputTokens).toBe(counted.inputTokens);
	expect(metadata?.usage?.inputTokens).toBe(counted.inputTokens);
});

test("the same request counts the same through Claude's native body", async () => {
	await using outcrop = await startOutcrop();
	const client = outcrop.client();
	const body = Buffer.from(
		JSON.stringify({
			anthropic_version: "bedrock-2023-05-31",
			max_tokens: 100,
			system: "Answer as a geologist would.",
			messages: [
				{ role: "user", content: "How heavy is a cubic metre of basalt?" },
			],
			tools: [
				{
					name: "density",
					description: "Density of a rock",
					input_schema: schema,
				},
			],
		}),
	);
	const native = await client.send(
		new CountTokensCommand({ modelId, input: { invokeModel: { body } } }),
	);
	const converse = await client.send(
		new CountTokensCommand({
			modelId,
			input: { converse: { messages, system, toolConfig } },
		}),
	);
	const invoked = await client.send(new InvokeModelCommand({ modelId, body }));
	expect(native.inputTokens).toBe(converse.inputTokens);
	expect(JSON.parse(invoked.body.transformToString()).usage.input_tokens).toBe(
		native.inputTokens,
	);
});

test("a cross-region profile id is refused as AWS refuses it", async () => {
	await using outcrop = await startOutcrop();
	const asked = outcrop.client().send(
		new CountTokensCommand({
			modelId: `us.${modelId}`,
			input: { converse: { messages } },
		}),
	);
	await expect(asked).rejects.toThrow(
		"The provided model doesn't support counting tokens.",
	);
});
