import { expect, test } from "vitest";
import { startOutcrop, type TestOutcrop } from "../support/outcrop.ts";

async function api(outcrop: TestOutcrop, path = "") {
	const response = await fetch(`${outcrop.url}/_outcrop/api/models${path}`);
	return JSON.parse(await response.text());
}

async function find(outcrop: TestOutcrop, id: string) {
	const { models } = await api(outcrop);
	return models.find((model: { id: string }) => model.id === id);
}

test("the catalogue says what a model does, takes and costs", async () => {
	await using outcrop = await startOutcrop({ strict: true });
	expect(
		await find(outcrop, "anthropic.claude-sonnet-4-5-20250929-v1:0"),
	).toEqual({
		id: "anthropic.claude-sonnet-4-5-20250929-v1:0",
		name: "Claude Sonnet 4.5",
		provider: "Anthropic",
		family: "Anthropic Messages",
		can: [
			"converse",
			"streaming",
			"system",
			"tools",
			"images",
			"documents",
			"reasoning",
			"caching",
		],
		reads: ["TEXT", "IMAGE"],
		writes: ["TEXT"],
		contextWindow: 200_000,
		maxOutputTokens: 64_000,
		lifecycle: { startOfLifeTime: "2025-09-29T00:00:00Z", state: "active" },
		isCurrent: true,
		isGranted: true,
		prices: { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 },
		pricesByProfile: {
			"global.": [3, 15],
			"us.": [3.3, 16.5],
			"eu.": [3.3, 16.5],
			"au.": [3.3, 16.5],
			"jp.": [3.3, 16.5],
		},
		invokedBy: ["INFERENCE_PROFILE"],
		regions: expect.arrayContaining(["us-east-1", "eu-central-1"]),
		profiles: [
			"au.anthropic.claude-sonnet-4-5-20250929-v1:0",
			"eu.anthropic.claude-sonnet-4-5-20250929-v1:0",
			"global.anthropic.claude-sonnet-4-5-20250929-v1:0",
			"jp.anthropic.claude-sonnet-4-5-20250929-v1:0",
			"us.anthropic.claude-sonnet-4-5-20250929-v1:0",
		],
		source: "captured",
	});
});

test.each([
	["amazon.titan-embed-text-v2:0", "embeddings"],
	["cohere.rerank-v3-5:0", "rerank"],
	["amazon.nova-canvas-v1:0", "pictures"],
])("%s is asked no turns: %s", async (id, ability) => {
	await using outcrop = await startOutcrop();
	const { can } = await find(outcrop, id);
	expect(can).toContain(ability);
	expect(can).not.toContain("converse");
});

test("what is over is told apart", async () => {
	await using outcrop = await startOutcrop();
	expect(await find(outcrop, "anthropic.claude-v2")).toMatchObject({
		isCurrent: false,
		lifecycle: { state: "ended" },
	});
});

test("one model has the Regions of its profiles' routes", async () => {
	await using outcrop = await startOutcrop();
	const { profiles } = await api(outcrop, "/amazon.nova-lite-v1%3A0");
	const us = profiles.find(
		({ id }: { id: string }) => id === "us.amazon.nova-lite-v1:0",
	);
	expect(us.routes[0].sourceRegions).toContain("us-east-1");
	expect(us.routes[0].destinationRegions).toContain("us-west-2");
});

test("a model of the user's is listed, with what its family can say", async () => {
	await using outcrop = await startOutcrop({
		models: [{ modelId: "anthropic.claude-ours-v1:0", modelName: "Ours" }],
		deniedModels: ["*ours*"],
	});
	expect(await find(outcrop, "anthropic.claude-ours-v1:0")).toMatchObject({
		name: "Ours",
		family: "Anthropic Messages",
		can: ["converse", "streaming", "tools", "images", "reasoning"],
		isGranted: false,
		profiles: [],
		source: "configured",
	});
});

test("a model that nobody knows says so", async () => {
	await using outcrop = await startOutcrop();
	expect(await api(outcrop, "/nobody.knows")).toEqual({
		message:
			"The catalogue has no model nobody.knows. It can be called all the same, unless Outcrop is strict.",
	});
});
