import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startOutcrop, type TestOutcrop } from "../../support/outcrop.ts";
import { launch, openConsole } from "./browser.ts";

let browser: Browser;
let outcrop: TestOutcrop;
beforeAll(async () => {
	browser = await launch();
	outcrop = await startOutcrop({
		models: [
			{
				modelId: "anthropic.claude-ours-v1:0",
				modelName: "Claude of ours",
				providerName: "Anthropic",
				prices: { input: 0.01, output: 99 },
			},
		],
	});
});
afterAll(async () => {
	await browser.close();
	await outcrop[Symbol.asyncDispose]();
});

test("models are searched, narrowed and sorted, and the address says so", async () => {
	await using opened = await openConsole(browser, outcrop, "models");
	const { page } = opened;
	const names = page.locator("tbody th a");
	await names.nth(20).waitFor();
	await page.keyboard.press("/");
	await page.keyboard.type("claude anthropic");
	await page.getByRole("button", { name: "tools", exact: true }).click();
	await page.getByRole("button", { name: "$ out" }).click();
	await page.getByRole("button", { name: "$ out" }).click();
	await page.waitForURL(/text=claude\+anthropic&can=tools&sort=-priceOut$/u);
	await expect.poll(() => names.first().innerText()).toBe("Claude of ours");
	expect(
		await page
			.getByRole("columnheader", { name: "$ out" })
			.getAttribute("aria-sort"),
	).toBe("descending");
	expect(opened.problems).toEqual([]);
});

test("a model that has ended is found when it is looked for", async () => {
	await using opened = await openConsole(
		browser,
		outcrop,
		"models?text=claude-instant-v1",
	);
	const { page } = opened;
	await page.getByRole("heading", { name: "No model is like that" }).waitFor();
	await page.getByRole("button", { name: "Look among all models" }).click();
	await page.locator(".state-ended").first().waitFor();
});

test("the keyboard goes from model to model, into one and back", async () => {
	await using opened = await openConsole(browser, outcrop, "");
	const { page } = opened;
	await page.getByRole("heading", { name: "Exchanges" }).waitFor();
	await page.keyboard.press("g");
	await page.keyboard.press("m");
	await page.locator("tbody th a >> nth=3").waitFor();
	await page.keyboard.press("j");
	await page.keyboard.press("j");
	await page.keyboard.press("Enter");
	await page.getByRole("heading", { name: "Regions" }).waitFor();
	await page.keyboard.press("Escape");
	await page.getByRole("heading", { name: "Models" }).waitFor();
	expect(opened.problems).toEqual([]);
});

test("one model shows its prices, its profiles and where they route, and its id is copied", async () => {
	await using opened = await openConsole(
		browser,
		outcrop,
		"models/anthropic.claude-sonnet-4-5-20250929-v1%3A0",
	);
	const { page } = opened;
	const price = page.getByRole("row", { name: /By us profile/u });
	expect(await price.innerText()).toBe("By us profile\t$3.30\t$16.50");
	await page
		.getByText(/^from .*us-east-1/u)
		.first()
		.waitFor();
	await page.getByRole("button", { name: "Copy model id" }).click();
	await page.getByText("Copied").waitFor({ state: "attached" });
	expect(await page.evaluate("navigator.clipboard.readText()")).toBe(
		"anthropic.claude-sonnet-4-5-20250929-v1:0",
	);
	expect(opened.problems).toEqual([]);
});

test("a model that nobody knows says so", async () => {
	await using opened = await openConsole(browser, outcrop, "models/nobody");
	await opened.page.getByText("The catalogue has no model nobody.").waitFor();
});
