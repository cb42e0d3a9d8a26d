/**
 * Drives the console in Debian's Chromium: `npm run test:console [-- FILE...]`. Installs it where that is possible; without
 * it all is skipped by name and aloud, and where `CI` is set that is a failure.
 * Each test is a line; the last line is `N passed, N failed, N skipped`.
 */
import { existsSync } from "node:fs";
import { buildConsole } from "../../../scripts/console.ts";
import { run } from "../../clients/process.ts";
import { type Counts, runVitest } from "../../clients/suites.ts";
import { chromiumPath } from "./browser.ts";

process.exitCode = await main(process.argv.slice(2));

async function main(files: string[]): Promise<number> {
	const reason = await missingChromium();
	const counts = reason ? skipped(reason) : await drive(files);
	console.log(
		`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`,
	);
	return counts.failed > 0 || (process.env.CI && counts.skipped > 0) ? 1 : 0;
}

async function drive(files: string[]): Promise<Counts> {
	await buildConsole();
	return runVitest(files, {}, import.meta.dirname);
}

function skipped(reason: string): Counts {
	console.log(`SKIPPED the console in a browser: ${reason}`);
	return { passed: 0, failed: 0, skipped: 1 };
}

/** Why there is no Chromium; undefined when there is. */
async function missingChromium(): Promise<string | undefined> {
	if (existsSync(chromiumPath)) return undefined;
	if (process.getuid?.() !== 0)
		return `there is no ${chromiumPath}; install it (apt-get install chromium), or name another by CHROMIUM`;
	const options = { cwd: import.meta.dirname };
	await run("apt-get", ["update", "-qq"], options);
	const installed = await run(
		"apt-get",
		["install", "-y", "-qq", "--no-install-recommends", "chromium"],
		options,
	);
	return existsSync(chromiumPath)
		? undefined
		: `Chromium could not be installed: ${installed.output.trim().slice(-300)}`;
}
