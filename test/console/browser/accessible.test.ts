import { AxeBuilder } from "@axe-core/playwright";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startOutcrop, type TestOutcrop } from "../../support/outcrop.ts";
import { launch, openConsole } from "./browser.ts";
import {
	addLimits,
	addRules,
	makeSampleCalls,
	recordSamples,
} from "./traffic.ts";
import { type Ids, idsOf, noIds, shots } from "./views.ts";

let browser: Browser;
let outcrop: TestOutcrop;
let folder: Awaited<ReturnType<typeof recordSamples>>;
let ids: Ids = noIds;
beforeAll(async () => {
	browser = await launch();
	folder = await recordSamples();
	outcrop = await startOutcrop({
		record: folder.path,
		recordMode: "missing",
	});
	await addRules(outcrop);
	await addLimits(outcrop);
	await makeSampleCalls(outcrop);
	ids = await idsOf(outcrop);
});
afterAll(async () => {
	await browser.close();
	await outcrop[Symbol.asyncDispose]();
	folder[Symbol.dispose]();
});

describe.each([
	["wide", "light"],
	["wide", "dark"],
	["narrow", "light"],
	["narrow", "dark"],
] as const)("%s, %s", (screen, colorScheme) => {
	test.each(shots.map((shot) => [shot.name, shot] as const))(
		"axe finds nothing in the view %s, and it does not scroll sideways",
		async (_name, { path, ready, click, readyAfter }) => {
			await using opened = await openConsole(browser, outcrop, path(ids), {
				colorScheme,
				screen,
			});
			const { page } = opened;
			await page.locator(ready).first().waitFor();
			if (click) await page.locator(click).click();
			if (readyAfter) await page.locator(readyAfter).first().waitFor();
			const { violations } = await new AxeBuilder({ page }).analyze();
			expect(
				violations.map(({ id, nodes }) => [
					id,
					nodes.map(({ target, failureSummary }) => [target, failureSummary]),
				]),
			).toEqual([]);
			const scrolls = await page.evaluate(
				"[...document.querySelectorAll('html, main')].some((one) => one.scrollWidth > one.clientWidth)",
			);
			expect(scrolls, "scrolls sideways").toBe(false);
		},
	);
});
