import {
	ApplyGuardrailCommand,
	type BedrockRuntimeClient,
	ConverseCommand,
	ConverseStreamCommand,
	CountTokensCommand,
	InvokeModelCommand,
	InvokeModelWithResponseStreamCommand,
} from "@aws-sdk/client-bedrock-runtime";
import { expect, test } from "vitest";
import type { Engine } from "../../src/engines/engine.ts";
import { readFrames } from "../../src/protocol/frames.ts";
import { all, startOutcrop, transports } from "../support/outcrop.ts";
import { relayTo, standInClock, temporaryFolder } from "./support.ts";

const modelId = "anthropic.claude-3-haiku-20240307-v1:0";
const embedder = "amazon.titan-embed-text-v2:0";
const ask = (text: string) => ({
	modelId,
	messages: [{ role: "user" as const, content: [{ text }] }],
});
const native = JSON.stringify({
	anthropic_version: "bedrock-2023-05-31",
	max_tokens: 50,
	messages: [{ role: "user", content: "Tell me of glaciers" }],
});

/** What a client sees of each operation. */
async function askAll(client: BedrockRuntimeClient) {
	const whole = await client.send(new ConverseCommand(ask("Hello")));
	const stream = await client.send(new ConverseStreamCommand(ask("Hello")));
	const events = await all(stream.stream);
	const invoked = await client.send(
		new InvokeModelCommand({ modelId, body: native }),
	);
	const streamed = await client.send(
		new InvokeModelWithResponseStreamCommand({ modelId, body: native }),
	);
	const chunks = await all(streamed.body);
	const embedded = await client.send(
		new InvokeModelCommand({ modelId: embedder, body: '{"inputText":"ice"}' }),
	);
	const counted = await client.send(
		new CountTokensCommand({
			modelId,
			input: { converse: { messages: ask("Hello").messages } },
		}),
	);
	const { $metadata: _, ...said } = whole;
	return {
		said,
		events,
		invoked: invoked.body.transformToString(),
		chunks: chunks.map(({ chunk }) =>
			Buffer.from(chunk?.bytes ?? []).toString(),
		),
		embedded: embedded.body.transformToString(),
		inputTokens: counted.inputTokens,
	};
}

/** The body of an answer as it travelled, the padding of its events left aside. */
async function bytesOf(url: string, path: string, body: string) {
	const response = await fetch(`${url}/model/${path}`, {
		method: "POST",
		body,
		headers: { "content-type": "application/json" },
	});
	const bytes = Buffer.from(await response.arrayBuffer());
	const kept = [...response.headers].filter(([name]) =>
		/^(content-type|x-amzn-bedrock)/u.test(name),
	);
	return {
		status: response.status,
		headers: Object.fromEntries(kept),
		body: response.headers.get("content-type")?.includes("eventstream")
			? readFrames(bytes).map(({ headers, payload }) => ({
					headers,
					payload: payload.toString().replace(/,"p":"[a-zA-Z0-9]*"/u, ""),
				}))
			: bytes.toString(),
	};
}

test.each(transports)(
	"what was recorded is replayed with the real service gone, over %s",
	async (_, options) => {
		using folder = temporaryFolder();
		const record = folder.path;
		let recorded: unknown;
		{
			await using real = await startOutcrop();
			await using outcrop = await startOutcrop({
				record,
				journalCount: 0,
				engine: [{ name: "bedrock", models: [] }],
				bedrockEndpoint: real.url,
				bedrockApiKey: "key",
			});
			recorded = await askAll(outcrop.client(options()));
		}
		await using offline = await startOutcrop({ replay: record });
		expect(await askAll(offline.client(options()))).toEqual(recorded);
		expect(folder.files()).toHaveLength(6);
	},
);

const converse = JSON.stringify({ messages: ask("Hello").messages });

