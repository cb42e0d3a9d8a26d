import { expect, test } from "vitest";
import {
	Catalog,
	hasEnded,
	inferenceTypesIn,
	isLegacy,
} from "../../src/models/catalog.ts";

const catalog = new Catalog();
const sonnet45 = "anthropic.claude-sonnet-4-5-20250929-v1:0";

test("a row is found by its id", () => {
	expect(catalog.find(sonnet45)).toMatchObject({
		modelId: sonnet45,
		modelName: "Claude Sonnet 4.5",
		contextWindow: 200_000,
		prices: { input: 3, output: 15 },
		confidence: "captured",
	});
});

test.each([
	"",
	"nope",
	"amazon.nova-lite",
	'amazon.nova-lite-v1:0"',
	"\n",
	"modelId",
])("nothing is known of %j", (modelId) => {
	expect(catalog.find(modelId)).toBeUndefined();
});

test("every row of the list is found by its id, as it stands in the list", () => {
	for (const model of catalog.all())
		expect(catalog.find(model.modelId)).toEqual(model);
	expect(catalog.all().length).toBeGreaterThan(200);
});

test("every profile is of a model that is known, and is found by its id", () => {
	for (const profile of catalog.allProfiles()) {
		expect(catalog.find(profile.modelId)?.modelId).toBe(profile.modelId);
		expect(catalog.findProfile(profile.inferenceProfileId)).toEqual(profile);
		expect(profile.routes.length).toBeGreaterThan(0);
	}
});

test("a configured row changes the members it names", () => {
	const changed = new Catalog([{ modelId: sonnet45, contextWindow: 10 }]);
	expect(changed.find(sonnet45)).toEqual({
		...catalog.find(sonnet45),
		contextWindow: 10,
		confidence: "configured",
	});
});

test("a configured row adds a model at the end", () => {
	const grown = new Catalog([{ modelId: "acme.model-1" }]);
	expect(grown.find("acme.model-1")).toEqual({
		modelId: "acme.model-1",
		confidence: "configured",
	});
	expect(grown.all().at(-1)?.modelId).toBe("acme.model-1");
	expect(catalog.find("acme.model-1")).toBeUndefined();
});

test("patterns of denied models are no regular expressions", () => {
	const denying = new Catalog([], ["amazon.nova*", "a.b"]);
	expect(denying.grants("amazon.nova-lite-v1:0")).toBe(false);
	expect(denying.grants("amazonXnova-lite-v1:0")).toBe(true);
	expect(denying.grants("us.amazon.nova-lite-v1:0")).toBe(true);
	expect(denying.grants("axb", "a.b")).toBe(false);
});

test("a model is legacy from its legacy time and over at its end", () => {
	const haiku3 = catalog.find("anthropic.claude-3-haiku-20240307-v1:0");
	const at = (date: string) => [
		isLegacy(haiku3 ?? { modelId: "" }, Date.parse(date)),
		hasEnded(haiku3 ?? { modelId: "" }, Date.parse(date)),
	];
	expect(at("2026-03-10T07:59:59Z")).toEqual([false, false]);
	expect(at("2026-03-10T08:00:00Z")).toEqual([true, false]);
	expect(at("2026-09-10T08:00:00Z")).toEqual([true, true]);
});

test("on demand is a matter of the Region", () => {
	const model = {
		modelId: "a.b",
		inferenceTypesSupported: ["ON_DEMAND", "INFERENCE_PROFILE"],
		onDemandRegions: ["us-east-1"],
	};
	expect(inferenceTypesIn(model, "us-east-1")).toEqual([
		"ON_DEMAND",
		"INFERENCE_PROFILE",
	]);
	expect(inferenceTypesIn(model, "eu-west-1")).toEqual(["INFERENCE_PROFILE"]);
});
