import { describe, expect, test } from "vitest";
// The fixtures are of a file; they are made before the blocks' suites.
import "../../src/testing/vitest.ts";
import { readBlocks, writeBlocks } from "./blocks.ts";

const blocks = readBlocks("docs/testing.md");

for (const { heading, path } of writeBlocks(
	"testing",
	blocks.filter(({ language }) => language === "ts"),
))
	describe(heading, () => import(path));

test("all blocks of the page are of languages that a test runs", () => {
	const languages = new Set(blocks.map(({ language }) => language));
	// Python's are run by clients/python/tests; the shell's install packages.
	expect([...languages].sort()).toEqual(["python", "sh", "ts"]);
});
