import { expect, test } from "vitest";
import { nearest, showDifference } from "../../src/recordings/explain.ts";

const asked = {
	operation: "Converse",
	body: { messages: ["Tell me of glaciers"], maxTokens: 5 },
};

test("the nearest is of the same operation, and differs in the fewest members and words", () => {
	const known: [string, typeof asked][] = [
		["other-operation", { ...asked, operation: "ConverseStream" }],
		["other-text", { ...asked, body: { messages: ["Hi"], maxTokens: 5 } }],
		["two", { ...asked, body: { messages: ["Hi"], maxTokens: 6 } }],
		[
			"one-word",
			{ ...asked, body: { messages: ["Tell me of rivers"], maxTokens: 5 } },
		],
	];
	const found = nearest(asked, known);
	expect(found.map(({ file }) => file)).toEqual([
		"one-word",
		"other-text",
		"two",
	]);
	expect(found[0]?.differences).toEqual([
		{
			path: "body.messages[0]",
			was: "Tell me of rivers",
			is: "Tell me of glaciers",
		},
	]);
});

test.each([
	["a", "b", 'x was "a", is "b"'],
	[undefined, { a: 1 }, 'x is new: {"a":1}'],
	[[1], undefined, "x is gone: [1]"],
	[1, "1", 'x was 1, is "1"'],
	[
		`The same long beginning of both. ${"a".repeat(80)}`,
		"The same long beginning of both. Then other words.",
		`x was "…nning of both. ${"a".repeat(45)}…", is "…nning of both. Then other words."`,
	],
])("from %j to %j is shown short", (was, is, shown) => {
	expect(showDifference({ path: "x", was, is })).toBe(shown);
});
