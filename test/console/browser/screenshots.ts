/**
 * Writes pictures of every view to docs/console/, light and dark, wide and narrow: `npm run screenshots [-- NAME...]`.
 * Those are WebP, a third of the size; the PNGs that they are made of lie in node_modules/.cache/screenshots/.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { startOutcrop, type TestOutcrop } from "../../support/outcrop.ts";
import { launch, openConsole, type screens } from "./browser.ts";
import {
	addLimits,
	addRules,
	makeSampleCalls,
	recordSamples,
} from "./traffic.ts";
import { type Ids, idsOf, noIds, type Shot, shots } from "./views.ts";

const root = join(import.meta.dirname, "../../..");
const folder = join(root, "docs/console");
const originals = join(root, "node_modules/.cache/screenshots");

async function main(wanted: readonly string[]): Promise<void> {
	mkdirSync(folder, { recursive: true });
	mkdirSync(originals, { recursive: true });
	const browser = await launch();
	using cassettes = await recordSamples();
	await using outcrop = await startOutcrop({
		record: cassettes.path,
		recordMode: "missing",
	});
	try {
		const take = async (shot: Shot, ids: Ids) => {
			if (wanted.length > 0 && !wanted.includes(shot.name)) return;
			await shot.prepare?.(outcrop);
			for (const screen of ["wide", "narrow"] as const)
				for (const colorScheme of ["light", "dark"] as const)
					await picture(outcrop, browser, shot, ids, { screen, colorScheme });
		};
		await take({ name: "empty", path: () => "", ready: ".first-call" }, noIds);
		await take(
			{ name: "overview-empty", path: () => "overview", ready: ".empty" },
			noIds,
		);
		await addRules(outcrop);
		await addLimits(outcrop);
		await makeSampleCalls(outcrop);
		const ids = await idsOf(outcrop);
		for (const shot of shots) await take(shot, ids);
	} finally {
		await browser.close();
	}
}

async function picture(
	outcrop: TestOutcrop,
	browser: Browser,
	shot: Shot,
	ids: Ids,
	opening: { screen: keyof typeof screens; colorScheme: "light" | "dark" },
): Promise<void> {
	await using opened = await openConsole(
		browser,
		outcrop,
		shot.path(ids),
		opening,
	);
	const { page, problems } = opened;
	await page.locator(shot.ready).first().waitFor();
	if (shot.click) await page.locator(shot.click).click();
	if (shot.readyAfter) await page.locator(shot.readyAfter).first().waitFor();
	const { screen, colorScheme } = opening;
	const png = await page.screenshot({ animations: "disabled" });
	const name = `${shot.name}-${screen}-${colorScheme}`;
	writeFileSync(join(originals, `${name}.png`), png);
	writeFileSync(join(folder, `${name}.webp`), await toWebp(browser, png));
	for (const problem of problems)
		console.error(`${shot.name} ${screen} ${colorScheme}: ${problem}`);
}

/** By the browser, which has both formats. */
async function toWebp(browser: Browser, png: Buffer): Promise<Buffer> {
	const page = await browser.newPage();
	try {
		const url: string = await page.evaluate(`(async () => {
			const image = new Image();
			image.src = "data:image/png;base64,${png.toString("base64")}";
			await image.decode();
			const canvas = document.createElement("canvas");
			canvas.width = image.width;
			canvas.height = image.height;
			canvas.getContext("2d").drawImage(image, 0, 0);
			return canvas.toDataURL("image/webp", 0.85);
		})()`);
		return Buffer.from(url.slice(url.indexOf(",") + 1), "base64");
	} finally {
		await page.close();
	}
}

await main(process.argv.slice(2));
