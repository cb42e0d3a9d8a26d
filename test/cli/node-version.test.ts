import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { findOtherNode, runByNode } from "../../src/cli/newer-node.ts";
import { checkNode, isTooOld, oldestNode } from "../../src/node-version.ts";

function temporaryFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), "outcrop-node-"));
	onTestFinished(() => rmSync(folder, { recursive: true }));
	return folder;
}

test("the oldest Node is package.json's", () => {
	expect(manifest.engines.node).toBe(`>=${oldestNode}`);
});

test.each([
	["20.20.2", true],
	["22.17.1", true],
	["22.18.0", false],
	["24.0.0", false],
])("Node %s is too old: %s", (node, expected) => {
	expect(isTooOld({ ...process.versions, node })).toBe(expected);
});

test("Bun says an old Node's version, and is none", () => {
	const versions = { ...process.versions, node: "22.6.0", bun: "1.2.0" };
	expect(isTooOld(versions)).toBe(false);
});

test("a Node that is too old is refused with what to do", () => {
	expect(() => checkNode({ ...process.versions, node: "20.20.2" })).toThrow(
		"Outcrop needs Node 22.18 or newer, and this is Node 20.20.2. Put a newer one first on the PATH.",
	);
});

test("a clone's own Node is found from its bundle", () => {
	const clone = temporaryFolder();
	const node = join(clone, "node_modules/.bin/node");
	mkdirSync(join(clone, "node_modules/.bin"), { recursive: true });
	symlinkSync(process.execPath, node);
	expect(findOtherNode(join(clone, "dist"), "/bin/sh")).toBe(node);
});

test("the Node that runs is no other one", () => {
	const clone = temporaryFolder();
	mkdirSync(join(clone, "node_modules/.bin"), { recursive: true });
	symlinkSync(process.execPath, join(clone, "node_modules/.bin/node"));
	expect(findOtherNode(join(clone, "dist"))).toBeUndefined();
});

test("the exit code of a command that another Node runs is the command's", async () => {
	const argv = ["node", "-e", "process.exitCode = 7"];
	expect(await runByNode(process.execPath, argv)).toBe(7);
});
