import { expect, test } from "vitest";
import {
	type Checkpoint,
	minimumCheckpointTokens,
	PromptCache,
} from "../../src/turn/prompt-cache.ts";

const sonnet = "us.anthropic.claude-sonnet-4-6";
const minutes = 60_000;

/** Charges a turn whose input ends 100 tokens after its last cache point. */
function charge(
	cache: PromptCache,
	checkpoints: Checkpoint[],
	nowMs = 0,
	owner = "one",
	modelId = sonnet,
) {
	return cache.charge(
		{ total: (checkpoints.at(-1)?.tokens ?? 0) + 100, checkpoints },
		modelId,
		owner,
		nowMs,
	);
}

const point = (
	tokens: number,
	hash: string,
	ttl: "5m" | "1h" = "5m",
): Checkpoint => ({ tokens, hash, ttl });
const nothing = { cacheReadInputTokens: 0, cacheWriteInputTokens: 0 };
const written = (tokens: number) => ({
	inputTokens: 100,
	cacheReadInputTokens: 0,
	cacheWriteInputTokens: tokens,
	cacheDetails: [{ ttl: "5m", inputTokens: tokens }],
});
const read = (tokens: number) => ({
	inputTokens: 100,
	cacheReadInputTokens: tokens,
	cacheWriteInputTokens: 0,
});

test("A turn without cache points is all input", () => {
	expect(charge(new PromptCache(), [])).toEqual({
		inputTokens: 100,
		...nothing,
	});
});

test("A prefix is written once and read afterwards", () => {
	const cache = new PromptCache();
	expect(charge(cache, [point(2000, "a")])).toEqual(written(2000));
	expect(charge(cache, [point(2000, "a")])).toEqual(read(2000));
});

test("A prefix that changed is written anew", () => {
	const cache = new PromptCache();
	charge(cache, [point(2000, "a")]);
	expect(charge(cache, [point(2000, "b")])).toEqual(written(2000));
});

test("What follows the longest cached prefix is written", () => {
	const cache = new PromptCache();
	charge(cache, [point(2000, "a")]);
	expect(charge(cache, [point(2000, "a"), point(3500, "b")])).toEqual({
		inputTokens: 100,
		cacheReadInputTokens: 2000,
		cacheWriteInputTokens: 1500,
		cacheDetails: [{ ttl: "5m", inputTokens: 1500 }],
	});
});

test("A prefix dies when nobody reads it for five minutes", () => {
	const cache = new PromptCache();
	charge(cache, [point(2000, "a")], 0);
	expect(charge(cache, [point(2000, "a")], 5 * minutes)).toEqual(written(2000));
});

test("Each read lets a prefix live for five minutes more", () => {
	const cache = new PromptCache();
	charge(cache, [point(2000, "a")], 0);
	charge(cache, [point(2000, "a")], 4 * minutes);
	expect(charge(cache, [point(2000, "a")], 8 * minutes)).toEqual(read(2000));
});

test("A prefix with ttl 1h lives for an hour", () => {
	const cache = new PromptCache();
	charge(cache, [point(2000, "a", "1h")], 0);
	expect(charge(cache, [point(2000, "a", "1h")], 59 * minutes)).toEqual(
		read(2000),
	);
	expect(
		charge(cache, [point(2000, "a", "1h")], 119 * minutes)
			.cacheWriteInputTokens,
	).toBe(2000);
});

test("cacheDetails tells what was written by ttl, 1h first", () => {
	const checkpoints = [
		point(2000, "a", "1h"),
		point(3000, "b"),
		point(3500, "c"),
	];
	expect(charge(new PromptCache(), checkpoints).cacheDetails).toEqual([
		{ ttl: "1h", inputTokens: 2000 },
		{ ttl: "5m", inputTokens: 1500 },
	]);
});

test("Nova does not tell by lifetime what was written", () => {
	const point2000 = [point(2000, "a")];
	const nova = "us.amazon.nova-lite-v1:0";
	expect(charge(new PromptCache(), point2000, 0, "one", nova)).toEqual({
		inputTokens: 100,
		cacheReadInputTokens: 0,
		cacheWriteInputTokens: 2000,
	});
});

