import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { watchPaths } from "../../src/watch.ts";

/** A file in a folder of its own. */
function temporaryFile(): string {
	const folder = mkdtempSync(join(tmpdir(), "outcrop-watch-"));
	onTestFinished(() => rmSync(folder, { recursive: true }));
	const file = join(folder, "file.txt");
	writeFileSync(file, "");
	return file;
}

/** Watches until the test is over, and fails it when the watch does. */
async function watchFile(file: string, changed: () => void | Promise<void>) {
	const failures: unknown[] = [];
	const end = await watchPaths([file], changed, (error) =>
		failures.push(error),
	);
	onTestFinished(() => {
		end();
		expect(failures).toEqual([]);
	});
	return end;
}

/** A file that has become "one" and then "two", while the work on "one" is held; `heard` is what another watch has read. */
async function holdFirstOfTwo() {
	const file = temporaryFile();
	const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
	const read: string[] = [];
	const heard: string[] = [];
	const end = await watchFile(file, () => {
		read.push(readFileSync(file, "utf8"));
		return held;
	});
	await watchFile(file, () => {
		heard.push(readFileSync(file, "utf8"));
	});
	writeFileSync(file, "one");
	await expect.poll(() => heard).toEqual(["one"]);
	writeFileSync(file, "two");
	await expect.poll(() => heard).toEqual(["one", "two"]);
	return { file, read, heard, letGo, end };
}

test("what changes while a change is worked on is worked on after it", async () => {
	const { read, letGo } = await holdFirstOfTwo();
	expect(read).toEqual(["one"]);
	letGo();
	await expect.poll(() => read).toEqual(["one", "two"]);
});

test("nothing is heard of once the watch has ended", async () => {
	const { file, read, heard, letGo, end } = await holdFirstOfTwo();
	end();
	letGo();
	writeFileSync(file, "three");
	await expect.poll(() => heard).toEqual(["one", "two", "three"]);
	expect(read).toEqual(["one"]);
});

test("a change that cannot be followed is told, and the next one is heard of", async () => {
	const file = temporaryFile();
	const failures: unknown[] = [];
	const read: string[] = [];
	const end = await watchPaths(
		[file],
		() => {
			const text = readFileSync(file, "utf8");
			if (text === "bad") throw new Error("It is bad.");
			read.push(text);
		},
		(error) => failures.push(error),
	);
	onTestFinished(end);
	writeFileSync(file, "bad");
	await expect.poll(() => failures).toEqual([new Error("It is bad.")]);
	writeFileSync(file, "good");
	await expect.poll(() => read).toEqual(["good"]);
});

test("what changes while a change fails is worked on after it", async () => {
	const file = temporaryFile();
	const { promise: held, reject: fail } = Promise.withResolvers<void>();
	const failures: unknown[] = [];
	const read: string[] = [];
	const heard: string[] = [];
	const end = await watchPaths(
		[file],
		() => {
			read.push(readFileSync(file, "utf8"));
			return read.length === 1 ? held : undefined;
		},
		(error) => failures.push(error),
	);
	onTestFinished(end);
	await watchFile(file, () => {
		heard.push(readFileSync(file, "utf8"));
	});
	writeFileSync(file, "one");
	await expect.poll(() => heard).toEqual(["one"]);
	writeFileSync(file, "two");
	await expect.poll(() => heard).toEqual(["one", "two"]);
	fail(new Error("It is bad."));
	await expect.poll(() => read).toEqual(["one", "two"]);
	expect(failures).toEqual([new Error("It is bad.")]);
});
