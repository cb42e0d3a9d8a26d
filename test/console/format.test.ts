import { expect, test } from "vitest";
import {
	formatBytes,
	formatDuration,
	formatModel,
	formatPlural,
	formatPrice,
} from "../../src/console/ui/format.ts";
import { matchPattern } from "../../src/console/ui/pattern.ts";
import { visibleRows } from "../../src/console/ui/views/live/visible-rows.ts";

test("numbers are written for people", () => {
	expect([1, 12_345].map((count) => formatPlural(count, "row"))).toEqual([
		"1 row",
		"12,345 rows",
	]);
	expect([0, 0.42, 12, 1240, 125_000].map(formatDuration)).toEqual([
		"0 ms",
		"0.4 ms",
		"12 ms",
		"1.24 s",
		"2 min 5 s",
	]);
	expect([0, 12.3, 0.5, 0.00123, 0.0000314].map(formatPrice)).toEqual([
		"$0",
		"$12.30",
		"$0.50",
		"$0.0012",
		"$0.000031",
	]);
	expect([812, 4200, 1_300_000].map(formatBytes)).toEqual([
		"812 B",
		"4.2 kB",
		"1.3 MB",
	]);
});

test.each([
	[
		"us.anthropic.claude-sonnet-4-5-20250929-v1:0",
		"us.anthropic.claude-sonnet-4-5",
	],
	["amazon.nova-lite-v1:0", "amazon.nova-lite"],
	["openai.gpt-oss-20b-1:0", "openai.gpt-oss-20b-1"],
	[
		"arn:aws:bedrock:us-east-1:1:inference-profile/us.amazon.nova-pro-v1:0",
		"us.amazon.nova-pro",
	],
])("the model %s is called %s in a narrow place", (modelId, expected) => {
	expect(formatModel(modelId)).toBe(expected);
});

test.each([
	["exchanges/:id/:part?", "exchanges/a%20b", { id: "a b" }],
	["exchanges/:id/:part?", "exchanges/1/why/", { id: "1", part: "why" }],
	["exchanges/:id/:part?", "exchanges", undefined],
	["exchanges/:id/:part?", "exchanges/1/why/not", undefined],
	["", "", {}],
	["", "nothing", undefined],
])("the pattern %s of the path %s", (pattern, path, expected) => {
	expect(matchPattern(pattern, path)).toEqual(expected);
});

test("rows in sight of 50,000 are few, wherever the list is scrolled to", () => {
	expect(visibleRows(0, 800, 34, 50_000)).toEqual({
		first: 0,
		last: 35,
		isAtTop: true,
	});
	expect(visibleRows(850_000, 800, 34, 50_000)).toEqual({
		first: 24_988,
		last: 25_035,
		isAtTop: false,
	});
	expect(visibleRows(0, 800, 34, 0).last).toBe(-1);
});