test("A cache point below the model's minimum does nothing", () => {
	const cache = new PromptCache();
	expect(charge(cache, [point(1023, "a")])).toEqual({
		inputTokens: 1123,
		...nothing,
	});
	expect(charge(cache, [point(1023, "a")])).toEqual({
		inputTokens: 1123,
		...nothing,
	});
	expect(charge(cache, [point(1024, "b")])).toEqual(written(1024));
});

test("Only the first four cache points count", () => {
	const checkpoints = [2000, 3000, 4000, 5000, 6000].map((tokens) =>
		point(tokens, `${tokens}`),
	);
	expect(charge(new PromptCache(), checkpoints)).toMatchObject({
		inputTokens: 1100,
		cacheWriteInputTokens: 5000,
	});
});

test("A prefix that ended in an earlier block of the prompt is found from a later cache point", () => {
	const cache = new PromptCache();
	charge(cache, [point(2000, "a")]);
	const later = {
		...point(3000, "c"),
		earlier: [
			{ tokens: 2000, hash: "a" },
			{ tokens: 2500, hash: "b" },
		],
	};
	expect(charge(cache, [later])).toMatchObject({
		cacheReadInputTokens: 2000,
		cacheWriteInputTokens: 1000,
	});
});

test("A prefix more than twenty blocks back is not found", () => {
	const cache = new PromptCache();
	charge(cache, [point(2000, "a")]);
	const between = Array.from({ length: 20 }, (_, index) => ({
		tokens: 2001 + index,
		hash: `b${index}`,
	}));
	const later = {
		...point(3000, "c"),
		earlier: [{ tokens: 2000, hash: "a" }, ...between],
	};
	expect(charge(cache, [later])).toEqual(written(3000));
});

test("Accounts, regions and models do not share their prefixes", () => {
	const cache = new PromptCache();
	charge(cache, [point(5000, "a")]);
	expect(charge(cache, [point(5000, "a")], 0, "two")).toEqual(written(5000));
	expect(
		charge(cache, [point(5000, "a")], 0, "one", "anthropic.claude-opus-4-6-v1"),
	).toEqual(written(5000));
});

test("A model that caches nothing charges all as input", () => {
	const modelId = "meta.llama3-3-70b-instruct-v1:0";
	expect(
		charge(new PromptCache(), [point(5000, "a")], 0, "one", modelId),
	).toEqual({ inputTokens: 5100, ...nothing });
});

test("A reset forgets every prefix", () => {
	const cache = new PromptCache();
	charge(cache, [point(2000, "a")]);
	cache.reset();
	expect(charge(cache, [point(2000, "a")])).toEqual(written(2000));
});

test("A full cache forgets the prefix that was used longest ago", () => {
	const cache = new PromptCache(2);
	for (const hash of ["a", "b", "a", "c"]) charge(cache, [point(2000, hash)]);
	expect(cache.size).toBe(2);
	expect(charge(cache, [point(2000, "a")])).toEqual(read(2000));
	expect(charge(cache, [point(2000, "b")])).toEqual(written(2000));
});

test.each([
	["anthropic.claude-opus-4-5-20251101-v1:0", 4096],
	["anthropic.claude-opus-4-6-v1", 4096],
	["us.anthropic.claude-sonnet-4-5-20250929-v1:0", 1024],
	["global.anthropic.claude-haiku-4-5-20251001-v1:0", 4096],
	["anthropic.claude-sonnet-4-6", 1024],
	["anthropic.claude-opus-4-20250514-v1:0", 1024],
	["anthropic.claude-opus-4-1-20250805-v1:0", 1024],
	["anthropic.claude-3-7-sonnet-20250219-v1:0", 1024],
	["anthropic.claude-3-5-sonnet-20241022-v2:0", 1024],
	["anthropic.claude-3-5-haiku-20241022-v1:0", 2048],
	["amazon.nova-lite-v1:0", 1000],
	["amazon.nova-2-lite-v1:0", 1000],
	[
		"arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-6",
		1024,
	],
	["anthropic.claude-3-haiku-20240307-v1:0", undefined],
	["anthropic.claude-v2:1", undefined],
	["amazon.titan-text-express-v1", undefined],
])("%s caches prefixes of %s tokens and more", (modelId, minimum) => {
	expect(minimumCheckpointTokens(modelId)).toBe(minimum);
});
