import {
	ConverseCommand,
	ConverseStreamCommand,
	CountTokensCommand,
	InvokeModelCommand,
	InvokeModelWithResponseStreamCommand,
} from "@aws-sdk/client-bedrock-runtime";
import { expect, test } from "vitest";
import type { Engine } from "../../src/engines/engine.ts";
import { startOutcrop } from "../support/outcrop.ts";

const models = [
	"amazon.titan-embed-text-v2:0",
	"cohere.rerank-v3-5:0",
	"amazon.nova-canvas-v1:0",
	"luma.ray-v2:0",
];
const messages = [{ role: "user" as const, content: [{ text: "hi" }] }];
const body = JSON.stringify({ inputText: "hi" });

test.each(models)("%s does not stream", async (modelId) => {
	await using outcrop = await startOutcrop();
	const refused = outcrop
		.client()
		.send(new InvokeModelWithResponseStreamCommand({ modelId, body }));
	await expect(refused).rejects.toMatchObject({
		name: "ValidationException",
		message: "The model is unsupported for streaming.",
	});
});

test.each(models)("%s does not converse", async (modelId) => {
	await using outcrop = await startOutcrop();
	const message =
		"This action doesn't support the model that you provided. Try again with a supported text or chat model.";
	const client = outcrop.client();
	await expect(
		client.send(new ConverseCommand({ modelId, messages })),
	).rejects.toThrow(message);
	await expect(
		client.send(new ConverseStreamCommand({ modelId, messages })),
	).rejects.toThrow(message);
});

test.each(models)("%s does not count tokens", async (modelId) => {
	await using outcrop = await startOutcrop();
	const input = { invokeModel: { body: Buffer.from(body) } };
	await expect(
		outcrop.client().send(new CountTokensCommand({ modelId, input })),
	).rejects.toThrow("The provided model doesn't support counting tokens.");
});

test.each(["amazon.nova-reel-v1:1", "luma.ray-v2:0"])(
	"%s is not invoked synchronously",
	async (modelId) => {
		await using outcrop = await startOutcrop();
		await expect(
			outcrop.client().send(new InvokeModelCommand({ modelId, body: "{}" })),
		).rejects.toMatchObject({
			name: "ValidationException",
		});
	},
);

test("a body that is no JSON is refused", async () => {
	await using outcrop = await startOutcrop();
	const refused = outcrop
		.client()
		.send(new InvokeModelCommand({ modelId: models[0], body: "{" }));
	await expect(refused).rejects.toThrow(
		"Malformed input request, please reformat your input and try again.",
	);
});

test("an engine that embeds is asked before the stub, one that passes is not the last", async () => {
	const passing: Engine = { name: "passing", reply: () => undefined };
	const own: Engine = {
		name: "own",
		reply: () => undefined,
		embed: async ({ dimensions }) => ({
			vectors: [Array(dimensions).fill(0.5)],
			inputTokens: 7,
		}),
	};
	await using outcrop = await startOutcrop({}, { engines: [passing, own] });
	const command = new InvokeModelCommand({
		modelId: "amazon.titan-embed-text-v1",
		body,
	});
	const answer = JSON.parse(
		(await outcrop.client().send(command)).body.transformToString(),
	);
	expect(answer).toEqual({
		embedding: Array(1536).fill(0.5),
		inputTextTokenCount: 7,
	});
});
