import {
	type Browser,
	type BrowserContext,
	chromium,
	type Page,
} from "playwright-core";
import type { TestOutcrop } from "../../support/outcrop.ts";

/** Debian's, unless the environment names another. */
export const chromiumPath = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Chromium as it has to be on a server: no display, no sandbox of its own, nothing of its own to fetch. */
export function launch(): Promise<Browser> {
	return chromium.launch({
		executablePath: chromiumPath,
		args: [
			"--no-sandbox",
			"--disable-gpu",
			"--disable-quic",
			"--no-first-run",
			"--disable-background-networking",
			"--disable-component-update",
			"--disable-sync",
		],
	});
}

/** Screens that the console is looked at on. */
export const screens = {
	wide: { width: 1280, height: 800 },
	narrow: { width: 390, height: 844 },
};

/** How a page is opened. */
export interface Opening {
	screen?: keyof typeof screens;
	colorScheme?: "light" | "dark";
}

/** A page of the console, with what went wrong on it. */
export interface OpenPage extends AsyncDisposable {
	page: Page;
	context: BrowserContext;
	/** Errors of scripts, and whatever the Content-Security-Policy kept from being loaded. */
	problems: string[];
}

/** Opens a page of the console; everything that goes to another server than Outcrop is a problem. */
export async function openConsole(
	browser: Browser,
	outcrop: TestOutcrop,
	path = "",
	{ screen = "wide", colorScheme = "light" }: Opening = {},
): Promise<OpenPage> {
	const context = await browser.newContext({
		viewport: screens[screen],
		colorScheme,
		reducedMotion: "reduce",
		locale: "en-US",
		timezoneId: "UTC",
		permissions: ["clipboard-read", "clipboard-write"],
	});
	const page = await context.newPage();
	// Less than a test may take, so that what was waited for is named; a busy machine may take its time.
	page.setDefaultTimeout(50_000);
	const problems: string[] = [];
	page.on("pageerror", (error) => problems.push(String(error)));
	page.on("console", (message) => {
		if (message.type() === "error") problems.push(message.text());
	});
	page.on("request", (request) => {
		const url = request.url();
		if (!url.startsWith(outcrop.url) && !url.startsWith("data:"))
			problems.push(`asked another server: ${url}`);
	});
	await page.goto(`${outcrop.url}/_outcrop/${path}`);
	return {
		page,
		context,
		problems,
		[Symbol.asyncDispose]: () => context.close(),
	};
}

/** The id of the newest exchange that a query of the API finds. */
export async function findId(
	outcrop: TestOutcrop,
	query: string,
): Promise<string> {
	const url = `${outcrop.url}/_outcrop/api/exchanges?limit=1&${query}`;
	const { exchanges } = JSON.parse(await (await fetch(url)).text());
	return exchanges[0].id;
}
