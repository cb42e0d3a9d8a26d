import { spawnSync } from "node:child_process";
import {
	chmodSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	rmSync,
	statSync,
	symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { version } from "../../src/version.ts";

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const folderName = ["outcrop", version, process.getuid?.()]
	.filter((part) => part !== undefined)
	.join("-");

function temporaryFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), "outcrop-cache-"));
	onTestFinished(() => rmSync(folder, { recursive: true }));
	return folder;
}

function printVersion(folder: string): string {
	const env = { PATH: process.env.PATH, TMPDIR: folder, TMP: folder };
	return spawnSync(process.execPath, [main, "--version"], {
		env,
		encoding: "utf8",
	}).stdout;
}

// Windows has no owners and modes of folders to compare, and making a link there takes a privilege.
const testOnPosix = test.skipIf(process.platform === "win32"); // so there is nothing that these three could set up

test("compiled code is kept for the next start", () => {
	const folder = temporaryFolder();
	printVersion(folder);
	expect(readdirSync(join(folder, folderName))).not.toEqual([]);
});

testOnPosix("compiled code is kept where only this user can write", () => {
	const folder = temporaryFolder();
	printVersion(folder);
	expect(statSync(join(folder, folderName)).mode & 0o777).toBe(0o700);
});

testOnPosix("code that others could have put there is not run", () => {
	const folder = temporaryFolder();
	mkdirSync(join(folder, folderName));
	chmodSync(join(folder, folderName), 0o777);
	expect(printVersion(folder)).toContain(version);
	expect(readdirSync(join(folder, folderName))).toEqual([]);
});

testOnPosix("a link in the place of the folder is not followed", () => {
	const folder = temporaryFolder();
	const elsewhere = temporaryFolder();
	symlinkSync(elsewhere, join(folder, folderName));
	expect(printVersion(folder)).toContain(version);
	expect(readdirSync(elsewhere)).toEqual([]);
});

test("outcrop runs without a temporary folder", () => {
	expect(printVersion(join(temporaryFolder(), "missing"))).toContain(version);
});
