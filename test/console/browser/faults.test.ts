import {
	ConverseCommand,
	ConverseStreamCommand,
	ThrottlingException,
} from "@aws-sdk/client-bedrock-runtime";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { all, startOutcrop, type TestOutcrop } from "../../support/outcrop.ts";
import { launch, openConsole } from "./browser.ts";
import { models, user } from "./traffic.ts";

let browser: Browser;
beforeAll(async () => {
	browser = await launch();
});
afterAll(() => browser.close());

function ask(outcrop: TestOutcrop) {
	return outcrop
		.client()
		.send(
			new ConverseCommand({ modelId: models.nova, messages: [user("Hello")] }),
		);
}

test("one press has a real client throttled, as often as was chosen", async () => {
	await using outcrop = await startOutcrop();
	await using opened = await openConsole(browser, outcrop, "faults");
	const { page } = opened;
	await page.getByLabel("How many calls").selectOption("the next 1");
	await page.getByRole("button", { name: "Throttle" }).click();
	await page.getByText("Added: Throttle.").waitFor();
	await page.getByText("0 of 1 hit").waitFor();
	await expect(ask(outcrop)).rejects.toThrow(ThrottlingException);
	await page.getByText("1 of 1 hit").waitFor();
	await ask(outcrop);
	expect(opened.problems).toEqual([]);
});

test("a stream breaks after as many events as the slider says", async () => {
	await using outcrop = await startOutcrop();
	await using opened = await openConsole(browser, outcrop, "faults");
	const { page } = opened;
	const card = page
		.getByRole("listitem")
		.filter({ hasText: "Break the stream" });
	await card.getByRole("slider").fill("2");
	await card.getByRole("button").click();
	await page
		.getByText("ModelStreamErrorException, after 2 events", { exact: true })
		.waitFor();
	const { stream } = await outcrop.client().send(
		new ConverseStreamCommand({
			modelId: models.nova,
			messages: [user("Hello")],
		}),
	);
	await expect(all(stream)).rejects.toMatchObject({
		name: "ModelStreamErrorException",
	});
});

test("the namespace in the address chooses which faults are shown, and whose calls are hit", async () => {
	await using outcrop = await startOutcrop();
	await fetch(`${outcrop.url}/_outcrop/api/faults?namespace=b`, {
		method: "POST",
		body: "throttlingException",
	});
	await using opened = await openConsole(
		browser,
		outcrop,
		"faults?namespace=a",
	);
	const { page } = opened;
	await page.getByText("None. Press one above").waitFor();
	await page.keyboard.press("1");
	await page.getByText("every call in namespace a").waitFor();
	await ask(outcrop);
	await page.getByLabel("Namespace").fill("");
	await page.getByText("every call in namespace b").waitFor();
	await expect.poll(() => new URL(page.url()).search).toBe("");
});

test("faults are removed, one or all", async () => {
	await using outcrop = await startOutcrop();
	await using opened = await openConsole(browser, outcrop, "faults");
	const { page } = opened;
	await page.getByText("None. Press one above").waitFor();
	await page.keyboard.press("1");
	await page.keyboard.press("2");
	await page.keyboard.press("3");
	const cards = page.locator(".active-faults .card");
	await expect.poll(() => cards.count()).toBe(3);
	await page
		.getByRole("button", { name: "Remove ServiceUnavailableException" })
		.click();
	await page
		.getByRole("button", { name: "Remove ServiceUnavailableException" })
		.waitFor({ state: "detached" });
	expect(await cards.count()).toBe(2);
	await page.keyboard.press("x");
	await page.getByText("None. Press one above").waitFor();
	await ask(outcrop);
	expect(opened.problems).toEqual([]);
});

test("the meters of a quota follow the calls, and the clock ends its minute", async () => {
	await using outcrop = await startOutcrop();
	await using opened = await openConsole(browser, outcrop, "faults");
	const { page } = opened;
	await page.getByRole("link", { name: "Quotas and clock" }).click();
	await page.getByLabel("Requests a minute").fill("1");
	await page.getByRole("button", { name: "Set quota" }).click();
	await page.getByText("No call was counted yet.").waitFor();
	await ask(outcrop);
	await page.getByText("1 of 1", { exact: true }).waitFor();
	await expect(ask(outcrop)).rejects.toThrow("Too many requests");
	await page.getByText("1 refused").waitFor();
	await page.getByRole("button", { name: "+ 1 minute" }).click();
	await page.getByText("It is 1 min 0 s ahead").waitFor();
	await page.getByText("0 of 1", { exact: true }).waitFor();
	await ask(outcrop);
	await page
		.getByRole("button", { name: "Back to the machine's time" })
		.click();
	await page.getByText("It is as the machine's.").waitFor();
	await page
		.getByRole("button", { name: "Remove the quota of All models" })
		.click();
	await page.getByText("No quotas: nothing is limited.").waitFor();
	expect(opened.problems).toEqual([]);
});

test("a fault that Outcrop does not take is told", async () => {
	await using outcrop = await startOutcrop();
	await using opened = await openConsole(browser, outcrop, "faults");
	const { page } = opened;
	const tooLong = "m".repeat(5000);
	await page.getByLabel("Models").first().fill(tooLong);
	await page.getByRole("button", { name: "Throttle" }).click();
	await page.getByText("model takes a name or a pattern").waitFor();
});
