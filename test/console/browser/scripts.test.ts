import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConverseCommand } from "@aws-sdk/client-bedrock-runtime";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startOutcrop, type TestOutcrop } from "../../support/outcrop.ts";
import { findId, launch, openConsole } from "./browser.ts";
import { addRules, makeSampleCalls, models, user } from "./traffic.ts";

let browser: Browser;
beforeAll(async () => {
	browser = await launch();
});
afterAll(() => browser.close());

async function ask(outcrop: TestOutcrop, text: string) {
	const { output } = await outcrop
		.client()
		.send(
			new ConverseCommand({ modelId: models.nova, messages: [user(text)] }),
		);
	return output?.message?.content?.[0]?.text;
}

function editorOf(page: Page) {
	return page.getByRole("textbox", { name: "Script" });
}

async function write(page: Page, script: string) {
	await editorOf(page).click();
	await page.keyboard.press("Control+a");
	await page.keyboard.insertText(script);
}

test("without rules the page shows what one looks like, and leads to the editor", async () => {
	await using outcrop = await startOutcrop();
	await using opened = await openConsole(browser, outcrop, "scripts");
	const { page } = opened;
	await page.getByRole("heading", { name: "No rules yet" }).waitFor();
	await page.getByRole("link", { name: "Write one here" }).click();
	await editorOf(page).waitFor();
	await page.getByText("Nothing is wrong.").waitFor();
	expect(opened.problems).toEqual([]);
});

test("a script that is written and saved answers a real client, is counted, changed and removed", async () => {
	await using outcrop = await startOutcrop();
	await using opened = await openConsole(browser, outcrop, "scripts");
	const { page } = opened;
	await page.getByRole("link", { name: "New script" }).waitFor();
	await page.keyboard.press("n");
	await write(
		page,
		"replies:\n- name: greets\n  when: { user: hello }\n  text: Hi.\n",
	);
	await page.keyboard.press("Control+s");
	await page.getByRole("heading", { name: "rules-1" }).waitFor();
	expect(await ask(outcrop, "hello")).toBe("Hi.");

	await write(
		page,
		"replies:\n- name: greets\n  when: { user: hello }\n  text: Ahoy.\n",
	);
	await page.getByRole("button", { name: "Save" }).click();
	await page.getByText("Saved: it answers from now on.").waitFor();
	expect(await ask(outcrop, "hello")).toBe("Ahoy.");
	const downloading = page.waitForEvent("download");
	await page.getByRole("link", { name: "Download as replies.yaml" }).click();
	const download = await downloading;
	expect(download.suggestedFilename()).toBe("replies.yaml");
	expect(await readFile(await download.path(), "utf8")).toBe(
		"replies:\n- name: greets\n  when: { user: hello }\n  text: Ahoy.\n",
	);

	await page.getByRole("link", { name: "Back to the scripts" }).click();
	await page.getByText("1 answer", { exact: true }).waitFor();
	await ask(outcrop, "hello");
	await page.getByText("2 answers").waitFor();
	await page.getByRole("button", { name: "Remove rules-1" }).click();
	await page.getByRole("heading", { name: "No rules yet" }).waitFor();
	expect(await ask(outcrop, "hello")).not.toBe("Ahoy.");
	expect(opened.problems).toEqual([]);
});

test("what is wrong is marked where it stands while it is written", async () => {
	await using outcrop = await startOutcrop();
	await using opened = await openConsole(browser, outcrop, "scripts/new");
	const { page } = opened;
	await write(page, "replies:\n  - when: { usr: hello }\n    text: Hi.\n");
	await page.getByText("Unknown key usr. Did you mean user?").first().waitFor();
	expect(await page.locator(".problem-error .yaml-key").innerText()).toBe(
		"usr",
	);
	await page.locator(".editor .problem-error").hover();
	await page.locator(".help-tip .is-problem").waitFor();
	await page.getByRole("button", { name: /^error 2:13/u }).click();
	for (const _ of "usr") await page.keyboard.press("Delete");
	await page.keyboard.type("user");
	await page.keyboard.press("Escape");
	await page.getByText("Nothing is wrong.").waitFor();
	expect(opened.problems).toEqual([]);
});

