import { InvokeModelCommand } from "@aws-sdk/client-bedrock-runtime";
import { expect, test } from "vitest";
import { startOutcrop, type TestOutcrop } from "../support/outcrop.ts";

const query = "How long are backups kept?";
const documents = [
	"Espresso needs finely ground coffee.",
	"Backups are kept for 35 days.",
	"We keep no espresso.",
];

async function invoke(outcrop: TestOutcrop, modelId: string, body: object) {
	const command = new InvokeModelCommand({
		modelId,
		body: JSON.stringify(body),
	});
	const answer = await outcrop.client().send(command);
	return JSON.parse(answer.body.transformToString());
}

test.each([
	["cohere.rerank-v3-5:0", { api_version: 2 }],
	["amazon.rerank-v1:0", {}],
])("%s puts the document that answers first", async (modelId, more) => {
	await using outcrop = await startOutcrop();
	const answer = await invoke(outcrop, modelId, { query, documents, ...more });
	expect(Object.keys(answer)).toEqual(["results"]);
	expect(answer.results).toHaveLength(3);
	expect(answer.results[0]).toEqual({
		index: 1,
		relevance_score: expect.any(Number),
	});
	const scores = answer.results.map(
		(result: { relevance_score: number }) => result.relevance_score,
	);
	expect(scores).toEqual([...scores].sort((one, other) => other - one));
});

test("top_n limits the results, and documents may be objects", async () => {
	await using outcrop = await startOutcrop();
	const objects = documents.map((text, id) => ({ id, text }));
	const body = { query, documents: objects, top_n: 1, api_version: 2 };
	const answer = await invoke(outcrop, "cohere.rerank-v3-5:0", body);
	expect(
		answer.results.map((result: { index: number }) => result.index),
	).toEqual([1]);
});

test("no header says tokens", async () => {
	await using outcrop = await startOutcrop();
	const response = await fetch(
		`${outcrop.url}/model/amazon.rerank-v1:0/invoke`,
		{
			method: "POST",
			body: JSON.stringify({ query, documents }),
		},
	);
	expect(response.status).toBe(200);
	expect(
		[...response.headers.keys()].filter((name) => name.includes("token-count")),
	).toEqual([]);
});

test("Cohere's version is required", async () => {
	await using outcrop = await startOutcrop();
	await expect(
		invoke(outcrop, "cohere.rerank-v3-5:0", { query, documents }),
	).rejects.toThrow(
		"Malformed input request: #: required key [api_version] not found, please reformat your input and try again.",
	);
});
