import {
	ConverseCommand,
	InvokeModelCommand,
} from "@aws-sdk/client-bedrock-runtime";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { encodeEvent } from "../../src/protocol/eventstream.ts";
import { trueBytes } from "../../src/protocol/write-stream.ts";
import { bytesOf, readableBody } from "../../src/recordings/body.ts";
import type {
	Cassette,
	RecordedResponse,
} from "../../src/recordings/cassette.ts";
import { frameOf, readableEvents } from "../../src/recordings/events.ts";
import { readCassette, writeCassette } from "../../src/recordings/yaml.ts";
import { startOutcrop } from "../support/outcrop.ts";
import { relayTo, temporaryFolder } from "./support.ts";

const modelId = "anthropic.claude-3-haiku-20240307-v1:0";

function cassetteWith(response: Partial<RecordedResponse>): Cassette {
	return {
		cassette: 1,
		outcrop: "0.1.0",
		recorded: "2026-11-22T10:00:00.000Z",
		engine: "bedrock",
		region: "us-east-1",
		request: { operation: "InvokeModel", model: modelId },
		response: { status: 200, headers: {}, durationMs: 5, ...response },
	};
}

/** What a cassette gives back of a body. */
function throughFile(bytes: Uint8Array): Buffer {
	const text = writeCassette(cassetteWith(readableBody(bytes)));
	const { response } = readCassette(text ?? "", "test.yaml");
	return Buffer.from(bytesOf(response));
}

/** Each run writes and reads a file's text twice. */
const runs = { numRuns: 50, seed: 42 };

test("any JSON comes back byte by byte", () => {
	fc.assert(
		fc.property(fc.jsonValue(), fc.nat(2), (value, space) => {
			const bytes = Buffer.from(JSON.stringify(value, null, space));
			expect(throughFile(bytes).equals(bytes)).toBe(true);
		}),
		runs,
	);
});

test("any text comes back, whatever characters and lines are in it", () => {
	const texts = fc.string({ unit: "binary", maxLength: 40 });
	fc.assert(
		fc.property(fc.array(texts, { maxLength: 6 }), (lines) => {
			const bytes = Buffer.from(JSON.stringify({ text: lines.join("\n") }));
			expect(throughFile(bytes).equals(bytes)).toBe(true);
		}),
		runs,
	);
});

test("any bytes come back", () => {
	fc.assert(
		fc.property(fc.uint8Array(), (bytes) => {
			expect(throughFile(bytes).equals(Buffer.from(bytes))).toBe(true);
		}),
		runs,
	);
});

test.each([
	'{"b":1,"1":2}',
	'{"a":1,"a":2}',
	'{"a":1.0}',
	'{"a":1E-5}',
	'{"a":12345678901234567890}',
	'{"a":"\\ud800"}',
	'{"a":"\\u0041"}',
	'{ "a": 1 }',
	'{"__proto__":1}',
	"null",
	"",
])("the body %s comes back as it was", (text) => {
	expect(throughFile(Buffer.from(text)).toString()).toBe(text);
});

