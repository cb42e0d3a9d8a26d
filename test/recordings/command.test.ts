import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
	ConverseCommand,
	ConverseStreamCommand,
} from "@aws-sdk/client-bedrock-runtime";
import { expect, test } from "vitest";
import { runCommand } from "../../src/cli/commands.ts";
import { createTerminal } from "../cli/terminal.ts";
import { all, startOutcrop } from "../support/outcrop.ts";
import { relayTo, temporaryFolder } from "./support.ts";

const modelId = "amazon.nova-lite-v1:0";
const dayMs = 86_400_000;

async function cassettes(...argv: string[]) {
	const terminal = createTerminal();
	const code = await runCommand(["cassettes", ...argv], terminal);
	return { code, ...terminal.printed };
}

/** Records one answer to each text. */
async function recordInto(folder: string, ...texts: string[]) {
	await using real = await startOutcrop();
	await using outcrop = await startOutcrop(
		{ record: folder },
		{ engines: [relayTo(() => real.url)] },
	);
	for (const text of texts)
		await outcrop.client().send(
			new ConverseCommand({
				modelId,
				messages: [{ role: "user", content: [{ text }] }],
			}),
		);
}

test("outcrop cassettes lists what was recorded, a line each", async () => {
	using folder = temporaryFolder();
	await recordInto(
		folder.path,
		"Tell me of glaciers,\nplease, and of all that is cold",
	);
	const { code, stdout } = await cassettes(folder.path);
	const [file = ""] = folder.files();
	const [titles, line] = stdout.split("\n");
	expect(code).toBe(0);
	expect(titles).toMatch(/^Operation +Model +Asked +Tokens +Age +File$/u);
	expect(line).toMatch(
		/^Converse +amazon\.nova-lite-v1:0 +Tell me of glaciers, please, an… +\d+\/\d+ +today +Converse--/u,
	);
	expect(line?.endsWith(file)).toBe(true);
	expect(stdout).toContain("\n1 cassette\n");
});

test("list --json has all of each line", async () => {
	using folder = temporaryFolder();
	await recordInto(folder.path, "Hello");
	const { stdout } = await cassettes("list", folder.path, "--json");
	expect(JSON.parse(stdout)).toEqual([
		expect.objectContaining({
			file: folder.files()[0],
			operation: "Converse",
			model: modelId,
			engine: "upstream",
			status: 200,
			firstWords: "Hello",
			changes: [],
		}),
	]);
});

test("show prints a stream in one piece", async () => {
	using folder = temporaryFolder();
	await using real = await startOutcrop();
	await using outcrop = await startOutcrop(
		{ record: folder.path },
		{ engines: [relayTo(() => real.url)] },
	);
	const { stream } = await outcrop.client().send(
		new ConverseStreamCommand({
			modelId,
			messages: [{ role: "user", content: [{ text: "Hello" }] }],
		}),
	);
	await all(stream);
	const { stdout } = await cassettes(
		"show",
		join(folder.path, folder.files()[0] ?? ""),
	);
	expect(stdout).toContain("ConverseStream amazon.nova-lite-v1:0");
	expect(stdout).toContain(
		"This is Outcrop's stub engine, answering for amazon.nova-lite-v1:0.",
	);
	expect(stdout).toMatch(/\(\d+ events, the first text after \d+ ms/u);
});

test("stale finds what has changed in the catalogue and in AWS's description", async () => {
	using folder = temporaryFolder();
	await recordInto(folder.path, "Hello");
	const fresh = await cassettes("stale", folder.path);
	expect([fresh.code, fresh.stdout]).toEqual([0, "0 of 1 stale.\n"]);

	const [file = ""] = folder.files();
	const old = folder
		.read(file)
		.replace(/^api: .*$/mu, "api: 0123456789ab")
		.replace(/^catalog: .*$/mu, 'catalog: "000000000000"')
		.replace("toolUse: true", "toolUse: false")
		.replace(/^ {2}maxOutputTokens: .*\n/mu, "");
	writeFileSync(join(folder.path, file), old);
	const { code, stdout } = await cassettes("stale", folder.path);
	expect(code).toBe(1);
	expect(stdout).toMatch(
		/^ {2}AWS's description of Converse has changed since Outcrop 0\.1\.0$/mu,
	);
	expect(stdout).toMatch(
		/^ {2}the catalogue's row has changed: .*toolUse was false, is true/mu,
	);
	expect(stdout).toMatch(/maxOutputTokens is new: \d+/u);
});

test("prune deletes by age and model, and only says so with --dry-run", async () => {
	using folder = temporaryFolder();
	await recordInto(folder.path, "Old", "New");
	const old =
		folder.files().find((file) => folder.read(file).includes("text: Old")) ??
		"";
	const longAgo = new Date(Date.now() - 100 * dayMs).toISOString();
	writeFileSync(
		join(folder.path, old),
		folder.read(old).replace(/^recorded: .*$/mu, `recorded: ${longAgo}`),
	);
	const dry = await cassettes(
		"prune",
		folder.path,
		"--older-than",
		"90d",
		"--dry-run",
	);
	expect(dry.stdout).toBe(`${old}\n1 would be deleted.\n`);
	expect(folder.files()).toHaveLength(2);
	const other = await cassettes(
		"prune",
		folder.path,
		"--older-than",
		"90d",
		"--model",
		"anthropic.*",
	);
	expect(other.stdout).toBe("0 deleted.\n");
	await cassettes(
		"prune",
		folder.path,
		"--older-than",
		"90d",
		"--model",
		"amazon.*",
	);
	expect(folder.files()).not.toContain(old);
	expect(folder.files()).toHaveLength(1);
});

test.each([
	[
		["prune", "/x"],
		"outcrop cassettes prune needs to know which: --older-than 90d, --stale or --model GLOB.",
	],
	[
		["prune", "--older-than", "soon"],
		'--older-than takes an age such as 12h, 90d or 8w, not "soon".',
	],
	[["pune"], "outcrop cassettes has no pune. Did you mean prune?"],
	[
		["list"],
		"Which folder? Name it, or name one in outcrop.yaml: record: cassettes.",
	],
	[
		["list", "/nowhere/at/all"],
		"/nowhere/at/all holds no cassette. Record some with outcrop --record /nowhere/at/all.",
	],
	[
		["list", import.meta.filename],
		`The folder of cassettes: ${import.meta.filename} is a file, not a folder.`,
	],
	[
		["import", "log.jsonl", "--into", import.meta.filename],
		`The folder of cassettes: ${import.meta.filename} is a file, not a folder.`,
	],
	[["show"], "outcrop cassettes show takes one file."],
])("%j is refused", async (argv, message) => {
	const { code, stderr } = await cassettes(...argv);
	expect(code).toBe(2);
	expect(stderr).toBe(`outcrop: ${message}\n`);
});

test("import of a file that is not there says so", async () => {
	using folder = temporaryFolder();
	const { code, stderr } = await cassettes(
		"import",
		"/nowhere.jsonl",
		"--into",
		folder.path,
	);
	expect(code).toBe(2);
	expect(stderr).toBe("outcrop: import: there is no file /nowhere.jsonl.\n");
});