test("keys are completed from the schema, and say what they are for", async () => {
	await using outcrop = await startOutcrop();
	await using opened = await openConsole(browser, outcrop, "scripts/new");
	const { page } = opened;
	await write(page, "replies:\n  - when: { ");
	await page.keyboard.type("ope");
	const option = page.getByRole("option", { name: "operation" });
	await option.waitFor();
	await page.getByText("Such as Converse or *Stream.").waitFor();
	await page.keyboard.press("Enter");
	await page.keyboard.insertText("Converse }\n    text: Hi.\n");
	await page.getByText("Nothing is wrong.").waitFor();
	expect(await editorOf(page).innerText()).toContain("{ operation: Converse }");
	await page.getByText("operation", { exact: true }).hover();
	await page.locator(".help-tip").getByText("Such as Converse").waitFor();
	expect(opened.problems).toEqual([]);
});

test("a script is tried against past exchanges, which lead to what they were", async () => {
	await using outcrop = await startOutcrop();
	await addRules(outcrop);
	await makeSampleCalls(outcrop);
	await using opened = await openConsole(browser, outcrop, "scripts/new");
	const { page } = opened;
	await write(
		page,
		"replies:\n  - name: says\n    when: { user: rocks }\n    text: Hi.\n",
	);
	await page.keyboard.press("Control+Enter");
	await page.getByText("2 of 9 exchanges would have been answered.").waitFor();
	await page
		.getByText('says: user is "Hello, Outcrop", expected "rocks"')
		.waitFor();
	await page.getByLabel("Only those that it would have answered").check();
	await expect.poll(() => page.locator(".trial .card").count()).toBe(2);
	await page.getByRole("link", { name: "A short poem about rocks" }).click();
	await page.locator(".is-answer").waitFor();
	await page.goBack();
	await editorOf(page).getByText("rocks").waitFor();
	const { rules } = JSON.parse(
		await (await fetch(`${outcrop.url}/_outcrop/api/scripts`)).text(),
	);
	expect(rules).toHaveLength(5);
	expect(opened.problems).toEqual([]);
});

test("a rule of a file is shown with its line, and copied rather than changed", async () => {
	const folder = await mkdtemp(join(tmpdir(), "outcrop-"));
	const file = join(folder, "replies.yaml");
	await writeFile(file, "replies:\n  - when: { user: hello }\n    text: Hi.\n");
	await using outcrop = await startOutcrop({ script: [file] });
	await using opened = await openConsole(browser, outcrop, "scripts");
	const { page } = opened;
	await page.getByText("1 rule, of a file").waitFor();
	await page.getByRole("link", { name: /replies\.yaml:2$/u }).click();
	await page.getByRole("region", { name: "the rule" }).waitFor();
	await page.getByRole("button", { name: "Edit a copy" }).click();
	await editorOf(page).getByText("hello").waitFor();
	await page.getByText("Nothing is wrong.").waitFor();
	expect(opened.problems).toEqual([]);
	await rm(folder, { recursive: true });
});

test("the script of an exchange is edited and added from its tab Code", async () => {
	await using outcrop = await startOutcrop();
	await ask(outcrop, "Hello, Outcrop");
	const id = await findId(outcrop, "text=Hello");
	await using opened = await openConsole(
		browser,
		outcrop,
		`exchanges/${id}/code`,
	);
	const { page } = opened;
	await page.getByRole("button", { name: "Edit and add" }).click();
	await editorOf(page).getByText("Hello, Outcrop").waitFor();
	await page.getByRole("button", { name: "Save" }).click();
	await page.getByRole("heading", { name: "rules-1" }).waitFor();
	await ask(outcrop, "Hello, Outcrop");
	await findId(
		outcrop,
		`answeredBy=${encodeURIComponent(`Converse ${id.slice(0, 8)}`)}`,
	);
});

test("the namespace in the address is whose rules are listed, and for whom new ones are added", async () => {
	await using outcrop = await startOutcrop();
	await using opened = await openConsole(
		browser,
		outcrop,
		"scripts/new?namespace=a",
	);
	const { page } = opened;
	await editorOf(page).waitFor();
	await page.getByRole("button", { name: "Save" }).click();
	await page.getByText("for the namespace a").waitFor();
	await page.goto(`${outcrop.url}/_outcrop/scripts?namespace=b`);
	await page.getByRole("heading", { name: "No rules yet" }).waitFor();
});
