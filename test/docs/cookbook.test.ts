import { describe, expect, test } from "vitest";
// The fixtures are of a file; they are made before the blocks' suites.
import "../../src/testing/vitest.ts";
import { readBlocks, writeBlocks } from "./blocks.ts";

const blocks = readBlocks("docs/cookbook.md");
const recipes = writeBlocks("cookbook", blocks);

// A recipe that makes a `test` of its own makes fixtures of the file: it is not read inside of a suite.
for (const { heading, path } of recipes) {
	const ownTest = blocks.some(
		(block) => block.heading === heading && block.text.includes("createTest"),
	);
	if (ownTest) await import(path);
	else describe(heading, () => import(path));
}

test("every block is TypeScript, and every recipe has one", () => {
	expect(blocks.map(({ language }) => language)).toEqual(
		blocks.map(() => "ts"),
	);
	expect(recipes.length).toBeGreaterThanOrEqual(15);
	expect(new Set(recipes.map(({ heading }) => heading)).size).toBe(
		recipes.length,
	);
});
