import {
	InvokeModelCommand,
	InvokeModelWithResponseStreamCommand,
	ValidationException,
} from "@aws-sdk/client-bedrock-runtime";
import { describe, expect, test } from "vitest";
import { all, post, startOutcrop, transports } from "../support/outcrop.ts";

const haiku = "anthropic.claude-3-haiku-20240307-v1:0";
const claudeBody = {
	anthropic_version: "bedrock-2023-05-31",
	max_tokens: 200,
	messages: [{ role: "user", content: "Hello" }],
};

describe.each(transports)("InvokeModel over %s", (_name, options) => {
	test("answers a Claude body with an Anthropic Messages body that echoes the id", async () => {
		await using outcrop = await startOutcrop();
		const reply = await outcrop.client(options()).send(
			new InvokeModelCommand({
				modelId: haiku,
				body: JSON.stringify(claudeBody),
			}),
		);
		const body = JSON.parse(reply.body.transformToString());
		expect(body).toMatchObject({
			type: "message",
			role: "assistant",
			model: haiku,
			stop_reason: "end_turn",
		});
		expect(body.content[0]).toMatchObject({ type: "text" });
		expect(body.content[0].text).toContain(haiku);
		expect(body.id).toMatch(/^msg_bdrk_/);
		expect(body.usage.input_tokens).toBeGreaterThan(0);
		expect(body.usage.output_tokens).toBeGreaterThan(0);
		expect(reply.contentType).toBe("application/json");
	});

	test("streams Claude's own chunks, the last with the invocation metrics", async () => {
		await using outcrop = await startOutcrop();
		const reply = await outcrop.client(options()).send(
			new InvokeModelWithResponseStreamCommand({
				modelId: haiku,
				body: JSON.stringify(claudeBody),
			}),
		);
		const chunks = (await all(reply.body)).map((event) =>
			JSON.parse(Buffer.from(event.chunk?.bytes ?? []).toString()),
		);
		expect(chunks[0].type).toBe("message_start");
		expect(chunks.at(-1).type).toBe("message_stop");
		expect(
			chunks.at(-1)["amazon-bedrock-invocationMetrics"].outputTokenCount,
		).toBeGreaterThan(0);
		const text = chunks.map((chunk) => chunk.delta?.text ?? "").join("");
		expect(text).toContain(haiku);
		expect(reply.contentType).toBe("application/json");
	});

	test("a body that breaks the family's rules is a ValidationException", async () => {
		await using outcrop = await startOutcrop();
		const asked = outcrop
			.client(options())
			.send(new InvokeModelCommand({ modelId: haiku, body: "{nope" }));
		await expect(asked).rejects.toThrow(ValidationException);
		await expect(asked).rejects.toThrow(
			"Malformed input request, please reformat your input and try again.",
		);
	});
});

test("a body that is no UTF-8 is malformed", async () => {
	await using outcrop = await startOutcrop();
	const { json } = await post(
		`${outcrop.url}/model/${haiku}/invoke`,
		Buffer.from(
			JSON.stringify(claudeBody).replace("bedrock", "\xff"),
			"latin1",
		),
	);
	expect(json.message).toBe(
		"Malformed input request, please reformat your input and try again.",
	);
});

test("token counts and latency come as headers", async () => {
	await using outcrop = await startOutcrop();
	const { headers, json } = await post(
		`${outcrop.url}/model/${haiku}/invoke`,
		JSON.stringify(claudeBody),
	);
	const usage = json.usage as { input_tokens: number; output_tokens: number };
	expect(headers.get("x-amzn-bedrock-input-token-count")).toBe(
		String(usage.input_tokens),
	);
	expect(headers.get("x-amzn-bedrock-output-token-count")).toBe(
		String(usage.output_tokens),
	);
	expect(headers.get("x-amzn-bedrock-invocation-latency")).toMatch(/^\d+$/);
});

test("an unknown family answers the generic body", async () => {
	await using outcrop = await startOutcrop();
	const { status, json } = await post(
		`${outcrop.url}/model/acme.rocket-v1/invoke`,
		'{"prompt":"Hello"}',
	);
	expect(status).toBe(200);
	expect(Object.keys(json)).toEqual(["outputs"]);
	expect((json.outputs as { text: string }[])[0]?.text).toContain(
		"acme.rocket-v1",
	);
});

test.each([
	["encoded", encodeURIComponent],
	["raw", (id: string) => id],
])(
	"an ARN with slashes and colons %s reaches its family",
	async (_name, encode) => {
		await using outcrop = await startOutcrop();
		const arn =
			"arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-3-5-sonnet-20241022-v2:0";
		const { json } = await post(
			`${outcrop.url}/model/${encode(arn)}/invoke`,
			JSON.stringify(claudeBody),
		);
		expect(json.model).toBe(arn);
	},
);

test("a cached stream says its cache counts at the start and at the end alike", async () => {
	await using outcrop = await startOutcrop();
	const body = JSON.stringify({
		...claudeBody,
		system: [
			{
				type: "text",
				text: "You know all about geology. ".repeat(500),
				cache_control: { type: "ephemeral" },
			},
		],
	});
	const modelId = "anthropic.claude-3-7-sonnet-20250219-v1:0";
	const reply = await outcrop
		.client()
		.send(new InvokeModelWithResponseStreamCommand({ modelId, body }));
	const chunks = (await all(reply.body)).map((event) =>
		JSON.parse(Buffer.from(event.chunk?.bytes ?? []).toString()),
	);
	const { usage } = chunks[0].message;
	expect(usage.cache_creation_input_tokens).toBeGreaterThan(1024);
	expect(usage.input_tokens).toBeLessThan(100);
	expect(chunks.at(-2).usage).toEqual({ output_tokens: expect.any(Number) });
});
