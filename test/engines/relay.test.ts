import {
	ConverseCommand,
	ConverseStreamCommand,
	CountTokensCommand,
	InvokeModelCommand,
} from "@aws-sdk/client-bedrock-runtime";
import { expect, test } from "vitest";
import { defaultConfig } from "../../src/config.ts";
import type { Engine } from "../../src/engines/engine.ts";
import { createEngines } from "../../src/engines/index.ts";
import { encodeEvent } from "../../src/protocol/eventstream.ts";
import { type TrueEvent, trueBytes } from "../../src/protocol/write-stream.ts";
import { PromptCache } from "../../src/turn/prompt-cache.ts";
import type { TrueAnswer } from "../../src/turn/true-answer.ts";
import { all, post, startOutcrop } from "../support/outcrop.ts";

const modelId = "anthropic.claude-3-haiku-20240307-v1:0";
const embedder = "amazon.titan-embed-text-v2:0";
const messages = [{ role: "user" as const, content: [{ text: "Hi" }] }];
const usage = { inputTokens: 3, outputTokens: 2, totalTokens: 5 };

/** Members in an order and with spaces that Outcrop would not write. */
const wholeText =
	'{ "usage":{"inputTokens":3,"outputTokens":2,"totalTokens":5}, "stopReason":"end_turn","output":{"message":{"role":"assistant","content":[{"text":"True"}]}},"metrics":{"latencyMs":9}}';

function frame(name: string, payload: string): TrueEvent {
	return {
		[name]: JSON.parse(payload),
		[trueBytes]: encodeEvent(name, payload),
	};
}

const frames = [
	frame("messageStart", '{"p":"abc","role":"assistant"}'),
	frame(
		"contentBlockDelta",
		'{ "delta":{"text":"True"}, "contentBlockIndex":0, "p":"z" }',
	),
	frame("contentBlockStop", '{"contentBlockIndex":0}'),
	frame("messageStop", '{"stopReason":"end_turn"}'),
	frame("metadata", `{"usage":${JSON.stringify(usage)}}`),
];

async function* inOrder<Item>(items: readonly Item[]): AsyncGenerator<Item> {
	yield* items;
}

/** An engine that holds one answer, and counts how often it was asked. */
function truth(answer: Partial<TrueAnswer>): Engine & { asked: string[] } {
	const asked: string[] = [];
	return {
		name: "truth",
		asked,
		async relay(id, call) {
			asked.push(`${call.operation} ${id}`);
			const headers = { "Content-Type": "application/json", "x-true": "yes" };
			return { status: 200, headers, body: Buffer.from(wholeText), ...answer };
		},
		reply: () => undefined,
	};
}

const streamed = () => ({
	headers: { "x-true": "yes" },
	body: inOrder(frames),
	usage: Promise.resolve(usage),
});

test("what a real service answered goes to the client byte by byte", async () => {
	await using outcrop = await startOutcrop({}, { engines: [truth({})] });
	const answer = await post(
		`${outcrop.url}/model/${modelId}/converse`,
		JSON.stringify({ messages }),
	);
	expect(answer.text).toBe(wholeText);
	expect(answer.headers.get("x-true")).toBe("yes");
});

test("a relayed stream keeps its frames", async () => {
	await using outcrop = await startOutcrop(
		{},
		{ engines: [truth(streamed())] },
	);
	const answer = await fetch(
		`${outcrop.url}/model/${modelId}/converse-stream`,
		{ method: "POST", body: JSON.stringify({ messages }) },
	);
	const sent = Buffer.from(await answer.arrayBuffer());
	const written = Buffer.concat(frames.map((one) => one[trueBytes]));
	expect(sent.equals(written)).toBe(true);
	expect(answer.headers.get("content-type")).toBe(
		"application/vnd.amazon.eventstream",
	);
});

test("the journal knows a relayed stream's events, usage and engine", async () => {
	await using outcrop = await startOutcrop(
		{},
		{ engines: [truth(streamed())] },
	);
	const command = new ConverseStreamCommand({ modelId, messages });
	await all((await outcrop.client().send(command)).stream);
	const [exchange] = outcrop.emulator.journal.find();
	expect(exchange).toMatchObject({ usage, notes: { engine: "truth" } });
	expect(exchange?.events?.map(({ event }) => event)[1]).toMatchObject({
		contentBlockDelta: { delta: { text: "True" } },
	});
});

test("what Outcrop's rules refuse is asked of the real service", async () => {
	const engine = truth({});
	await using outcrop = await startOutcrop({}, { engines: [engine] });
	const { status, text } = await post(
		`${outcrop.url}/model/${modelId}/converse`,
		'{"messages":[]}',
	);
	expect([status, text]).toEqual([200, wholeText]);
	expect(engine.asked).toEqual([`Converse ${modelId}`]);
});

test("a refusal that a script means is not", async () => {
	const engine = truth({});
	const script = createEngines(defaultConfig(), new PromptCache())[0] as Engine;
	await using outcrop = await startOutcrop({}, { engines: [script, engine] });
	await post(
		`${outcrop.url}/_outcrop/api/scripts`,
		JSON.stringify([{ error: { name: "ValidationException", message: "No" } }]),
	);
	const sent = outcrop
		.client()
		.send(new ConverseCommand({ modelId, messages }));
	await expect(sent).rejects.toThrow("No");
	expect(engine.asked).toEqual([]);
});

test("a fault breaks a relayed stream", async () => {
	await using outcrop = await startOutcrop(
		{ faults: [{ throw: "ModelStreamErrorException", after: 2 }] },
		{ engines: [truth(streamed())] },
	);
	const command = new ConverseStreamCommand({ modelId, messages });
	const { stream } = await outcrop.client().send(command);
	const read: string[] = [];
	const reading = async () => {
		for await (const event of stream ?? []) read.push(...Object.keys(event));
	};
	await expect(reading()).rejects.toMatchObject({
		name: "ModelStreamErrorException",
	});
	expect(read).toEqual(["messageStart", "contentBlockDelta"]);
});

test("models without turns and CountTokens are relayed too", async () => {
	const engine = truth({ body: Buffer.from('{"inputTokens":4}') });
	await using outcrop = await startOutcrop({}, { engines: [engine] });
	const client = outcrop.client();
	await client.send(
		new InvokeModelCommand({ modelId: embedder, body: '{"inputText":"x"}' }),
	);
	const counted = await client.send(
		new CountTokensCommand({ modelId, input: { converse: { messages } } }),
	);
	expect(counted.inputTokens).toBe(4);
	expect(engine.asked).toEqual([
		`InvokeModel ${embedder}`,
		`CountTokens ${modelId}`,
	]);
});
