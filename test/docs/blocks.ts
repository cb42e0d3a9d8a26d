import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";

/** A block of code of a page. */
export interface Block {
	/** The latest heading above it. */
	heading: string;
	language: string;
	/** What stands after the language: `file=ask.ts`, `jest`. */
	info: string;
	text: string;
}

const root = join(import.meta.dirname, "../..");

/** The blocks of a page of `docs/`, in order. */
export function readBlocks(page: string): Block[] {
	const blocks: Block[] = [];
	let heading = "";
	let open: Block | undefined;
	for (const line of readFileSync(join(root, page), "utf8").split("\n")) {
		const fence = /^```(\w*) ?(.*)$/.exec(line);
		if (open && fence) {
			blocks.push(open);
			open = undefined;
		} else if (open) open.text += `${line}\n`;
		else if (fence)
			open = {
				heading,
				language: fence[1] ?? "",
				info: fence[2] ?? "",
				text: "",
			};
		else heading = /^#+ (.*)$/.exec(line)?.[1] ?? heading;
	}
	return blocks;
}

/**
 * Writes blocks of TypeScript where they can be imported, with Outcrop's own sources in place of the package.
 *
 * @param name - of a folder that this page alone has
 * @returns the tests among them: heading and path
 */
export function writeBlocks(
	name: string,
	blocks: readonly Block[],
): { heading: string; path: string }[] {
	const folder = join(root, ".cache/docs", name);
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	const sources = relative(folder, join(root, "src/testing"));
	const tests: { heading: string; path: string }[] = [];
	for (const [index, { heading, info, text }] of blocks.entries()) {
		const named = /^file=(\S+)$/.exec(info)?.[1];
		const path = join(folder, named ?? `block-${index}.ts`);
		const code = text
			.replaceAll('"outcrop/testing"', `"${sources}/index.ts"`)
			.replaceAll(/"outcrop\/testing\/(\w+)"/g, `"${sources}/$1.ts"`);
		writeFileSync(path, info === "jest" ? withGlobals(code) : code);
		if (!named) tests.push({ heading, path });
	}
	return tests;
}

/** What Jest has as globals, from Vitest. */
function withGlobals(code: string): string {
	return `import * as vitest from "vitest";
const { test, expect, beforeAll, beforeEach, afterAll, afterEach } = vitest;
Object.assign(globalThis, { expect, beforeAll, beforeEach, afterAll, afterEach });
${code}`;
}
