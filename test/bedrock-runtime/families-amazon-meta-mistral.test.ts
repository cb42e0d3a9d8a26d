import {
	CountTokensCommand,
	InvokeModelCommand,
	InvokeModelWithResponseStreamCommand,
	ValidationException,
} from "@aws-sdk/client-bedrock-runtime";
import { describe, expect, test } from "vitest";
import { all, post, startOutcrop, transports } from "../support/outcrop.ts";

const nova = "amazon.nova-lite-v1:0";
const llama = "us.meta.llama3-3-70b-instruct-v1:0";
const titan = "amazon.titan-text-express-v1";
const mixtral = "mistral.mixtral-8x7b-instruct-v0:1";
const claude2 = "anthropic.claude-v2:1";

const novaBody = {
	messages: [{ role: "user", content: [{ text: "Hello" }] }],
	inferenceConfig: { maxTokens: 200 },
};
const llamaBody = {
	prompt:
		"<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nHello<|eot_id|>",
	max_gen_len: 200,
};

describe.each(transports)("InvokeModel over %s", (_name, options) => {
	test("answers a Nova body in Nova's words", async () => {
		await using outcrop = await startOutcrop();
		const command = new InvokeModelCommand({
			modelId: nova,
			body: JSON.stringify(novaBody),
		});
		const body = JSON.parse(
			(await outcrop.client(options()).send(command)).body.transformToString(),
		);
		expect(Object.keys(body)).toEqual(["output", "stopReason", "usage"]);
		expect(body.output.message.content[0].text).toContain(nova);
		expect(body.usage).toMatchObject({
			cacheReadInputTokenCount: 0,
			cacheWriteInputTokenCount: 0,
		});
	});

	test("streams Nova's chunks, a stop after every delta, the last with the invocation metrics", async () => {
		await using outcrop = await startOutcrop();
		const command = new InvokeModelWithResponseStreamCommand({
			modelId: nova,
			body: JSON.stringify(novaBody),
		});
		const reply = await outcrop.client(options()).send(command);
		const chunks = (await all(reply.body)).map((event) =>
			JSON.parse(Buffer.from(event.chunk?.bytes ?? []).toString()),
		);
		const stops = chunks
			.filter((chunk) => chunk.contentBlockStop)
			.map((chunk) => chunk.contentBlockStop.contentBlockIndex);
		const deltas = chunks.filter((chunk) => chunk.contentBlockDelta);
		expect(stops.length).toBeGreaterThan(1);
		expect(stops).toEqual(deltas.map((_delta, index) => index));
		expect(chunks.at(-1)["amazon-bedrock-invocationMetrics"]).toMatchObject({
			cacheReadInputTokenCount: 0,
		});
	});

	test("streams Llama's chunks", async () => {
		await using outcrop = await startOutcrop();
		const command = new InvokeModelWithResponseStreamCommand({
			modelId: llama,
			body: JSON.stringify(llamaBody),
		});
		const reply = await outcrop.client(options()).send(command);
		const chunks = (await all(reply.body)).map((event) =>
			JSON.parse(Buffer.from(event.chunk?.bytes ?? []).toString()),
		);
		expect(chunks.map((chunk) => chunk.generation).join("")).toContain(llama);
		expect(chunks[0].prompt_token_count).toBeGreaterThan(0);
		expect(chunks[1].prompt_token_count).toBeNull();
		expect(chunks.at(-1)).toMatchObject({
			generation: "",
			stop_reason: "stop",
		});
	});

	test("a Titan body that breaks the schema is a ValidationException without a path", async () => {
		await using outcrop = await startOutcrop();
		const body = JSON.stringify({
			inputText: "Hi",
			textGenerationConfig: { stopSequences: ["</stop>"] },
		});
		const asked = outcrop
			.client(options())
			.send(new InvokeModelCommand({ modelId: titan, body }));
		await expect(asked).rejects.toThrow(ValidationException);
		await expect(asked).rejects.toThrow(
			"Malformed input request: string [</stop>] does not match pattern ^(\\|+|User:)$, please reformat your input and try again.",
		);
	});
});

test("Nova's cache counters come as headers, 0 without a cache point", async () => {
	await using outcrop = await startOutcrop();
	const { headers } = await post(
		`${outcrop.url}/model/${nova}/invoke`,
		JSON.stringify(novaBody),
	);
	expect(headers.get("x-amzn-bedrock-cache-read-input-token-count")).toBe("0");
	expect(headers.get("x-amzn-bedrock-cache-write-input-token-count")).toBe("0");
});

test("Llama sends no cache counters", async () => {
	await using outcrop = await startOutcrop();
	const { headers } = await post(
		`${outcrop.url}/model/${llama}/invoke`,
		JSON.stringify(llamaBody),
	);
	expect(headers.get("x-amzn-bedrock-input-token-count")).toMatch(/^\d+$/);
	expect(headers.has("x-amzn-bedrock-cache-read-input-token-count")).toBe(
		false,
	);
});

test("CountTokens counts a Nova body like the Converse request of the same words", async () => {
	await using outcrop = await startOutcrop();
	const client = outcrop.client();
	const body = Buffer.from(JSON.stringify(novaBody));
	const native = await client.send(
		new CountTokensCommand({ modelId: nova, input: { invokeModel: { body } } }),
	);
	const converse = await client.send(
		new CountTokensCommand({
			modelId: nova,
			input: {
				converse: {
					messages: [{ role: "user", content: [{ text: "Hello" }] }],
				},
			},
		}),
	);
	expect(native.inputTokens).toBe(converse.inputTokens);
});

test("Claude 2 answers a completion with one of the request's stop sequences", async () => {
	await using outcrop = await startOutcrop();
	const body = {
		prompt: "\n\nHuman: Hello\n\nAssistant:",
		max_tokens_to_sample: 200,
		stop_sequences: ["never said", "Outcrop"],
	};
	const { json } = await post(
		`${outcrop.url}/model/${claude2}/invoke`,
		JSON.stringify(body),
	);
	expect(json).toEqual({
		type: "completion",
		completion: "This is ",
		stop_reason: "stop_sequence",
		stop: "Outcrop",
	});
});

test("Claude 2 streams a completion that names the stop sequence", async () => {
	await using outcrop = await startOutcrop();
	const body = JSON.stringify({
		prompt: "\n\nHuman: Hello\n\nAssistant:",
		max_tokens_to_sample: 200,
		stop_sequences: ["never said", "Outcrop"],
	});
	const command = new InvokeModelWithResponseStreamCommand({
		modelId: claude2,
		body,
	});
	const reply = await outcrop.client().send(command);
	const chunks = (await all(reply.body)).map((event) =>
		JSON.parse(Buffer.from(event.chunk?.bytes ?? []).toString()),
	);
	expect(chunks.map((chunk) => chunk.completion).join("")).toBe("This is ");
	expect(chunks.at(-1)).toMatchObject({
		stop_reason: "stop_sequence",
		stop: "Outcrop",
	});
});

test("Mixtral answers with outputs", async () => {
	await using outcrop = await startOutcrop();
	const body = JSON.stringify({ prompt: "<s>[INST] Hello [/INST]" });
	const { json } = await post(`${outcrop.url}/model/${mixtral}/invoke`, body);
	expect(json).toEqual({
		outputs: [{ text: expect.stringContaining(mixtral), stop_reason: "stop" }],
	});
});
