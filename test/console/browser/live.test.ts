import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startOutcrop } from "../../support/outcrop.ts";
import { launch, openConsole } from "./browser.ts";
import {
	addRules,
	askForWeather,
	makeSampleCalls,
	models,
	stream,
} from "./traffic.ts";

let browser: Browser;
beforeAll(async () => {
	browser = await launch();
});
afterAll(() => browser.close());

test("without exchanges the page says how to make the first", async () => {
	await using outcrop = await startOutcrop();
	await using opened = await openConsole(browser, outcrop);
	const { page } = opened;
	await page.getByText(`export AWS_ENDPOINT_URL=${outcrop.url}`).waitFor();
	await page.getByRole("button", { name: "Send a first call" }).click();
	await page.getByRole("row", { name: /Hello, Outcrop/ }).waitFor();
	expect(opened.problems).toEqual([]);
});

test("an exchange is in the list when it has ended", async () => {
	await using outcrop = await startOutcrop();
	await addRules(outcrop);
	await using opened = await openConsole(browser, outcrop);
	const { page } = opened;
	await page.getByRole("heading", { name: "Waiting" }).waitFor();
	await stream(outcrop.client(), models.sonnet, "A short poem about rocks");
	const row = page.getByRole("row", { name: /A short poem about rocks/ });
	await row.waitFor();
	const cells = await row.getByRole("gridcell").allInnerTexts();
	expect(cells.slice(1, 5)).toEqual([
		"200",
		"ConverseStream",
		"us.anthropic.claude-sonnet-4-5",
		"A short poem about rocks",
	]);
	expect(cells[5]).toMatch(/^\d+ → \d+$/u);
	expect(cells[6]).toMatch(/^\$0\.\d+$/u);
	expect(cells[7]).toMatch(/^[\d.]+ m?s$/u);
	expect(cells[8]).toBe("poem");
	expect(opened.problems).toEqual([]);
});

test("what fails is told apart", async () => {
	await using outcrop = await startOutcrop();
	await addRules(outcrop);
	await makeSampleCalls(outcrop);
	await using opened = await openConsole(browser, outcrop, "?status=error");
	const { page } = opened;
	await page.getByRole("row", { name: /An unlucky story/ }).waitFor();
	expect(await page.locator(".row .status").allInnerTexts()).toEqual([
		"200!\nfailed in mid-stream",
		"400",
		"429",
	]);
});

test("the search looks in requests and replies, and stands in the address", async () => {
	await using outcrop = await startOutcrop();
	await addRules(outcrop);
	await makeSampleCalls(outcrop);
	await using opened = await openConsole(browser, outcrop);
	const { page } = opened;
	await page.getByText("10 exchanges").waitFor();
	await page.keyboard.press("/");
	await page.keyboard.type("light BREEZE");
	await page.waitForURL(/\?text=light\+BREEZE$/u);
	await page.getByText("1 exchange", { exact: true }).waitFor();
	await page.keyboard.press("Escape");
	await page.keyboard.press("Escape");
	await page.getByText("10 exchanges").waitFor();
	expect(opened.problems).toEqual([]);
});

test("letters that are typed just when the search begins are kept", async () => {
	await using outcrop = await startOutcrop();
	await using opened = await openConsole(browser, outcrop);
	const { page } = opened;
	const search = page.getByRole("searchbox", { name: "Search" });
	await search.focus();
	await page.clock.install();
	await page.clock.pauseAt(Date.now() + 60_000);
	await page.keyboard.type("lig");
	// The typing has rested; what follows from that is not drawn before the next letter comes.
	const step = async () => {
		await page.clock.runFor(1);
		return page.url();
	};
	await expect.poll(step, { interval: 1 }).toMatch(/\?text=lig$/u);
	await page.keyboard.type("ht");
	expect(await search.inputValue()).toBe("light");
	await page.clock.resume();
	await page.waitForURL(/\?text=light$/u);
	expect(await search.inputValue()).toBe("light");
});

test("filters choose by operation and model", async () => {
	await using outcrop = await startOutcrop();
	await addRules(outcrop);
	await makeSampleCalls(outcrop);
	await using opened = await openConsole(browser, outcrop);
	const { page } = opened;
	await page.getByLabel("Filter by operation").selectOption("ConverseStream");
	await page.getByText("2 exchanges").waitFor();
	await page.getByLabel("Filter by model").selectOption(models.nova);
	await page.getByText("1 exchange", { exact: true }).waitFor();
	await page.getByRole("button", { name: "Show all" }).click();
	await page.getByText("10 exchanges").waitFor();
});

