import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startOutcrop, type TestOutcrop } from "../../support/outcrop.ts";
import { findId, launch, type OpenPage, openConsole } from "./browser.ts";
import { addRules, askForWeather, models } from "./traffic.ts";

let browser: Browser;
let outcrop: TestOutcrop;
beforeAll(async () => {
	browser = await launch();
	outcrop = await startOutcrop();
	await addRules(outcrop);
});
afterAll(async () => {
	await browser.close();
	await outcrop[Symbol.asyncDispose]();
});

function open(query = ""): Promise<OpenPage> {
	return openConsole(browser, outcrop, `playground${query}`);
}

async function say({ page }: OpenPage, text: string): Promise<void> {
	await page.getByLabel("Message", { exact: true }).fill(text);
	await page.keyboard.press("Control+Enter");
}

/** The newest exchange, whole. */
async function newest(): Promise<{
	operation: string;
	modelId: string;
	input: Record<string, unknown>;
}> {
	const id = await findId(outcrop, "");
	const url = `${outcrop.url}/_outcrop/api/exchanges/${id}`;
	return JSON.parse(await (await fetch(url)).text());
}

test("an answer streams in, with its times and tokens, and its exchange is a click away", async () => {
	await using opened = await open();
	const { page } = opened;
	await say(opened, "A short poem");
	await page.getByText("what it said to yesterday.").waitFor();
	const came = page.locator(".came .settings");
	await came.waitFor();
	expect(await came.innerText()).toMatch(
		/^first token [\d.]+ m?s\nin all [\d.]+ m?s\ntokens in \d+\nout \d+\nstopped by end_turn$/u,
	);
	expect(await newest()).toMatchObject({ operation: "ConverseStream" });
	await page.getByRole("link", { name: "Open the exchange" }).click();
	await page.getByRole("heading", { name: "ConverseStream" }).waitFor();
	expect(opened.problems).toEqual([]);
});

test("a conversation of several turns is sent whole, with system and parameters", async () => {
	await using opened = await open();
	const { page } = opened;
	await page.getByLabel("System").fill("You are terse.");
	await page.getByLabel("maxTokens").fill("64");
	await page.getByLabel("temperature").fill("0.5");
	await say(opened, "First");
	await page.locator(".came").waitFor();
	await say(opened, "Second");
	await page.locator(".came >> nth=1").waitFor();
	const { input } = await newest();
	expect(input).toMatchObject({
		system: [{ text: "You are terse." }],
		inferenceConfig: { maxTokens: 64, temperature: 0.5 },
		messages: [
			{ role: "user", content: [{ text: "First" }] },
			{ role: "assistant" },
			{ role: "user", content: [{ text: "Second" }] },
		],
	});
	expect(opened.problems).toEqual([]);
});

test("a tool is called, its result typed in, and the model goes on", async () => {
	await using opened = await open(`?model=${models.sonnet}`);
	const { page } = opened;
	await page.getByRole("button", { name: "Put an example" }).click();
	await page.getByText("Offers get_weather.").waitFor();
	await say(opened, "What is the weather in Paris?");
	await page.getByText("calls get_weather").waitFor();
	await page
		.getByLabel("Result of get_weather")
		.fill('{"city": "Paris", "temperature": 20}');
	await page.getByRole("button", { name: "Send", exact: true }).click();
	await page.getByText("It is 20 degrees in Paris").waitFor();
	expect(opened.problems).toEqual([]);
});

test("tools that are none say what is wrong with them", async () => {
	await using opened = await open();
	const { page } = opened;
	const tools = page.getByLabel("Tools");
	await tools.fill("[{");
	await page.getByText("No JSON yet").waitFor();
	await tools.fill('[{"name": "look"}]');
	await page.getByText("The tool look has no inputSchema.").waitFor();
	expect(await tools.getAttribute("aria-invalid")).toBe("true");
});

test("a picture travels as its bytes", async () => {
	await using opened = await open();
	const { page } = opened;
	const bytes = Buffer.from(
		"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
		"base64",
	);
	await page.locator("input[type=file]").setInputFiles({
		name: "dot.png",
		mimeType: "image/png",
		buffer: bytes,
	});
	await page.getByText("dot.png").first().waitFor();
	await say(opened, "What is this?");
	await page.locator(".came").waitFor();
	const { input } = await newest();
	expect(input).toMatchObject({
		messages: [
			{
				content: [
					{
						image: {
							format: "png",
							source: { bytes: { base64: bytes.toString("base64") } },
						},
					},
					{ text: "What is this?" },
				],
			},
		],
	});
	expect(opened.problems).toEqual([]);
});