/** What a cassette gives back of an event, with padding of its own. */
function eventThroughFile(payload: string, name = "contentBlockDelta"): string {
	const frame = encodeEvent(name, payload);
	const said = readableEvents([{ atMs: 3, frame }]);
	const text = writeCassette(cassetteWith(said));
	const { response } = readCassette(text ?? "", "test.yaml");
	const [event] = response.events ?? [];
	if (!event) throw new Error("The event is gone.");
	const random = { next: () => 0 };
	const bytes = frameOf(event, response.padding ?? false, random)[trueBytes];
	return Buffer.from(bytes)
		.toString()
		.replace(/^.*json\r?.*?event(?=\{)/su, "")
		.slice(0, -4);
}

test.each([
	[
		'{"contentBlockIndex":0,"delta":{"text":"x"},"p":"abcdef"}',
		'{"contentBlockIndex":0,"delta":{"text":"x"},"p":"ab"}',
	],
	['{"p":"abc","role":"assistant"}', '{"p":"ab","role":"assistant"}'],
	['{"contentBlockIndex":0}', '{"contentBlockIndex":0}'],
	['{"role":"assistant","p":"abc"}', '{"role":"assistant","p":"abc"}'],
	['{ "role":"assistant" }', '{ "role":"assistant" }'],
])("the event %s comes back as %s", (payload, replayed) => {
	expect(eventThroughFile(payload).endsWith(replayed)).toBe(true);
});

test("a native chunk is readable, and its bytes come back", () => {
	const native =
		'{"type":"message_stop","amazon-bedrock-invocationMetrics":{"inputTokenCount":3}}';
	const payload = JSON.stringify({
		bytes: Buffer.from(native).toString("base64"),
		p: "ab",
	});
	const { events } = readableEvents([
		{ atMs: 3, frame: encodeEvent("chunk", payload) },
	]);
	expect(events).toEqual([{ at: 3, chunk: JSON.parse(native) as unknown }]);
	expect(eventThroughFile(payload, "chunk").endsWith(payload)).toBe(true);
});

test("a cassette says what it was recorded against, and shows texts as blocks", async () => {
	using folder = temporaryFolder();
	await using real = await startOutcrop();
	await using outcrop = await startOutcrop(
		{ record: folder.path },
		{ engines: [relayTo(() => real.url)] },
	);
	await outcrop.client({ region: "eu-west-1" }).send(
		new ConverseCommand({
			modelId,
			system: [{ text: "Be short.\nBe kind." }],
			messages: [{ role: "user", content: [{ text: "Hello" }] }],
		}),
	);
	expect(folder.files()).toEqual([
		expect.stringMatching(
			/^Converse--anthropic\.claude-3-haiku-20240307-v1_0--[\da-f]{12}\.yaml$/u,
		),
	]);
	expect(folder.all()).toContain(
		"text: |-\n          Be short.\n          Be kind.\n",
	);
	expect(parse(folder.all())).toMatchObject({
		cassette: 1,
		engine: "upstream",
		region: "eu-west-1",
		api: expect.stringMatching(/^[\da-f]{12}$/u),
		catalog: expect.stringMatching(/^[\da-f]{12}$/u),
		request: { operation: "Converse", model: modelId },
		response: { status: 200, headers: { "content-type": "application/json" } },
		facts: { converse: true, maxOutputTokens: 4096 },
	});
});

test("no key, signature, token or cookie gets into a cassette", async () => {
	using folder = temporaryFolder();
	await using real = await startOutcrop();
	await using outcrop = await startOutcrop(
		{ record: folder.path },
		{ engines: [relayTo(() => real.url)] },
	);
	const client = outcrop.client({
		credentials: {
			accessKeyId: "AKIASECRETKEYID",
			secretAccessKey: "very-secret-key",
			sessionToken: "very-secret-session-token",
		},
	});
	const command = new ConverseCommand({
		modelId,
		messages: [{ role: "user", content: [{ text: "Hello" }] }],
	});
	let signature = "";
	command.middlewareStack.add(
		(next) => (given) => {
			const { headers } = given.request as { headers: Record<string, string> };
			headers.cookie = "session=very-secret-cookie";
			headers["x-api-key"] = "very-secret-api-key";
			signature = headers.authorization?.split("Signature=")[1] ?? "";
			return next(given);
		},
		{ step: "finalizeRequest", priority: "low" },
	);
	await client.send(command);
	const [exchange] = outcrop.emulator.journal.find();
	const written = folder.all();
	expect(signature).toMatch(/^[\da-f]{64}$/u);
	expect(written).not.toContain(signature);
	expect(written).not.toMatch(
		/AKIASECRET|very-secret|cookie|authorization|x-amz-date/iu,
	);
	// Which attempt it was, and by what client, says nothing of the answer.
	expect(written).not.toContain(exchange?.id);
	expect(written).not.toMatch(/amz-sdk|user-agent/iu);
});

test("what a pattern names is taken out of bodies, and is no part of the comparison", async () => {
	using folder = temporaryFolder();
	await using real = await startOutcrop();
	const redact = ["sk-[a-z0-9]+", "stub engine"];
	const asking = (key: string) =>
		new ConverseCommand({
			modelId,
			messages: [{ role: "user", content: [{ text: `My key is ${key}.` }] }],
		});
	await using outcrop = await startOutcrop(
		{ record: folder.path, redact },
		{ engines: [relayTo(() => real.url)] },
	);
	await outcrop.client().send(asking("sk-abc123"));
	expect(folder.all()).toContain("My key is [redacted].");
	expect(folder.all()).not.toMatch(/sk-abc123|stub engine/u);
	await using offline = await startOutcrop({ replay: folder.path, redact });
	const { output } = await offline.client().send(asking("sk-other"));
	expect(output?.message?.content?.[0]?.text).toContain("[redacted]");
});

test("bytes in a request are kept by their hash", async () => {
	using folder = temporaryFolder();
	await using real = await startOutcrop();
	await using outcrop = await startOutcrop(
		{ record: folder.path },
		{ engines: [relayTo(() => real.url)] },
	);
	const image = Buffer.alloc(3000, 7).toString("base64");
	await outcrop
		.client()
		.send(
			new InvokeModelCommand({
				modelId: "amazon.titan-embed-image-v1",
				body: JSON.stringify({ inputText: "x", inputImage: image }),
			}),
		)
		.catch(() => {});
	await outcrop.client().send(
		new InvokeModelCommand({
			modelId: "amazon.titan-embed-text-v2:0",
			body: JSON.stringify({ inputText: image }),
		}),
	);
	expect(folder.all()).not.toContain(image);
	expect(folder.all()).toMatch(/inputText: sha256 [\da-f]{32}, 3000 bytes/u);
});
