import { expect, test } from "vitest";
import { priceOf } from "../../src/models/price.ts";

const usage = { inputTokens: 1_000_000, outputTokens: 100_000, totalTokens: 0 };
const model = {
	modelId: "a.b",
	prices: { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 },
	pricesByProfile: { "us.": [3.3, 16.5] as [number, number] },
};

test("a reply costs its tokens at the model's prices", () => {
	expect(priceOf(model, undefined, usage)).toBeCloseTo(4.5);
});

test("a profile has its own prices", () => {
	expect(priceOf(model, "us.", usage)).toBeCloseTo(4.95);
});

test("cached tokens have prices of their own", () => {
	const cached = {
		...usage,
		cacheReadInputTokens: 1_000_000,
		cacheWriteInputTokens: 1_000_000,
	};
	expect(priceOf(model, undefined, cached)).toBeCloseTo(8.55);
});

test("without known prices there is no price", () => {
	expect(priceOf({ modelId: "a.b" }, undefined, usage)).toBeUndefined();
});
