import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { findScriptEngine } from "../../src/engines/index.ts";
import { post, startOutcrop } from "../support/outcrop.ts";
import { modelId, type ScriptedOutcrop, startScript, user } from "./start.ts";

const stub = expect.stringContaining("stub engine");
const hello = 'replies: [{ when: { user: hello }, text: "Hi." }]';

function engineOf(outcrop: Pick<ScriptedOutcrop, "emulator">) {
	const engine = findScriptEngine(outcrop.emulator.engines);
	if (!engine) throw new Error("There is no script engine.");
	return engine;
}

test("A changed script answers without a restart", async () => {
	await using outcrop = await startScript(hello);
	expect(await outcrop.text("hello")).toBe("Hi.");
	outcrop.rewrite(hello.replace("Hi.", "Good day."));
	await expect.poll(() => outcrop.text("hello")).toBe("Good day.");
});

test("A script that has become invalid leaves the old one in place", async () => {
	await using outcrop = await startScript(hello);
	expect(await outcrop.text("hello")).toBe("Hi.");
	const engine = engineOf(outcrop);
	outcrop.rewrite("replies: [{ txt: Oops }]");
	await expect
		.poll(() => engine.problems)
		.toEqual([expect.stringMatching(/Unknown key txt\. Did you mean text\?$/)]);
	expect(await outcrop.text("hello")).toBe("Hi.");
});

test("The log says what is wrong with a script that was saved, a line each", async () => {
	const lines: string[] = [];
	const info = (line: string) => lines.push(line);
	await using outcrop = await startScript(
		hello,
		{},
		{ log: { info, debug() {}, error: info } },
	);
	outcrop.rewrite("replies: [{ txt: Oops }, { text: [] }]");
	await expect.poll(() => lines.length).toBe(3);
	expect(lines[0]).toBe("The script is wrong, the one before stays:");
	expect(lines[1]).toMatch(/script\.yaml:1:13 Unknown key txt\./);
	expect(lines[2]).toMatch(/script\.yaml:1:28 text takes text, not a list\./);
});

test("A miss is an error that names the nearest rules with --on-miss error", async () => {
	await using outcrop = await startScript(
		`replies:
  - { name: weather, when: { user: "weather in {city}" }, text: a }
  - { name: stocks, when: { user: "price of shares" }, text: b }
`,
		{ onMiss: "error" },
	);
	await expect(outcrop.ask("what is the weather today")).rejects.toMatchObject({
		name: "ValidationException",
		message: expect.stringMatching(
			/^No rule of the script answers turn 1, "what is the weather today", of Converse for amazon\.nova-lite-v1:0\. Nearest: weather \(user is "what is the weather today", expected "weather in \{city\}"\); stocks /,
		),
	});
});

