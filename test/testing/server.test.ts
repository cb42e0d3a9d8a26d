import {
	BedrockRuntimeClient,
	ConverseCommand,
} from "@aws-sdk/client-bedrock-runtime";
import { expect, onTestFinished, test } from "vitest";
import {
	all,
	attachOutcrop,
	type Outcrop,
	startOutcrop,
	user,
} from "../../src/testing/index.ts";
import "../../src/testing/vitest.ts";
import { holdNobody } from "../support/nobody.ts";

const modelId = "amazon.nova-lite-v1:0";

async function ask(outcrop: Outcrop, text: string, maxAttempts = 1) {
	const client = new BedrockRuntimeClient(
		outcrop.clientConfig({ maxAttempts }),
	);
	onTestFinished(() => client.destroy());
	const { output } = await client.send(
		new ConverseCommand({
			modelId,
			messages: [{ role: "user", content: [{ text }] }],
		}),
	);
	return output?.message?.content?.[0]?.text;
}

test("namespaces of one server do not meet: rules, journal, faults, reset", async () => {
	await using server = await startOutcrop();
	const one = server.namespace("one");
	const two = server.namespace("two");
	one.when(all()).text("One.");
	two.when(all()).text("Two.");

	expect(await Promise.all([ask(one, "a"), ask(two, "b")])).toEqual([
		"One.",
		"Two.",
	]);
	expect((await one.exchanges()).map((exchange) => exchange.user)).toEqual([
		"a",
	]);

	one.fail({ throw: "ThrottlingException" });
	await expect(ask(one, "a")).rejects.toMatchObject({
		name: "ThrottlingException",
	});
	expect(await ask(two, "b")).toBe("Two.");

	await one.reset();
	expect(await one.exchanges()).toEqual([]);
	expect(await ask(one, "a")).not.toBe("One.");
	expect(await ask(two, "b")).toBe("Two.");
	expect(await two.exchanges()).toHaveLength(3);
});

test("a namespace's rules are asked before those for all", async () => {
	await using server = await startOutcrop();
	const space = server.namespace();
	space.when(user("special")).text("Special.");
	server.when(all()).text("Default.");

	expect(await ask(space, "special")).toBe("Special.");
	expect(await ask(space, "other")).toBe("Default.");
	expect(await ask(server, "special")).toBe("Default.");
});

test("made-up namespaces differ, and a name that cannot travel is refused", async () => {
	await using server = await startOutcrop();

	expect(server.namespace().name).not.toBe(server.namespace().name);
	expect(() => server.namespace("a/b")).toThrow(
		'A namespace cannot be called "a/b". Take up to 100 letters, digits, _ and -.',
	);
});

test("a header puts a request into a namespace too", async () => {
	await using server = await startOutcrop();
	const space = server.namespace("mine");
	space.when(all()).text("Mine.");

	const response = await fetch(`${server.url}/model/${modelId}/converse`, {
		method: "POST",
		headers: { ...space.headers(), "content-type": "application/json" },
		body: JSON.stringify({
			messages: [{ role: "user", content: [{ text: "hi" }] }],
		}),
	});

	expect(await response.text()).toContain("Mine.");
});

test("a fault hits as often as it is told, and the SDK's retry gets through", async () => {
	await using outcrop = await startOutcrop();
	outcrop.when(all()).text("There.");
	outcrop.fail({
		throw: "ThrottlingException",
		times: 1,
		operation: "Converse",
	});

	expect(await ask(outcrop, "hello", 2)).toBe("There.");
	const exchanges = await outcrop.exchanges();
	expect(exchanges.map(({ status }) => status)).toEqual([429, 200]);
	expect(exchanges.map(({ attempt }) => attempt)).toEqual([1, 2]);
});

test("a fault that cannot be is refused with the reason", async () => {
	await using outcrop = await startOutcrop();

	await expect(outcrop.fail({ times: 1 })).rejects.toThrow(
		"A fault does not say what fails.",
	);
});

test("a quota throttles until its minute is over on Outcrop's clock", async () => {
	await using outcrop = await startOutcrop();
	outcrop.quota({ model: "amazon.*", requestsPerMinute: 1 });

	await ask(outcrop, "one");
	await expect(ask(outcrop, "two")).rejects.toMatchObject({
		name: "ThrottlingException",
	});
	outcrop.clock.advance("60s");
	await ask(outcrop, "three");

	expect(await outcrop.exchanges({ status: "ok" })).toHaveLength(2);
});

