import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { HttpRequest } from "../../../src/http/message.ts";
import { startOutcrop, type TestOutcrop } from "../../support/outcrop.ts";
import { launch, openConsole } from "./browser.ts";
import { models } from "./traffic.ts";

const count = 50_000;

let browser: Browser;
let outcrop: TestOutcrop;
beforeAll(async () => {
	browser = await launch();
	outcrop = await startOutcrop({
		journalCount: count,
		journalBytes: 1_000_000_000,
	});
	for (let call = 1; call <= count; call++)
		await outcrop.emulator.answer(requestOf(`Call ${call} of many`));
}, 120_000);
afterAll(async () => {
	await browser.close();
	await outcrop[Symbol.asyncDispose]();
});

/** A request past the socket: what is looked at here is the list, not how it was filled. */
function requestOf(text: string): HttpRequest {
	const body = Buffer.from(
		JSON.stringify({ messages: [{ role: "user", content: [{ text }] }] }),
	);
	return {
		method: "POST",
		path: `/model/${models.nova}/converse`,
		query: "",
		headers: { "content-type": "application/json" },
		httpVersion: "1.1",
		remoteAddress: "127.0.0.1",
		body: async () => body,
		signal: new AbortController().signal,
	};
}

test("50,000 exchanges are a list of which few rows are drawn", async () => {
	await using opened = await openConsole(browser, outcrop);
	const { page } = opened;
	await page.getByText("50,000 exchanges").waitFor();
	await page.getByRole("link", { name: "Call 50000 of many" }).waitFor();
	expect(await page.locator(".row").count()).toBeLessThan(60);
	expect(opened.problems).toEqual([]);
});

test("the list scrolls to the oldest of 50,000, and to any between", async () => {
	await using opened = await openConsole(browser, outcrop);
	const { page } = opened;
	await page.getByText("50,000 exchanges").waitFor();
	await page.keyboard.press("End");
	await page
		.getByRole("link", { name: "Call 1 of many", exact: true })
		.waitFor();
	await page.evaluate(
		"document.querySelector('.list-scroll').scrollTop = 34 * 25_000",
	);
	await page.getByRole("link", { name: "Call 25000 of many" }).waitFor();
	expect(await page.locator(".row").count()).toBeLessThan(60);
});

test("a reader who scrolled down keeps the rows while others come in", async () => {
	await using opened = await openConsole(browser, outcrop);
	const { page } = opened;
	await page.getByText("50,000 exchanges").waitFor();
	await page.evaluate(
		"document.querySelector('.list-scroll').scrollTop = 3400",
	);
	const row = page.getByRole("link", { name: "Call 49895 of many" });
	await row.waitFor();
	const before = await row.boundingBox();
	for (let call = 0; call < 5; call++)
		await outcrop.emulator.answer(requestOf("A new one"));
	await expect
		.poll(() =>
			page.evaluate("document.querySelector('.list-scroll').scrollTop"),
		)
		.toBe(3570);
	await expect.poll(() => row.boundingBox()).toEqual(before);
});

test("scrolling through 50,000 keeps the summaries of few thousand", async () => {
	await using opened = await openConsole(browser, outcrop);
	const { page } = opened;
	await page.getByText("50,000 exchanges").waitFor();
	for (let step = 1; step <= 60; step++) {
		await page.evaluate(
			`document.querySelector('.list-scroll').scrollTop = 34 * 800 * ${step}`,
		);
		await page
			.getByRole("link", { name: /^Call \d+ of many/u })
			.nth(12)
			.waitFor();
	}
	const session = await opened.context.newCDPSession(page);
	await session.send("HeapProfiler.collectGarbage");
	const { usedSize } = await session.send("Runtime.getHeapUsage");
	expect(usedSize).toBeLessThan(20_000_000);
});
