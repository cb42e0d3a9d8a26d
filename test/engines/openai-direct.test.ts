/** Embeddings, rerank and images of a model server. */
import {
	InvokeModelCommand,
	ModelErrorException,
	ModelTimeoutException,
	ValidationException,
} from "@aws-sdk/client-bedrock-runtime";
import { expect, test } from "vitest";
import {
	type Answer,
	type Asked,
	startChatServer,
} from "../support/chat-server.ts";
import { startOutcrop } from "../support/outcrop.ts";
import { upstream } from "../support/upstreams.ts";

/** What InvokeModel answers, and what the server was asked. */
async function invoke(
	modelId: string,
	body: object,
	answer: (asked: Asked) => Answer,
	models: [string, string][] = [["*", "m"]],
) {
	await using server = await startChatServer(answer);
	await using outcrop = await startOutcrop({
		upstream: [upstream(server.url, { name: "lab", models })],
	});
	const reply = await outcrop
		.client()
		.send(new InvokeModelCommand({ modelId, body: JSON.stringify(body) }));
	const json = JSON.parse(reply.body.transformToString()) as Record<
		string,
		unknown
	>;
	const ignored = outcrop.emulator.journal.find()[0]?.notes.ignored;
	return { json, asked: server.asked, ignored };
}

const json = (value: unknown): Answer => ({
	status: 200,
	text: JSON.stringify(value),
});
const titan = "amazon.titan-embed-text-v2:0";
const unit256 = Array.from({ length: 256 }, (_, index) =>
	index === 3 ? 1 : 0,
);

test("Titan's vector is the server's, of unit length", async () => {
	const embedding = unit256.map((value) => value * 4);
	const { json: answer, asked } = await invoke(
		titan,
		{ inputText: "Hello", dimensions: 256 },
		() =>
			json({ data: [{ index: 0, embedding }], usage: { prompt_tokens: 5 } }),
	);
	expect(answer.embedding).toEqual(unit256);
	expect(answer.inputTextTokenCount).toBe(5);
	expect(asked).toMatchObject([
		{
			path: "/v1/embeddings",
			body: { model: "m", input: ["Hello"], dimensions: 256 },
		},
	]);
});

test("Cohere's vectors come in the order of its texts", async () => {
	const { json: answer } = await invoke(
		"cohere.embed-english-v3",
		{ texts: ["a", "b"], input_type: "search_document" },
		() =>
			json({
				data: [
					{ index: 1, embedding: [0, 1] },
					{ index: 0, embedding: [1, 0] },
				],
			}),
	);
	expect(answer.embeddings).toEqual([
		[1, 0],
		[0, 1],
	]);
});

test("dimensions that the server refuses are left out, and noted as ignored", async () => {
	const { json: answer, ignored } = await invoke(
		titan,
		{ inputText: "Hello", dimensions: 256 },
		({ body }) =>
			body.dimensions
				? {
						status: 400,
						text: "Model m does not support matryoshka representation",
					}
				: json({ data: [{ index: 0, embedding: [0.6, 0.8] }] }),
	);
	expect(answer.embedding).toEqual([0.6, 0.8]);
	expect(ignored).toEqual(["dimensions"]);
});

test.each([404, 501])(
	"a server without embeddings (%i) is named",
	async (status) => {
		const asked = invoke(titan, { inputText: "Hello" }, () => ({
			status,
			text: "not here",
		}));
		await expect(asked).rejects.toThrow(ModelErrorException);
		await expect(asked).rejects.toThrow(
			`The model server lab refused /embeddings (model m, status ${status}): not here`,
		);
	},
);

test("an answer that stops half-way is a ModelTimeoutException", async () => {
	await using server = await startChatServer(() => ({
		pieces: ['{"data":['],
		hold: true,
	}));
	const timeouts = { connect: 5000, firstByte: 0, idle: 0, total: 50 };
	await using outcrop = await startOutcrop({
		upstream: [upstream(server.url, { models: [["*", "m"]], timeouts })],
	});
	const body = JSON.stringify({ inputText: "Hello" });
	const asked = outcrop
		.client()
		.send(new InvokeModelCommand({ modelId: titan, body }));
	await expect(asked).rejects.toThrow(ModelTimeoutException);
	await server.untilConnections(0);
});

test("an answer without vectors is an error", async () => {
	const asked = invoke(titan, { inputText: "Hello" }, () => json({ data: [] }));
	await expect(asked).rejects.toThrow(ModelErrorException);
	await expect(asked).rejects.toThrow("no vector for each of 1");
});

test("a default is for texts only: embeddings that nothing names pass to the stub", async () => {
	const { json: answer, asked } = await invoke(
		titan,
		{ inputText: "Hello" },
		() => json({}),
		[],
	);
	expect(answer.embedding).toHaveLength(1024);
	expect(asked).toEqual([]);
});

const documents = ["cats", "dogs", "rivers"];
const rerank = { api_version: 2, query: "water", documents, top_n: 3 };

test("relevances are the server's", async () => {
	const { json: answer, asked } = await invoke(
		"cohere.rerank-v3-5:0",
		rerank,
		() =>
			json({
				results: [
					{ index: 2, relevance_score: 0.9 },
					{ index: 0, relevance_score: 0.2 },
					{ index: 1, relevance_score: 0.1 },
				],
			}),
	);
	expect(answer.results).toEqual([
		{ index: 2, relevance_score: 0.9 },
		{ index: 0, relevance_score: 0.2 },
		{ index: 1, relevance_score: 0.1 },
	]);
	expect(asked).toMatchObject([
		{
			path: "/v1/rerank",
			body: { model: "m", query: "water", documents, top_n: 3 },
		},
	]);
});

test("logits become relevances from 0 to 1", async () => {
	const { json: answer } = await invoke("cohere.rerank-v3-5:0", rerank, () =>
		json({
			results: [
				{ index: 0, relevance_score: -2 },
				{ index: 1, relevance_score: 0 },
				{ index: 2, relevance_score: 3 },
			],
		}),
	);
	expect(answer.results).toMatchObject([
		{ index: 2 },
		{ index: 1, relevance_score: 0.5 },
		{ index: 0 },
	]);
});

const canvas = "amazon.titan-image-generator-v2:0";

test("an image is the server's", async () => {
	const { json: answer, asked } = await invoke(
		canvas,
		{
			taskType: "TEXT_IMAGE",
			textToImageParams: { text: "a cat" },
			imageGenerationConfig: { numberOfImages: 1, width: 512, height: 512 },
		},
		() => json({ data: [{ b64_json: "cGljdHVyZQ==" }] }),
	);
	expect(answer.images).toEqual(["cGljdHVyZQ=="]);
	expect(asked).toMatchObject([
		{
			path: "/v1/images/generations",
			body: { model: "m", prompt: "a cat", n: 1, size: "512x512" },
		},
	]);
});

test("a task that is no drawing by text is refused by name", async () => {
	const asked = invoke(
		canvas,
		{
			taskType: "BACKGROUND_REMOVAL",
			backgroundRemovalParams: { image: onePixel },
		},
		() => json({}),
	);
	await expect(asked).rejects.toThrow(ValidationException);
	await expect(asked).rejects.toThrow("drawn by a text only");
});

const onePixel =
	"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";
