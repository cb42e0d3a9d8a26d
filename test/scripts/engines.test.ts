import {
	ConverseStreamCommand,
	InvokeModelCommand,
} from "@aws-sdk/client-bedrock-runtime";
import { expect, test } from "vitest";
import { defaultConfig } from "../../src/config.ts";
import type { Engine } from "../../src/engines/engine.ts";
import { createEngines } from "../../src/engines/index.ts";
import { PromptCache } from "../../src/turn/prompt-cache.ts";
import { all, post, startOutcrop } from "../support/outcrop.ts";
import { startPair } from "../support/second.ts";
import { modelId, startScript, user } from "./start.ts";

const stubThenBedrock = [
	{ name: "stub" as const, models: [] },
	{ name: "bedrock" as const, models: [] },
];

const rules = [
	{
		name: "the real one",
		when: { user: "/real/" },
		engine: "bedrock",
	},
];

async function startWithRules() {
	const pair = await startPair({ outcrop: { engine: stubThenBedrock } });
	const { status } = await post(
		`${pair.outcrop.url}/_outcrop/api/scripts`,
		JSON.stringify(rules),
	);
	expect(status).toBe(201);
	return pair;
}

test("a rule sends what it matches to the engine it names, and the rest stays", async () => {
	await using pair = await startWithRules();
	const client = pair.outcrop.client();
	for (const text of ["something real", "something else"]) {
		const { stream } = await client.send(
			new ConverseStreamCommand({ modelId, messages: [user(text)] }),
		);
		await all(stream);
	}
	const notes = pair.outcrop.emulator.journal.find().map((one) => one.notes);
	expect(notes).toMatchObject([
		{ engine: "bedrock", rule: "the real one" },
		{ engine: "stub" },
	]);
	expect(pair.aws.emulator.journal.size).toBe(1);
});

test("native bodies are sent as they came", async () => {
	await using pair = await startWithRules();
	const body = JSON.stringify({
		schemaVersion: "messages-v1",
		messages: [{ role: "user", content: [{ text: "something real" }] }],
	});
	await pair.outcrop.client().send(new InvokeModelCommand({ modelId, body }));
	const [asked] = pair.aws.emulator.journal.find();
	expect(asked?.operation).toBe("InvokeModel");
	expect(Buffer.from(asked?.requestBody ?? "").toString()).toBe(body);
});

test("the engine's models are not looked at", async () => {
	await using outcrop = await startOutcrop({
		engine: [{ name: "stub", models: ["anthropic.*"] }],
	});
	await post(
		`${outcrop.url}/_outcrop/api/scripts`,
		JSON.stringify([{ when: { user: "yes" }, engine: "stub" }]),
	);
	const ask = (text: string) =>
		post(
			`${outcrop.url}/model/${modelId}/converse`,
			JSON.stringify({ messages: [user(text)] }),
		);
	expect((await ask("yes")).status).toBe(200);
	expect((await ask("no")).status).toBe(400);
});

test("an engine that is gone is told by the rule's name", async () => {
	const [script] = createEngines(defaultConfig(), new PromptCache());
	await using outcrop = await startOutcrop({}, { engines: [script as Engine] });
	await post(
		`${outcrop.url}/_outcrop/api/scripts`,
		JSON.stringify([{ engine: "stub" }]),
	);
	const { json } = await post(
		`${outcrop.url}/model/${modelId}/converse`,
		JSON.stringify({ messages: [user("Hi")] }),
	);
	expect(json.message).toBe(
		`The rule rules-1 rule 1 sends ${modelId} to the engine stub, which is not there.`,
	);
});

test("one reply of several may be another engine's", async () => {
	await using pair = await startPair({ outcrop: { engine: stubThenBedrock } });
	await post(
		`${pair.outcrop.url}/_outcrop/api/scripts`,
		JSON.stringify([{ replies: ["First.", { engine: "bedrock" }] }]),
	);
	const ask = () =>
		post(
			`${pair.outcrop.url}/model/${modelId}/converse`,
			JSON.stringify({ messages: [user("Hi")] }),
		);
	expect((await ask()).text).toContain("First.");
	expect((await ask()).text).not.toContain("First.");
	expect(pair.aws.emulator.journal.size).toBe(1);
});

test("an engine that is not there stops the start", async () => {
	const start = startScript("replies:\n  - engine: bedrock\n");
	await expect(start).rejects.toThrow(
		/script\.yaml:2 sends turns to the engine bedrock, which this Outcrop was not started with\. Name it: --engine stub,bedrock\. Behind stub it is asked by rules only\.$/u,
	);
});

test("a rule that is added for an engine that is not there is refused", async () => {
	await using outcrop = await startOutcrop();
	const { status, text } = await post(
		`${outcrop.url}/_outcrop/api/scripts`,
		JSON.stringify(rules),
	);
	expect(status).toBe(400);
	expect(text).toContain("which this Outcrop was not started with");
});

test("an engine that does not exist is told with the nearest", async () => {
	const start = startScript("replies:\n  - engine: bedrok\n");
	await expect(start).rejects.toThrow(
		"There is no engine bedrok to send a turn to. Did you mean bedrock?",
	);
});

test.each(["text: Hi", "fault: { throw: ThrottlingException }", "next: true"])(
	"an engine beside %s is refused",
	async (member) => {
		const start = startScript(`replies:\n  - engine: stub\n    ${member}\n`);
		await expect(start).rejects.toThrow("Keep one of them");
	},
);
