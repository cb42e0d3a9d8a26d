import { ConverseCommand } from "@aws-sdk/client-bedrock-runtime";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startOutcrop } from "../../support/outcrop.ts";
import { launch, openConsole } from "./browser.ts";
import { addRules, makeSampleCalls, models, user } from "./traffic.ts";

let browser: Browser;
beforeAll(async () => {
	browser = await launch();
});
afterAll(() => browser.close());

/** What a tile says. */
const tile = (name: string) => `.tiles > div:has(dt:text-is("${name}")) dd`;

test("before the first call it says what it will show; then it shows it, live", async () => {
	await using outcrop = await startOutcrop();
	await using opened = await openConsole(browser, outcrop, "overview");
	const { page } = opened;
	await page.getByText("Nothing has been counted yet").waitFor();
	const { usage } = await outcrop.client().send(
		new ConverseCommand({
			modelId: models.sonnet,
			messages: [user("Hello")],
		}),
	);
	await page.locator(tile("Calls")).waitFor();
	expect(await page.locator(tile("Calls")).innerText()).toBe("1\n1 in all");
	expect(await page.locator(tile("Tokens out")).innerText()).toBe(
		`${usage?.outputTokens}\n${usage?.outputTokens} in all`,
	);
	expect(await page.locator(tile("Saved in all")).innerText()).toMatch(
		/^\$0\.\d+\nat AWS's prices$/u,
	);
	await expect.poll(() => page.locator(".plot canvas").count()).toBe(4);
	expect(opened.problems).toEqual([]);
});

test("it says who answered, which models were called and what failed, each leading to its exchanges", async () => {
	await using outcrop = await startOutcrop();
	await addRules(outcrop);
	await makeSampleCalls(outcrop);
	await using opened = await openConsole(browser, outcrop, "overview");
	const { page } = opened;
	const errors = page.locator(".ranking", { hasText: "Errors" });
	await errors.waitFor();
	expect((await errors.locator("tbody tr").allInnerTexts()).sort()).toEqual([
		"ModelStreamErrorException\t1\t",
		"ThrottlingException\t1\t",
		"ValidationException\t1\t",
	]);
	await page.getByRole("link", { name: "weather: say it" }).click();
	await page.getByText("1 exchange", { exact: true }).waitFor();
	expect(page.url()).toContain("?answeredBy=weather%3A+say+it");
	expect(opened.problems).toEqual([]);
});

test("a plot is a table too", async () => {
	await using outcrop = await startOutcrop();
	await addRules(outcrop);
	await makeSampleCalls(outcrop);
	await fetch(`${outcrop.url}/_outcrop/api/clock`, {
		method: "POST",
		body: JSON.stringify({ advance: "4s" }),
	});
	await using opened = await openConsole(browser, outcrop, "overview");
	const { page } = opened;
	await page.getByText("As a table").first().click();
	const table = page.getByRole("table", { name: /^Calls a second/u });
	await table.locator("tbody tr").first().waitFor();
	const cells = await table.locator("tbody tr").first().innerText();
	expect(cells).toMatch(/^\d\d:\d\d:\d\d\t[\d.]+\t[\d.]+$/u);
});

test("the keyboard chooses how far back, and the address says so", async () => {
	await using outcrop = await startOutcrop();
	await addRules(outcrop);
	await makeSampleCalls(outcrop);
	await using opened = await openConsole(browser, outcrop, "overview");
	const { page } = opened;
	await page.locator(".plot").first().waitFor();
	await page.keyboard.press("2");
	await page.waitForURL(/overview\?minutes=60$/u);
	expect(
		await page
			.getByRole("button", { name: "1 h", exact: true })
			.getAttribute("aria-pressed"),
	).toBe("true");
	await page.locator(tile("Calls")).waitFor();
	expect(opened.problems).toEqual([]);
});

test("the sums begin anew when they are told to", async () => {
	await using outcrop = await startOutcrop();
	await addRules(outcrop);
	await makeSampleCalls(outcrop);
	await using opened = await openConsole(browser, outcrop, "overview");
	const { page } = opened;
	await page.locator(".plot").first().waitFor();
	await page.getByRole("button", { name: "Begin anew" }).click();
	await page.getByText("Nothing has been counted yet").waitFor();
	expect(outcrop.emulator.journal.size).toBeGreaterThan(5);
});