test("the clock wakes a slow reply", async () => {
	await using outcrop = await startOutcrop();
	outcrop
		.when(all())
		.text("Slow.")
		.with({ pace: { firstToken: "60m" } });
	const asked = ask(outcrop, "hello");
	const before = await outcrop.clock.now();
	let text: string | undefined;
	void asked.then((said) => {
		text = said;
	});
	while (text === undefined) {
		await outcrop.clock.advance("1h");
		await new Promise((resolve) => setImmediate(resolve));
	}

	expect(text).toBe("Slow.");
	expect(await outcrop.clock.now()).toBeGreaterThanOrEqual(before + 3_600_000);
});

test("reset of the whole server forgets rules, faults, the journal and the clock", async () => {
	await using outcrop = await startOutcrop();
	outcrop.when(all()).text("Scripted.");
	outcrop.fail({ throw: "ThrottlingException", times: 1 });
	outcrop.clock.advance("1h");
	await outcrop.reset();

	expect(await ask(outcrop, "hello")).not.toBe("Scripted.");
	expect(await outcrop.exchanges()).toHaveLength(1);
	expect(await outcrop.clock.now()).toBeLessThan(Date.now() + 1000);
});

test("several servers live side by side", async () => {
	await using one = await startOutcrop();
	await using two = await startOutcrop({ seed: 2 });
	one.when(all()).text("One.");
	two.when(all()).text("Two.");

	expect(one.url).not.toBe(two.url);
	expect(await ask(one, "hello")).toBe("One.");
	expect(await ask(two, "hello")).toBe("Two.");
});

test("await using stops the server", async () => {
	let url = "";
	{
		await using outcrop = await startOutcrop();
		url = outcrop.url;
	}

	await expect(fetch(`${url}/_outcrop/health`)).rejects.toThrow();
});

test("an attached handle scripts, breaks, waits and resets over HTTP", async () => {
	await using server = await startOutcrop();
	const remote = (await attachOutcrop(`${server.url}/`)).namespace("remote");

	remote.when(user(/weather/)).text("Remote.");
	remote.fail({ throw: "ModelTimeoutException", times: 1 });
	await remote.ready();

	const waiting = remote.received({ status: "ok" });
	await expect(ask(remote, "weather")).rejects.toMatchObject({
		name: "ModelTimeoutException",
	});
	expect(await ask(remote, "weather")).toBe("Remote.");
	expect(await waiting).toMatchObject({ user: "weather", namespace: "remote" });
	await expect(remote).toHaveBeenAsked({ user: "weather", times: 2 });
	await expect(
		expect(remote).toHaveBeenAsked({ user: "football" }),
	).rejects.toThrow("0 of 2 calls matched");

	await remote.reset();
	expect(await server.exchanges()).toEqual([]);
});

test("a handle that was attached does not stop the server", async () => {
	await using server = await startOutcrop();
	await (await attachOutcrop(server.url)).stop();

	expect((await fetch(`${server.url}/_outcrop/health`)).status).toBe(200);
});

test("attaching where nobody answers says what to do", async () => {
	await using nobody = await holdNobody();

	await expect(attachOutcrop(nobody.url)).rejects.toThrow(
		`No Outcrop answers at ${nobody.url}. Start one with npx outcrop, or give the URL at which it listens.`,
	);
});

test("env has what a child process needs", async () => {
	await using outcrop = await startOutcrop();

	expect(outcrop.namespace("child").env()).toEqual({
		AWS_ENDPOINT_URL: outcrop.url,
		AWS_REGION: "us-east-1",
		AWS_DEFAULT_REGION: "us-east-1",
		AWS_ACCESS_KEY_ID: "child",
		AWS_SECRET_ACCESS_KEY: "test",
	});
});

test("a misspelt option of startOutcrop stops the start", async () => {
	// As JavaScript would: no type looks at it.
	const options: object = { onMis: "error" };
	await expect(startOutcrop(options)).rejects.toThrow(
		"startOutcrop has no option onMis. Did you mean onMiss?",
	);
});

test.each([
	["a text", "hello", '"hello"'],
	["nothing", undefined, "nothing"],
	["null", null, "nothing"],
])(
	"%s is no condition, and is refused where it is written",
	async (_, given, shown) => {
		await using outcrop = await startOutcrop();
		const conditions: object[] = [];
		Reflect.set(conditions, 0, given);
		expect(() => outcrop.when(...conditions)).toThrow(
			`when() takes conditions such as user("hello"), not ${shown}.`,
		);
	},
);

test("attaching to nothing says what is wanted", async () => {
	const nothing: Parameters<typeof attachOutcrop> = JSON.parse("[null]");
	await expect(attachOutcrop(...nothing)).rejects.toThrow(
		"attachOutcrop takes the URL of an Outcrop such as http://localhost:4566, not null.",
	);
});
