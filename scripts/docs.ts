/**
 * Writes the generated pages of `docs/`.
 *
 *   npm run docs              writes them
 *   npm run docs -- --check   only tells whether they are up to date (exit 1 when stale)
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { configPage } from "./docs/configuration.ts";
import { familiesPage } from "./docs/families.ts";
import { modesPage } from "./docs/modes.ts";
import { operationsPage } from "./docs/operations.ts";

const pages: Record<string, () => string | Promise<string>> = {
	"docs/families.md": familiesPage,
	"docs/operations.md": operationsPage,
	"docs/configuration.md": configPage,
	"docs/modes.md": modesPage,
};

let stale = false;
for (const [file, page] of Object.entries(pages)) {
	const url = new URL(`../${file}`, import.meta.url);
	const text = await page();
	if (!process.argv.includes("--check")) writeFileSync(url, text);
	else if (!existsSync(url) || readFileSync(url, "utf8") !== text) {
		stale = true;
		console.error(`${file} is stale. Run: npm run docs`);
	}
}
process.exitCode = stale ? 1 : 0;
