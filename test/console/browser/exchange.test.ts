import { ConverseCommand } from "@aws-sdk/client-bedrock-runtime";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startOutcrop, type TestOutcrop } from "../../support/outcrop.ts";
import { findId, launch, openConsole } from "./browser.ts";
import { addRules, makeSampleCalls, models, user } from "./traffic.ts";

let browser: Browser;
let outcrop: TestOutcrop;
beforeAll(async () => {
	browser = await launch();
	outcrop = await startOutcrop();
	await addRules(outcrop);
	await makeSampleCalls(outcrop);
});
afterAll(async () => {
	await browser.close();
	await outcrop[Symbol.asyncDispose]();
});

/** A page on the newest exchange that a query finds. */
async function open(query: string, part = "") {
	const id = await findId(outcrop, query);
	return openConsole(browser, outcrop, `exchanges/${id}/${part}`);
}

test("a conversation is shown with its roles, tools, calls, results and reasoning", async () => {
	await using opened = await open("text=jacket");
	const { page } = opened;
	await page.getByText("It is 20 degrees in Paris").waitFor();
	expect(await page.locator(".turn h3").allInnerTexts()).toEqual([
		"system",
		"user",
		"assistant",
		"user",
		"answer\nby weather: say it · end_turn",
	]);
	await page.getByText("calls get_weather").waitFor();
	await page
		.getByText("The user wants the weather.")
		.waitFor({ state: "hidden" });
	await page.getByText("Reasoning").click();
	await page.getByText("The user wants the weather.").waitFor();
	await page.getByText("1 tool get_weather").click();
	await page.getByText("The weather of a city, now.").waitFor();
	expect(opened.problems).toEqual([]);
});

test("pictures are shown and documents named", async () => {
	await using opened = await open("text=picture");
	const { page } = opened;
	const picture = page.getByRole("img", { name: "png in the message" });
	await picture.waitFor();
	const width = await page.evaluate(
		"document.querySelector('.picture').decode().then(() => document.querySelector('.picture').naturalWidth)",
	);
	expect(width).toBe(96);
	await page.getByText("report txt").waitFor();
	expect(opened.problems).toEqual([]);
});

test("Anthropic's native bodies are conversations too", async () => {
	await using opened = await open("text=granite+hard");
	const { page } = opened;
	await page.getByText("Why is granite hard?").waitFor();
	await page.getByText("You are terse.").waitFor();
	await page.getByText("This is Outcrop's stub engine").waitFor();
});

test("bodies in OpenAI's manner are conversations too", async () => {
	await using opened = await open("text=three+rocks");
	const { page } = opened;
	await page.getByText("You are a geologist.").waitFor();
	await page.getByText("This is Outcrop's stub engine").waitFor();
});

test("a stream is a line of times, and each frame is decoded to its bytes", async () => {
	await using opened = await open("text=poem", "stream");
	const { page } = opened;
	const first = page.locator(".frame").first();
	await first.getByText("messageStart").click();
	await first.getByText(":event-type").waitFor();
	expect(await first.getByText("right", { exact: true }).count()).toBe(2);
	expect(await first.locator(".hex").innerText()).toMatch(
		/^00000000 {2}00 00 00 [\da-f]{2} /u,
	);
	await page.getByText("Between tokens, median").waitFor();
	expect(
		await page.getByRole("img", { name: /^\d+ events over/u }).count(),
	).toBe(1);
	expect(opened.problems).toEqual([]);
});

test("a stream that broke off says where, and by which fault", async () => {
	await using opened = await open("text=unlucky", "stream");
	const { page } = opened;
	await page.getByText("Fault on purpose").waitFor();
	const last = page.locator(".frame").last();
	await last.getByText("ModelStreamErrorException").click();
	await last.getByText(":exception-type").waitFor();
	expect(await page.locator(".frame").count()).toBe(7);
});