test.each([
	["a whole answer", `${modelId}/converse`, converse],
	["a stream", `${modelId}/converse-stream`, converse],
	["a native answer", `${modelId}/invoke`, native],
	["a native stream", `${modelId}/invoke-with-response-stream`, native],
	["vectors", `${embedder}/invoke`, '{"inputText":"ice"}'],
	[
		"a count of tokens",
		`${modelId}/count-tokens`,
		`{"input":{"converse":${converse}}}`,
	],
])("the bytes of %s are the recorded ones", async (_, path, body) => {
	using folder = temporaryFolder();
	await using real = await startOutcrop();
	await using outcrop = await startOutcrop(
		{ record: folder.path },
		{ engines: [relayTo(() => real.url)] },
	);
	const recorded = await bytesOf(outcrop.url, path, body);
	await using offline = await startOutcrop({ replay: folder.path });
	expect(await bytesOf(offline.url, path, body)).toEqual(recorded);
	expect(recorded.status).toBe(200);
});

test("at speed 1 events come when they came, and whole answers take as long", async () => {
	using folder = temporaryFolder();
	await using real = await startOutcrop();
	const clock = standInClock();
	const pace = (event: number) => clock.sleep(event === 0 ? 400 : 35);
	await using outcrop = await startOutcrop(
		{ record: folder.path },
		{ clock, engines: [relayTo(() => real.url, pace)] },
	);
	await outcrop.client().send(new ConverseCommand(ask("Hello")));
	const stream = new ConverseStreamCommand(ask("Hello"));
	await all((await outcrop.client().send(stream)).stream);
	const recorded = outcrop.emulator.journal.find().map(timesOf);

	await using offline = await startOutcrop(
		{ replay: folder.path, replaySpeed: 1 },
		{ clock: standInClock() },
	);
	await offline.client().send(new ConverseCommand(ask("Hello")));
	await all((await offline.client().send(stream)).stream);
	expect(offline.emulator.journal.find().map(timesOf)).toEqual(recorded);
	expect(recorded[0]?.durationMs).toBe(400);
	expect(recorded[1]?.events?.slice(0, 3)).toEqual([435, 470, 505]);
});

test("at speed 10 it takes a tenth", async () => {
	using folder = temporaryFolder();
	await using real = await startOutcrop();
	const clock = standInClock();
	await using outcrop = await startOutcrop(
		{ record: folder.path },
		{
			clock,
			engines: [
				relayTo(
					() => real.url,
					() => clock.sleep(400),
				),
			],
		},
	);
	await outcrop.client().send(new ConverseCommand(ask("Hello")));
	await using offline = await startOutcrop(
		{ replay: folder.path, replaySpeed: 10 },
		{ clock: standInClock() },
	);
	await offline.client().send(new ConverseCommand(ask("Hello")));
	expect(offline.emulator.journal.find()[0]?.durationMs).toBe(40);
});

function timesOf({
	durationMs,
	events,
}: {
	durationMs: number | undefined;
	events: { atMs: number }[] | undefined;
}) {
	return { durationMs, events: events?.map(({ atMs }) => atMs) };
}

test("a changed prompt is refused, and told what differs from the nearest cassette", async () => {
	using folder = temporaryFolder();
	await using real = await startOutcrop();
	await using outcrop = await startOutcrop(
		{ record: folder.path },
		{ engines: [relayTo(() => real.url)] },
	);
	await outcrop.client().send(new ConverseCommand(ask("Hello there")));
	const [file] = folder.files();
	await using offline = await startOutcrop({ replay: folder.path });
	await expect(
		offline.client().send(new ConverseCommand(ask("Hello you"))),
	).rejects.toMatchObject({
		name: "ValidationException",
		message:
			`No cassette in ${folder.path} answers this Converse for ${modelId}. ` +
			`Nearest: ${file}, where body.messages[0].content[0].text was "Hello there", is "Hello you". ` +
			`Record it: --record ${folder.path} --record-mode missing; or leave out of the comparison what changes: --match.`,
	});
	expect(offline.emulator.journal.find()[0]?.notes.misses).toEqual([
		{
			rule: file,
			why: 'body.messages[0].content[0].text was "Hello there", is "Hello you"',
		},
	]);
});