test("a search that finds nothing says so, and leads back", async () => {
	await using outcrop = await startOutcrop();
	await addRules(outcrop);
	await makeSampleCalls(outcrop);
	await using opened = await openConsole(browser, outcrop, "?text=nowhere");
	const { page } = opened;
	await page.getByRole("heading", { name: "Nothing matches" }).waitFor();
	await page.getByRole("button", { name: "Show all exchanges" }).click();
	await page.getByText("10 exchanges").waitFor();
});

test("a paused list stands still, and goes on with what it missed", async () => {
	await using outcrop = await startOutcrop();
	await addRules(outcrop);
	await makeSampleCalls(outcrop);
	await using opened = await openConsole(browser, outcrop);
	const { page } = opened;
	await page.getByText("10 exchanges").waitFor();
	await page.keyboard.press("p");
	await askForWeather(outcrop.client());
	await page.getByRole("button", { name: "Paused, 2 new" }).waitFor();
	expect(await page.locator(".row").count()).toBe(10);
	await page.keyboard.press("p");
	await page.getByText("12 exchanges").waitFor();
});

test("the keyboard goes through the list, into an exchange and back", async () => {
	await using outcrop = await startOutcrop();
	await addRules(outcrop);
	await makeSampleCalls(outcrop);
	await using opened = await openConsole(browser, outcrop);
	const { page } = opened;
	await page.getByText("10 exchanges").waitFor();
	await page.keyboard.press("j");
	await page.keyboard.press("j");
	await page.keyboard.press("j");
	const selected = page.getByRole("row", { selected: true });
	await expect.poll(() => selected.innerText()).toContain("A short poem");
	await page.keyboard.press("Enter");
	await page.getByRole("heading", { name: "ConverseStream" }).waitFor();
	await page.keyboard.press("j");
	await page.getByText("ModelStreamErrorException in mid-stream").waitFor();
	await page.keyboard.press("Escape");
	await page.getByRole("grid").waitFor();
	await expect.poll(() => selected.innerText()).toContain("An unlucky story");
	expect(opened.problems).toEqual([]);
});

test("? says what the keys do", async () => {
	await using outcrop = await startOutcrop();
	await using opened = await openConsole(browser, outcrop);
	const { page } = opened;
	await page.getByRole("heading", { name: "Waiting" }).waitFor();
	await page.keyboard.press("?");
	const dialog = page.getByRole("dialog", { name: "Keyboard" });
	await dialog.getByText("Next exchange").first().waitFor();
	await page.keyboard.press("Escape");
	await dialog.waitFor({ state: "hidden" });
});

test("the theme is chosen, and kept", async () => {
	await using outcrop = await startOutcrop();
	await using opened = await openConsole(browser, outcrop);
	const { page } = opened;
	await page.getByRole("button", { name: "Theme: system" }).click();
	await page.getByRole("button", { name: "Theme: light" }).click();
	await page.reload();
	await page.getByRole("button", { name: "Theme: dark" }).waitFor();
	const scheme = await page.evaluate(
		"getComputedStyle(document.documentElement).colorScheme",
	);
	expect(scheme).toBe("dark");
});

test("clearing forgets every exchange", async () => {
	await using outcrop = await startOutcrop();
	await addRules(outcrop);
	await makeSampleCalls(outcrop);
	await using opened = await openConsole(browser, outcrop);
	const { page } = opened;
	await page.getByRole("button", { name: "Clear" }).click();
	await page.getByRole("heading", { name: "Waiting" }).waitFor();
	expect(outcrop.emulator.journal.size).toBe(0);
});

test("two exchanges of the list are compared by the keyboard", async () => {
	await using outcrop = await startOutcrop();
	await addRules(outcrop);
	await makeSampleCalls(outcrop);
	await using opened = await openConsole(browser, outcrop);
	const { page } = opened;
	await page.getByText("10 exchanges").waitFor();
	await page.keyboard.press("j");
	await page.keyboard.press("c");
	await page.getByText("Select another").waitFor();
	await page.keyboard.press("j");
	await page.keyboard.press("c");
	await page.getByRole("heading", { name: "Compare" }).waitFor();
	await page.locator(".diff").first().waitFor();
});

test("on a narrow screen nothing is wider than the screen", async () => {
	await using outcrop = await startOutcrop();
	await addRules(outcrop);
	await makeSampleCalls(outcrop);
	await using opened = await openConsole(browser, outcrop, "", {
		screen: "narrow",
	});
	const { page } = opened;
	await page.getByRole("row", { name: /Hello, Outcrop/ }).waitFor();
	expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
});