test("request and reply are JSON that folds and is copied", async () => {
	await using opened = await open("text=Hello", "request");
	const { page } = opened;
	const tree = page.getByRole("region", { name: "request" });
	await tree.getByText("Hello, Outcrop").waitFor();
	await tree.getByText("messages").click();
	await tree.getByText("Hello, Outcrop").waitFor({ state: "hidden" });
	await page.getByRole("button", { name: "Copy request", exact: true }).click();
	await page.getByText("Copied").waitFor({ state: "attached" });
	const copied = await page.evaluate("navigator.clipboard.readText()");
	expect(JSON.parse(String(copied))).toEqual({
		messages: [{ role: "user", content: [{ text: "Hello, Outcrop" }] }],
	});
	await page.getByRole("link", { name: "Reply" }).click();
	await page.getByText('"end_turn"').waitFor();
});

test("it says which rule answered, and why each of the others did not", async () => {
	await using opened = await open("text=poem about", "why");
	const { page } = opened;
	const rules = page.locator(".misses > li");
	await rules.nth(4).waitFor();
	expect(await rules.allInnerTexts()).toEqual([
		expect.stringMatching(
			/^weather: ask the tool\s+tools is none.*\s+user is /u,
		),
		expect.stringMatching(/^weather: say it\s+toolResult is /u),
		expect.stringMatching(
			/^poem\s+All of its conditions hold: it answered\.$/u,
		),
		expect.stringMatching(/^breaks off\s+user is .*expected "unlucky"$/u),
		expect.stringMatching(/^busy\s+user is .*expected "busy"$/u),
	]);
});

test("it says why the rules did not answer", async () => {
	await using opened = await open("text=Hello", "why");
	const { page } = opened;
	await page.getByText("The engine stub").waitFor();
	await page.getByText('user is "Hello, Outcrop", expected "poem"').waitFor();
});

test("the script of an exchange has its question answered again", async () => {
	await using opened = await open("text=Hello", "code");
	const { page } = opened;
	const script = await page
		.getByRole("region", { name: "Script", exact: true })
		.innerText();
	await using other = await startOutcrop();
	const check = await fetch(`${other.url}/_outcrop/api/scripts/check`, {
		method: "POST",
		body: script,
	});
	expect(await check.json()).toEqual({ problems: [] });
});

test("a request is sent again with edits, and compared with what it was", async () => {
	await using opened = await open("text=Hello", "replay");
	const { page } = opened;
	const body = page.getByLabel("Body");
	await body.fill((await body.inputValue()).replace("Hello", "Goodbye"));
	await page.getByRole("button", { name: "Send again" }).click();
	await page.getByText("Answered 200.").waitFor();
	await page.getByRole("link", { name: "compare it with this one" }).click();
	await page.getByRole("heading", { name: "Compare" }).waitFor();
	await page.locator(".diff-removed", { hasText: "Hello, Outcrop" }).waitFor();
	await page.locator(".diff-added", { hasText: "Goodbye, Outcrop" }).waitFor();
	expect(opened.problems).toEqual([]);
});

test("stored HTML is shown as text", async () => {
	const html = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;
	await addRules(outcrop, [
		{ name: html, when: { user: "onerror" }, text: html },
	]);
	await outcrop
		.client()
		.send(
			new ConverseCommand({ modelId: models.nova, messages: [user(html)] }),
		);
	await using opened = await openConsole(browser, outcrop, "?text=onerror");
	const { page } = opened;
	await page.getByRole("link", { name: html }).click();
	await page.locator(".is-answer").waitFor();
	expect(
		await page.getByText(html, { exact: true }).count(),
	).toBeGreaterThanOrEqual(2);
	await page.getByRole("link", { name: "Reply" }).click();
	await page.getByText("onerror").first().waitFor();
	expect(await page.title()).toBe("Exchange · Outcrop");
	expect(await page.locator("main img, main script").count()).toBe(0);
	expect(opened.problems).toEqual([]);
});

test("an exchange that was forgotten says so", async () => {
	await using opened = await openConsole(browser, outcrop, "exchanges/nothing");
	await opened.page.getByRole("heading", { name: "not there" }).waitFor();
});

test("a path that is no view says so", async () => {
	await using opened = await openConsole(browser, outcrop, "nowhere/at/all");
	await opened.page.getByRole("heading", { name: "Nothing is here" }).waitFor();
});
