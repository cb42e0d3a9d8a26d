import {
	BedrockRuntimeClient,
	ConverseCommand,
	ConverseStreamCommand,
	InvokeModelCommand,
} from "@aws-sdk/client-bedrock-runtime";
import { expect, onTestFinished, test } from "vitest";
import {
	all,
	type Outcrop,
	outcropMatchers,
	startOutcrop,
	user,
} from "../../src/testing/index.ts";
import "../../src/testing/vitest.ts";

const modelId = "amazon.nova-lite-v1:0";

function clientOf(outcrop: Outcrop, maxAttempts = 1) {
	const client = new BedrockRuntimeClient(
		outcrop.clientConfig({ maxAttempts }),
	);
	onTestFinished(() => client.destroy());
	return client;
}

function converse(text: string) {
	return new ConverseCommand({
		modelId,
		messages: [{ role: "user", content: [{ text }] }],
	});
}

test("received finds a call that has ended", async () => {
	await using outcrop = await startOutcrop();
	outcrop.when(all()).text("Hi there.");
	await clientOf(outcrop).send(converse("Hello"));

	const exchange = await outcrop.received({ operation: "Converse" });

	expect(exchange).toMatchObject({
		user: "Hello",
		reply: "Hi there.",
		modelId,
		status: 200,
		state: "ok",
	});
	expect(exchange.input.messages?.[0]?.content?.[0]?.text).toBe("Hello");
});

test("received waits for a call that has not come yet, and for a stream's end", async () => {
	await using outcrop = await startOutcrop();
	outcrop.when(user("stream")).text("one two");
	const waiting = outcrop.received({ operation: "ConverseStream" });
	const client = clientOf(outcrop);
	await client.send(converse("no stream"));

	const { stream } = await client.send(
		new ConverseStreamCommand({
			modelId,
			messages: [{ role: "user", content: [{ text: "stream" }] }],
		}),
	);
	for await (const _event of stream ?? []);

	expect(await waiting).toMatchObject({ user: "stream", reply: "one two" });
});

test("received gives as many as were asked for, and those after another", async () => {
	await using outcrop = await startOutcrop();
	const client = clientOf(outcrop);
	await client.send(converse("one"));
	await client.send(converse("two"));
	await client.send(converse("three"));

	const both = await outcrop.received({}, { times: 2 });
	const [first] = both;
	const next = await outcrop.received({}, { after: first as never });

	expect(both.map((exchange) => exchange.user)).toEqual(["one", "two"]);
	expect(next.user).toBe("two");
});

test("received gives up after its time and lists what came", async () => {
	await using outcrop = await startOutcrop();
	await clientOf(outcrop).send(converse("Hello"));

	await expect(
		outcrop.received({ user: /weather/ }, { timeoutMs: 20 }),
	).rejects.toThrow(
		`No call like { user: /weather/ } within 20 ms. What came:
  1. Converse of amazon.nova-lite-v1:0, user "Hello": ok, answered by stub
     user is "Hello", not /weather/`,
	);
});

test("received ends when the server stops", async () => {
	const outcrop = await startOutcrop();
	const waiting = expect(outcrop.received({})).rejects.toThrow(
		"Outcrop stopped while a call was waited for.",
	);
	await outcrop.received({}, { timeoutMs: 1 }).catch(() => {});
	await outcrop.stop();
	await waiting;
});

test("native bodies are read too", async () => {
	await using outcrop = await startOutcrop();
	await clientOf(outcrop).send(
		new InvokeModelCommand({
			modelId,
			body: JSON.stringify({
				system: [{ text: "Be kind." }],
				messages: [{ role: "user", content: [{ text: "Hello" }] }],
			}),
		}),
	);

	const last = await outcrop.lastRequest({ operation: "InvokeModel" });

	expect(last).toMatchObject({ user: "Hello", system: "Be kind." });
	expect(last?.input.body).toMatchObject({ system: [{ text: "Be kind." }] });
});

test("toHaveBeenAsked passes on the calls that came", async () => {
	await using outcrop = await startOutcrop();
	await clientOf(outcrop).send(converse("What is the weather?"));

	await expect(outcrop).toHaveBeenAsked();
	await expect(outcrop).toHaveBeenAsked({
		user: /weather/,
		model: "nova",
		operation: "Converse",
		times: 1,
	});
	await expect(outcrop).not.toHaveBeenAsked({ user: "football" });
});

test("toHaveBeenAsked decides at once where the server is in the process", async () => {
	await using outcrop = await startOutcrop();

	const result = outcropMatchers.toHaveBeenAsked(outcrop);

	expect(result).toMatchObject({ pass: false });
});

test("toHaveBeenAsked says what came and what was expected", async () => {
	await using outcrop = await startOutcrop();
	outcrop.when(user("football")).throw("ModelTimeoutException");
	const client = clientOf(outcrop);
	await client.send(converse("Hello"));
	await client.send(converse("football?")).catch(() => {});

	const result = await outcropMatchers.toHaveBeenAsked(outcrop, {
		user: /weather/,
		times: 2,
	});

	expect(
		result.message(),
	).toBe(`expect(outcrop).toHaveBeenAsked({ user: /weather/, times: 2 })

Expected 2 like { user: /weather/ }, but 0 of 2 calls matched. What came:
  1. Converse of amazon.nova-lite-v1:0, user "Hello": ok, answered by stub
     user is "Hello", not /weather/
  2. Converse of amazon.nova-lite-v1:0, user "football?": ModelTimeoutException
     user is "football?", not /weather/`);
});

test("not.toHaveBeenAsked lists the calls that matched", async () => {
	await using outcrop = await startOutcrop();
	await clientOf(outcrop).send(converse("Hello"));

	const result = await outcropMatchers.toHaveBeenAsked(outcrop, {
		user: "hello",
	});

	expect(result.pass).toBe(true);
	expect(
		result.message(),
	).toBe(`expect(outcrop).not.toHaveBeenAsked({ user: "hello" })

Expected not at least 1 like { user: "hello" }, but 1 of 1 call matched:
  1. Converse of amazon.nova-lite-v1:0, user "Hello": ok, answered by stub`);
});

test("toHaveBeenAsked is for Outcrop's handles", () => {
	expect(() => outcropMatchers.toHaveBeenAsked({})).toThrow(
		"toHaveBeenAsked is for what startOutcrop, attachOutcrop and outcrop.namespace return",
	);
});