test("pictures are dropped and pasted, and left out again; what is none says so", async () => {
	await using opened = await open();
	const { page } = opened;
	const give = (event: string, member: string, name: string, type: string) =>
		page.evaluate(`{
			const data = new DataTransfer();
			data.items.add(new File(["1234"], "${name}", { type: "${type}" }));
			document.querySelector(".composer textarea").dispatchEvent(
				new ${event}("${event === "DragEvent" ? "drop" : "paste"}",
					{ bubbles: true, cancelable: true, ${member}: data }));
		}`);
	await page.getByRole("heading", { name: "Ask a model" }).waitFor();
	await give("DragEvent", "dataTransfer", "dropped.png", "image/png");
	await page.getByText("dropped.png").first().waitFor();
	await give("ClipboardEvent", "clipboardData", "pasted.gif", "image/gif");
	await page.getByText("pasted.gif").first().waitFor();
	await give("DragEvent", "dataTransfer", "notes.txt", "text/plain");
	await page
		.getByText("notes.txt is text/plain; pictures are PNG, JPEG, GIF or WebP.")
		.waitFor();
	await page.getByRole("button", { name: "Leave dropped.png out" }).click();
	await expect.poll(() => page.locator(".attachments li").count()).toBe(1);
});

test.each([
	["Converse, whole", "Converse"],
	["Native body, streamed", "InvokeModelWithResponseStream"],
	["Native body, whole", "InvokeModel"],
])(
	"a conversation goes on by another surface: %s",
	async (title, operation) => {
		await using opened = await open(`?model=${models.haiku}`);
		const { page } = opened;
		await say(opened, "First");
		await page.locator(".came").waitFor();
		await page.getByLabel("Surface").selectOption({ label: title });
		await say(opened, "A poem, please");
		await page.getByText("what it said to yesterday.").waitFor();
		await page.locator(".came >> nth=1").waitFor();
		expect(await page.locator(".came .settings >> nth=1").innerText()).toMatch(
			/tokens in \d+\nout \d+\nstopped by end_turn$/u,
		);
		expect((await newest()).operation).toBe(operation);
		expect(opened.problems).toEqual([]);
	},
);

test("the request's body can be changed by hand", async () => {
	await using opened = await open(`?model=${models.haiku}`);
	const { page } = opened;
	await page.getByLabel("Surface").selectOption("invoke");
	await page.getByLabel("Message", { exact: true }).fill("Hello");
	await page.getByText("Request body", { exact: true }).click();
	const body = page.getByRole("textbox", { name: "Request body" });
	const written = JSON.parse(await body.inputValue());
	expect(written).toEqual({
		anthropic_version: "bedrock-2023-05-31",
		max_tokens: 1024,
		messages: [{ role: "user", content: [{ type: "text", text: "Hello" }] }],
	});
	await body.fill(JSON.stringify({ ...written, top_k: 7 }));
	await page.getByText("changed by hand").waitFor();
	await page.getByRole("button", { name: "Send" }).click();
	await page.locator(".came").waitFor();
	expect(await newest()).toMatchObject({ input: { body: { top_k: 7 } } });
});

test("a refusal is shown with its type and text, and the message can be written again", async () => {
	await using opened = await open();
	const { page } = opened;
	await say(opened, "Are you busy?");
	await page.getByText("ThrottlingException").waitFor();
	await page
		.getByText("Too many requests, please wait before trying again.")
		.waitFor();
	await page.getByRole("button", { name: "Edit" }).click();
	expect(await page.getByLabel("Message", { exact: true }).inputValue()).toBe(
		"Are you busy?",
	);
});

test("a stream that fails keeps what was said before", async () => {
	await using opened = await open();
	const { page } = opened;
	await say(opened, "An unlucky story");
	await page.getByText(/^ModelStreamErrorException: /u).waitFor();
	await page.getByText("Everything is").waitFor();
});

