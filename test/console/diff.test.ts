import { expect, test } from "vitest";
import { diffLines } from "../../src/console/ui/diff/diff.ts";

test("a comparison has what is equal once", () => {
	expect(diffLines("a\nb\nc\nd", "a\nx\nc\nd\ne")).toEqual([
		{ kind: "same", text: "a" },
		{ kind: "removed", text: "b" },
		{ kind: "added", text: "x" },
		{ kind: "same", text: "c" },
		{ kind: "same", text: "d" },
		{ kind: "added", text: "e" },
	]);
});

test("equal texts have no differences, and neither loses a line", () => {
	expect(diffLines("a\na\na", "a\na").map(({ kind }) => kind)).toEqual([
		"same",
		"same",
		"removed",
	]);
	expect(diffLines("a", "a")).toEqual([{ kind: "same", text: "a" }]);
});

test("texts that are too long to compare count as replaced", () => {
	const lines = (name: string) =>
		Array.from({ length: 2500 }, (_, line) => `${name} ${line}`).join("\n");
	const kinds = diffLines(lines("a"), lines("b")).map(({ kind }) => kind);
	expect(kinds).toHaveLength(5000);
	expect(new Set(kinds)).toEqual(new Set(["removed", "added"]));
});
