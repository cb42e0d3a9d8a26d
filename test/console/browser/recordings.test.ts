import { ConverseCommand } from "@aws-sdk/client-bedrock-runtime";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { relayTo, temporaryFolder } from "../../recordings/support.ts";
import { startOutcrop, type TestOutcrop } from "../../support/outcrop.ts";
import { launch, openConsole } from "./browser.ts";
import { models, user } from "./traffic.ts";

let browser: Browser;
beforeAll(async () => {
	browser = await launch();
});
afterAll(() => browser.close());

async function ask(outcrop: TestOutcrop, text: string) {
	await outcrop
		.client()
		.send(
			new ConverseCommand({ modelId: models.nova, messages: [user(text)] }),
		);
}

test("without a folder the page teaches how to record and replay", async () => {
	await using outcrop = await startOutcrop();
	await using opened = await openConsole(browser, outcrop, "recordings");
	const { page } = opened;
	await page
		.getByRole("heading", { name: "Nothing is recorded or replayed" })
		.waitFor();
	await page.getByText("outcrop --replay cassettes").waitFor();
});

test("what is recorded is listed, shown, turned into a script and deleted", async () => {
	using folder = temporaryFolder();
	await using real = await startOutcrop();
	await using outcrop = await startOutcrop(
		{ record: folder.path, recordMode: "all" },
		{ engines: [relayTo(() => real.url)] },
	);
	await using opened = await openConsole(browser, outcrop, "recordings");
	const { page, problems } = opened;
	await page.getByText("The folder is empty.").waitFor();
	await ask(outcrop, "Hello there");
	await ask(outcrop, "Good bye");
	await page.getByRole("heading", { name: "2 cassettes" }).waitFor();

	await page.getByRole("link", { name: "Hello there" }).click();
	await page.getByRole("heading", { name: "Request" }).waitFor();
	await page
		.getByRole("region", { name: "response" })
		.getByText('"end_turn"')
		.waitFor();
	await page.getByRole("button", { name: "Turn into a script" }).click();
	const editor = page.getByRole("textbox", { name: "Script" });
	await editor.getByText("Hello there").waitFor();
	await page.getByText("Nothing is wrong.").waitFor();
	expect(await editor.innerText()).not.toContain("Good bye");

	await page.goto(`${outcrop.url}/_outcrop/recordings`);
	await page.getByLabel("Search").fill("bye");
	await page.getByRole("heading", { name: "1 cassette" }).waitFor();
	await page.getByRole("button", { name: "Delete what is shown" }).click();
	await page.getByRole("button", { name: "Keep" }).click();
	expect(folder.files()).toHaveLength(2);
	await page.getByRole("button", { name: "Delete what is shown" }).click();
	await page.getByRole("button", { name: "Delete", exact: true }).click();
	await page.getByText("Deleted 1 cassette.").waitFor();
	expect(folder.files()).toHaveLength(1);
	await page.getByText("No cassette is like that.").waitFor();
	expect(problems).toEqual([]);
});