test("Rules without a name are called by file and line", async () => {
	await using outcrop = await startScript(
		"replies:\n  - { when: { user: hello }, text: a }\n",
		{ onMiss: "error" },
	);
	await expect(outcrop.ask("x")).rejects.toThrow(/script\.yaml:2 \(/);
});

test("A miss without any rule says so with --on-miss error", async () => {
	await using outcrop = await startOutcrop({ onMiss: "error" });
	const { status, text } = await post(
		`${outcrop.url}/model/${modelId}/converse`,
		JSON.stringify({ messages: [user("x")] }),
	);
	expect(status).toBe(400);
	expect(text).toContain("The script has no rules.");
});

test("Rules are added while the emulator runs, and asked before those of files", async () => {
	await using outcrop = await startScript(hello);
	await engineOf(outcrop).add(undefined, [
		{ when: { user: "hello" }, text: "Added." },
	]);
	expect(await outcrop.text("hello")).toBe("Added.");
});

test("Rules of one namespace do not answer another", async () => {
	await using outcrop = await startScript(hello);
	await engineOf(outcrop).add("team-b", [{ text: "For b." }]);
	const headers = { "x-outcrop-namespace": "team-b" };
	const body = JSON.stringify({ messages: [user("hello")] });
	const url = `${outcrop.url}/model/${modelId}/converse`;
	expect((await post(url, body, headers)).text).toContain("For b.");
	expect((await post(url, body)).text).toContain("Hi.");
});

test("Sequences are counted by namespace", async () => {
	await using outcrop = await startScript("replies: [{ replies: [one, two] }]");
	const body = JSON.stringify({ messages: [user("x")] });
	const url = `${outcrop.url}/model/${modelId}/converse`;
	const ask = async (namespace: string) =>
		(await post(url, body, { "x-outcrop-namespace": namespace })).text;
	expect(await ask("a")).toContain("one");
	expect(await ask("b")).toContain("one");
	expect(await ask("a")).toContain("two");
});

test("Added rules are removed by their id", async () => {
	await using outcrop = await startScript(hello);
	const engine = engineOf(outcrop);
	const id = await engine.add(undefined, [{ text: "Added." }]);
	expect(engine.remove(id)).toBe(true);
	expect(engine.remove(id)).toBe(false);
	expect(await outcrop.text("hello")).toBe("Hi.");
});

test("A reset forgets counts and added rules, and keeps the files' rules", async () => {
	await using outcrop = await startScript("replies: [{ replies: [one, two] }]");
	const engine = engineOf(outcrop);
	await outcrop.text("x");
	await engine.add(undefined, [{ text: "Added." }]);
	engine.reset();
	expect(await outcrop.text("x")).toBe("one");
});

test("Broken rules are refused with what is wrong, where", async () => {
	await using outcrop = await startOutcrop();
	await expect(
		engineOf(outcrop).add(undefined, [{ when: { user: "/(/" }, text: "a" }]),
	).rejects.toThrow(/^replies\[0\]\.when\.user: user: .*missing closing \)/);
});

test("Rules say how often they have answered", async () => {
	await using outcrop = await startScript(hello);
	await outcrop.text("hello");
	await outcrop.text("hello");
	expect(engineOf(outcrop).rules("test")).toMatchObject([
		{ name: expect.stringMatching(/script\.yaml:1$/), answered: 2 },
	]);
});

test("A start with an invalid script fails with file, line and column", async () => {
	await expect(
		startScript("replies:\n  - when: { usr: hello }\n    text: a\n"),
	).rejects.toThrow(/script\.yaml:2:13 Unknown key usr\. Did you mean user\?$/);
});

test("A start with a script that is not there fails", async () => {
	await expect(startOutcrop({ script: ["/nowhere.yaml"] })).rejects.toThrow(
		/^The scripts: there is no file \/nowhere\.yaml\.$/,
	);
});

test("An empty script engine passes", async () => {
	await using outcrop = await startOutcrop();
	const { text } = await post(
		`${outcrop.url}/model/${modelId}/converse`,
		JSON.stringify({ messages: [user("x")] }),
	);
	expect(text).toEqual(stub);
});

test("The journal says which rule answered", async () => {
	await using outcrop = await startScript(
		"replies: [{ name: greeting, when: { user: hello }, text: Hi. }]",
	);
	await outcrop.text("hello");
	expect(outcrop.emulator.journal.find()[0]?.notes).toMatchObject({
		engine: "script",
		rule: "greeting",
	});
});

test("The journal says which rules were nearest to a miss", async () => {
	await using outcrop = await startScript(
		"replies: [{ name: greeting, when: { model: amazon.*, user: hello }, text: Hi. }]",
	);
	await outcrop.text("goodbye");
	expect(outcrop.emulator.journal.find()[0]?.notes.misses).toEqual([
		{ rule: "greeting", why: 'user is "goodbye", expected "hello"' },
	]);
});

test("A folder's scripts are asked in order of their names", async () => {
	await using outcrop = await startScript("replies: [{ text: from script }]");
	await writeFile(
		join(dirname(outcrop.file), "first.json"),
		JSON.stringify({ replies: [{ text: "from first" }] }),
	);
	await using other = await startOutcrop({ script: [dirname(outcrop.file)] });
	const { text } = await post(
		`${other.url}/model/${modelId}/converse`,
		JSON.stringify({ messages: [user("x")] }),
	);
	expect(text).toContain("from first");
});
