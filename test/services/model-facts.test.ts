import { expect, test } from "vitest";
import { Catalog, type Model } from "../../src/models/catalog.ts";
import type { ModelFacts } from "../../src/models/facts.ts";
import { modelFacts } from "../../src/services/model-facts.ts";

const catalog = new Catalog();
const factsOf = (modelId: string) => modelFacts(modelId, catalog.find(modelId));

/** What it is known to refuse. */
const refused = (facts: ModelFacts) =>
	Object.entries(facts).flatMap(([name, value]) =>
		value === false ? [name] : [],
	);

test.each([
	["acme.model-1", "acme"],
	["anthropic.claude-9", "anthropic"],
	["amazon.nova-3", "amazon-nova"],
	["amazon.titan-text-9", "amazon-titan"],
	["amazon.rerank-v9", "amazon"],
	["nonsense", undefined],
])("the family of %s is %s", (modelId, family) => {
	expect(factsOf(modelId).family).toBe(family);
});

test("nothing is refused of an unknown family", () => {
	expect(modelFacts("acme.model-1", undefined)).toEqual({ family: "acme" });
});

test.each([
	["us.amazon.nova-lite-v1:0".slice(3), ["audio", "outputConfig"]],
	["amazon.nova-micro-v1:0", ["images", "video", "audio", "outputConfig"]],
	[
		"meta.llama3-1-8b-instruct-v1:0",
		[
			"mixedToolContent",
			"prefill",
			"streamingTools",
			"outputConfig",
			"images",
			"video",
			"audio",
			"promptCaching",
		],
	],
	[
		"mistral.mistral-large-2402-v1:0",
		[
			"mixedToolContent",
			"streamingTools",
			"outputConfig",
			"images",
			"video",
			"audio",
			"promptCaching",
		],
	],
	[
		"mistral.voxtral-mini-3b-2507",
		["mixedToolContent", "images", "video", "documents", "promptCaching"],
	],
	[
		"writer.palmyra-x5-v1:0",
		["toolResultStatus", "images", "video", "audio", "promptCaching"],
	],
	["cohere.command-r-plus-v1:0", ["images", "video", "audio", "outputConfig"]],
	["google.gemma-3-12b-it", ["video", "audio", "documents", "promptCaching"]],
	[
		"anthropic.claude-sonnet-4-5-20250929-v1:0",
		["systemMessages", "video", "audio"],
	],
	["anthropic.claude-opus-4-8", ["prefill", "video", "audio"]],
])("%s refuses %j", (modelId, names) => {
	expect(refused(factsOf(modelId)).sort()).toEqual([...names].sort());
});

test("a row of which only the id is established refuses nothing by itself", () => {
	expect(refused(factsOf("meta.llama2-13b-v1"))).toEqual([
		"mixedToolContent",
		"prefill",
		"streamingTools",
		"outputConfig",
	]);
	expect(factsOf("meta.llama2-13b-v1").contextWindow).toBeUndefined();
});

test.each([
	["Converse's own maximum", "minimax.minimax-m2.1", 196_608],
	["a published figure", "anthropic.claude-3-haiku-20240307-v1:0", 4096],
	["no limit where the figure is the window", "xai.grok-4.7", undefined],
	[
		"no limit where the figure is too low",
		"anthropic.claude-3-7-sonnet-20250219-v1:0",
		undefined,
	],
	["none for DeepSeek R1 either", "deepseek.r1-v1:0", undefined],
])("the most tokens of a reply: %s", (_why, modelId, limit) => {
	expect(factsOf(modelId).maxOutputTokens).toBe(limit);
});

test.each([
	["anthropic.claude-sonnet-4-5-20250929-v1:0", 200_000],
	["meta.llama3-1-8b-instruct-v1:0", 131_072],
	["mistral.magistral-small-2509", 131_072],
])("the window of %s is %d tokens", (modelId, window) => {
	expect(factsOf(modelId).contextWindow).toBe(window);
});

test("a configured row is believed", () => {
	const row: Model = {
		modelId: "acme.model-1",
		confidence: "configured",
		toolUse: false,
		systemPrompts: true,
		streamingToolUse: false,
		documentInput: false,
		promptCaching: false,
		maxOutputTokens: 8000,
		contextWindow: 8000,
	};
	const facts = modelFacts("acme.model-1", row);
	expect(refused(facts).sort()).toEqual([
		"documents",
		"promptCaching",
		"streamingTools",
		"tools",
	]);
	expect(facts).toMatchObject({ maxOutputTokens: 8000, contextWindow: 8000 });
});