test("an answer is stopped, and the server hears of it", async () => {
	await addRules(outcrop, [
		{
			name: "slow",
			when: { user: "slowly" },
			text: "one two three four five six seven eight nine ten",
			pace: { firstToken: "0ms", tokensPerSecond: 0.1 },
		},
	]);
	await using opened = await open();
	const { page } = opened;
	await say(opened, "Count slowly");
	await page.locator(".is-answer", { hasText: "one" }).waitFor();
	await page.getByRole("button", { name: "Stop" }).click();
	await page.getByText("stopped by you").waitFor();
	expect(await page.locator(".is-answer .said").innerText()).toMatch(
		/^one(?! two three four five six)/u,
	);
	await page.getByRole("link", { name: "Open the exchange" }).click();
	await page.getByRole("heading", { name: "ConverseStream" }).waitFor();
});

test("starting over in the middle of an answer leaves nothing of it", async () => {
	await addRules(outcrop, [
		{
			name: "slower",
			when: { user: "never ends" },
			text: "one two three four five six seven eight nine ten",
			pace: { firstToken: "0ms", tokensPerSecond: 0.1 },
		},
	]);
	await using opened = await open();
	const { page } = opened;
	await say(opened, "It never ends");
	await page.locator(".is-answer", { hasText: "one" }).waitFor();
	await page.getByRole("button", { name: "Start over" }).click();
	await page.getByRole("heading", { name: "Ask a model" }).waitFor();
	await say(opened, "Again");
	await page.locator(".came").waitFor();
	expect(await page.locator(".turn").count()).toBe(2);
});

test("what the playground has no field for is kept in the body that was sent", async () => {
	const response = await fetch(
		`${outcrop.url}/model/${models.sonnet}/converse`,
		{
			method: "POST",
			body: JSON.stringify({
				messages: [{ role: "user", content: [{ text: "Kept?" }] }],
				additionalModelRequestFields: { top_k: 9 },
			}),
		},
	);
	const id = response.headers.get("x-amzn-requestid");
	await using opened = await open(`?exchange=${id}`);
	const { page } = opened;
	await page.getByText("changed by hand").waitFor();
	await page.getByRole("button", { name: "Send again" }).click();
	await page.locator(".came").waitFor();
	expect((await newest()).input).toMatchObject({
		additionalModelRequestFields: { top_k: 9 },
	});
});

test("an answer is saved as a rule that answers from then on", async () => {
	await using opened = await open();
	const { page } = opened;
	await say(opened, "Remember {this}");
	await page.locator(".came").waitFor();
	await page.getByRole("button", { name: "Copy as YAML" }).click();
	await page.getByText("Copied: outcrop --script").waitFor();
	const check = await fetch(`${outcrop.url}/_outcrop/api/scripts/check`, {
		method: "POST",
		body: String(await page.evaluate("navigator.clipboard.readText()")),
	});
	expect(await check.json()).toEqual({ problems: [] });
	await page.getByRole("button", { name: "Save as a rule" }).click();
	await page.getByText(/^The rule ConverseStream \w+ answers this/u).waitFor();
	await page.getByRole("button", { name: "Start over" }).click();
	await say(opened, "Remember {this}");
	await page.locator(".came").waitFor();
	expect(await newest()).toMatchObject({
		rule: expect.stringMatching(/^ConverseStream /u),
	});
});

test("an exchange is taken over, tools, results and all", async () => {
	await askForWeather(outcrop.client());
	const id = await findId(outcrop, "text=Paris");
	await using opened = await openConsole(
		browser,
		outcrop,
		`exchanges/${id}/replay`,
	);
	const { page } = opened;
	await page
		.getByRole("link", { name: "go on from it in the playground" })
		.click();
	await page.getByText("calls get_weather").waitFor();
	expect(await page.getByRole("combobox", { name: "Model" }).inputValue()).toBe(
		models.sonnet,
	);
	await page.getByText("Offers get_weather.").waitFor();
	await page.getByRole("button", { name: "Send again" }).click();
	await page.getByText("It is 20 degrees in Paris").waitFor();
	expect(opened.problems).toEqual([]);
});

test("where signatures are checked it says why it cannot call", async () => {
	await using strict = await startOutcrop({ verifySignatures: true });
	await using opened = await openConsole(browser, strict, "playground");
	await say(opened, "Hello");
	await opened.page
		.getByText("Outcrop was started with --verify-signatures")
		.waitFor();
});
