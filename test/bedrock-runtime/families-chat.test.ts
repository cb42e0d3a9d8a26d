import {
	InvokeModelCommand,
	InvokeModelWithResponseStreamCommand,
} from "@aws-sdk/client-bedrock-runtime";
import { describe, expect, test } from "vitest";
import { all, startOutcrop, transports } from "../support/outcrop.ts";

const gptOss = "openai.gpt-oss-20b-1:0";
const hi = { messages: [{ role: "user", content: "Hi" }] };
const weather = {
	type: "function",
	function: {
		name: "weather",
		parameters: {
			type: "object",
			properties: { city: { type: "string" } },
			required: ["city"],
		},
	},
};

describe.each(transports)("over %s", (_name, options) => {
	test("gpt-oss answers a chat body with a chat completion, its reasoning in the text", async () => {
		await using outcrop = await startOutcrop();
		const body = JSON.stringify({ ...hi, reasoning_effort: "low" });
		const reply = await outcrop
			.client(options())
			.send(new InvokeModelCommand({ modelId: gptOss, body }));
		const { choices, object, model } = JSON.parse(
			reply.body.transformToString(),
		);
		expect({ object, model }).toEqual({
			object: "chat.completion",
			model: gptOss,
		});
		expect(choices[0].message.content).toMatch(
			/^<reasoning>.+<\/reasoning>.*openai\.gpt-oss-20b-1:0/s,
		);
	});

	test("Qwen streams a tool call", async () => {
		await using outcrop = await startOutcrop();
		const body = JSON.stringify({
			...hi,
			tools: [weather],
			tool_choice: "required",
		});
		const reply = await outcrop.client(options()).send(
			new InvokeModelWithResponseStreamCommand({
				modelId: "qwen.qwen3-32b-v1:0",
				body,
			}),
		);
		const chunks = (await all(reply.body)).map((event) =>
			JSON.parse(Buffer.from(event.chunk?.bytes ?? []).toString()),
		);
		const calls = chunks.flatMap(
			({ choices }) => choices[0].delta.tool_calls ?? [],
		);
		expect(calls[0]).toMatchObject({
			index: 0,
			type: "function",
			function: { name: "weather", arguments: "" },
		});
		expect(
			JSON.parse(calls.map((call) => call.function.arguments).join("")),
		).toEqual({ city: expect.any(String) });
		expect(chunks.at(-1).choices[0].finish_reason).toBe("tool_calls");
		expect(
			chunks.at(-1)["amazon-bedrock-invocationMetrics"].outputTokenCount,
		).toBeGreaterThan(0);
	});

	test("Palmyra's stream ends with the text [DONE]", async () => {
		await using outcrop = await startOutcrop();
		const body = JSON.stringify({ prompt: "Hi" });
		const reply = await outcrop.client(options()).send(
			new InvokeModelWithResponseStreamCommand({
				modelId: "us.writer.palmyra-x5-v1:0",
				body,
			}),
		);
		const chunks = (await all(reply.body)).map((event) =>
			Buffer.from(event.chunk?.bytes ?? []).toString(),
		);
		expect(chunks.at(-1)).toBe('"[DONE]"');
	});

	test("Jurassic refuses to stream before any stream begins", async () => {
		await using outcrop = await startOutcrop();
		const body = JSON.stringify({ prompt: "Hi" });
		const asked = outcrop.client(options()).send(
			new InvokeModelWithResponseStreamCommand({
				modelId: "ai21.j2-ultra-v1",
				body,
			}),
		);
		await expect(asked).rejects.toThrow(
			expect.objectContaining({
				name: "ValidationException",
				message: "The model is unsupported for streaming.",
			}),
		);
	});
});

test("structured output is JSON of the schema", async () => {
	await using outcrop = await startOutcrop();
	const schema = {
		type: "object",
		properties: { year: { type: "integer" } },
		required: ["year"],
	};
	const body = JSON.stringify({
		...hi,
		response_format: {
			type: "json_schema",
			json_schema: { name: "year", schema },
		},
	});
	const reply = await outcrop
		.client()
		.send(new InvokeModelCommand({ modelId: "minimax.minimax-m2", body }));
	const { choices } = JSON.parse(reply.body.transformToString());
	expect(JSON.parse(choices[0].message.content)).toEqual({
		year: expect.any(Number),
	});
});

test("an imported model answers a prompt", async () => {
	await using outcrop = await startOutcrop();
	const modelId =
		"arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdefghij12";
	const reply = await outcrop
		.client()
		.send(new InvokeModelCommand({ modelId, body: '{"prompt":"Hi"}' }));
	const { generation } = JSON.parse(reply.body.transformToString());
	expect(generation).toContain(modelId);
});

test("a wrong chat body is a ValidationException in the server's words", async () => {
	await using outcrop = await startOutcrop();
	const asked = outcrop.client().send(
		new InvokeModelCommand({
			modelId: gptOss,
			body: '{"messages":[{"content":"Hi"}]}',
		}),
	);
	await expect(asked).rejects.toThrow(
		"Failed to deserialize the JSON body into the target type: messages[0]: missing field `role` at line 1 column 31",
	);
});