test("the log says what differs, a line each", async () => {
	using folder = temporaryFolder();
	await using real = await startOutcrop();
	await using outcrop = await startOutcrop(
		{ record: folder.path },
		{ engines: [relayTo(() => real.url)] },
	);
	await outcrop.client().send(new ConverseCommand(ask("Hello there")));
	const lines: string[] = [];
	const info = (line: string) => lines.push(line);
	await using offline = await startOutcrop(
		{ replay: folder.path },
		{ log: { info, debug() {}, error: info } },
	);
	const asked = offline.client().send(new ConverseCommand(ask("Hello you")));
	await expect(asked).rejects.toThrow("No cassette");
	expect(lines.slice(1, 4)).toEqual([
		`No cassette answers Converse for ${modelId}`,
		`  ${folder.files()[0]}`,
		'    body.messages[0].content[0].text was "Hello there", is "Hello you"',
	]);
});

test("what Outcrop's own rules refuse is refused as it was while recording", async () => {
	using folder = temporaryFolder();
	await using real = await startOutcrop();
	await using outcrop = await startOutcrop(
		{ record: folder.path },
		{ engines: [relayTo(() => real.url)] },
	);
	await outcrop.client().send(new ConverseCommand(ask("Hello")));
	await using offline = await startOutcrop({ replay: folder.path });
	const wrong = new ConverseCommand({
		...ask("Hello"),
		inferenceConfig: { temperature: 7 },
	});
	await expect(offline.client().send(wrong)).rejects.toThrow(/temperature/u);
});

test("what the engine bedrock was answered is replayed without it, operations that name no model among them", async () => {
	using folder = temporaryFolder();
	const guarding = {
		guardrailIdentifier: "abc123",
		guardrailVersion: "1",
		source: "INPUT" as const,
		content: [{ text: { text: "Hello" } }],
	};
	let recorded: unknown;
	{
		await using real = await startOutcrop({}, { engines: [guardrailOnly()] });
		await using outcrop = await startOutcrop({
			record: folder.path,
			engine: [{ name: "bedrock", models: [] }],
			bedrockEndpoint: real.url,
			bedrockApiKey: "very-secret-api-key",
		});
		const { $metadata: _, ...said } = await outcrop
			.client()
			.send(new ApplyGuardrailCommand(guarding));
		recorded = said;
	}
	expect(recorded).toMatchObject({ action: "NONE" });
	expect(folder.files()).toEqual([
		expect.stringMatching(/^ApplyGuardrail--[\da-f]{12}\.yaml$/u),
	]);
	expect(folder.all()).not.toContain("very-secret");
	await using offline = await startOutcrop({ replay: folder.path });
	const { $metadata: _, ...said } = await offline
		.client()
		.send(new ApplyGuardrailCommand(guarding));
	expect(said).toEqual(recorded);
	const other = new ApplyGuardrailCommand({
		...guarding,
		guardrailVersion: "2",
	});
	await expect(offline.client().send(other)).rejects.toThrow(
		/where path was ".*\/version\/1\/apply", is ".*\/version\/2\/apply"/u,
	);
});

/** Stands for what Outcrop does not build and AWS does. */
function guardrailOnly(): Engine {
	const body = '{"action":"NONE","assessments":[],"outputs":[],"usage":{}}';
	return {
		name: "guardrail",
		reply: () => undefined,
		relay: async () => ({
			status: 200,
			headers: { "content-type": "application/json" },
			body: Buffer.from(body),
		}),
	};
}

test("with the engine bedrock behind, replaying asks it nothing", async () => {
	using folder = temporaryFolder();
	await using real = await startOutcrop();
	const config = {
		record: folder.path,
		engine: [{ name: "bedrock" as const, models: [] }],
		bedrockEndpoint: real.url,
		bedrockApiKey: "key",
	};
	{
		await using outcrop = await startOutcrop(config);
		await outcrop.client().send(new ConverseCommand(ask("Hello")));
	}
	await using offline = await startOutcrop(config);
	const client = offline.client();
	const before = real.emulator.journal.size;
	await client.send(new ConverseCommand(ask("Hello")));
	await expect(client.send(new ConverseCommand(ask("Bye")))).rejects.toThrow(
		/^No cassette/u,
	);
	const counted = await client.send(
		new CountTokensCommand({
			modelId,
			input: { converse: { messages: ask("Hi").messages } },
		}),
	);
	expect(counted.inputTokens).toBeGreaterThan(0);
	expect(real.emulator.journal.size).toBe(before);
});
