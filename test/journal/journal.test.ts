import { request } from "node:http";
import {
	ConverseCommand,
	ConverseStreamCommand,
	type Message,
} from "@aws-sdk/client-bedrock-runtime";
import { expect, test } from "vitest";
import { Journal } from "../../src/journal/journal.ts";
import type { Reply } from "../../src/turn/turn.ts";
import { all, post, startOutcrop } from "../support/outcrop.ts";

const haiku = "anthropic.claude-3-haiku-20240307-v1:0";
const hello: Message[] = [{ role: "user", content: [{ text: "Hello there" }] }];

async function get(url: string, headers: Record<string, string> = {}) {
	const response = await fetch(url, { headers });
	const text = await response.text();
	return { status: response.status, text, json: JSON.parse(text || "{}") };
}

test("a call is kept once, with what was asked, answered and used", async () => {
	await using outcrop = await startOutcrop();
	const reply = await outcrop
		.client()
		.send(new ConverseCommand({ modelId: haiku, messages: hello }));
	const list = await get(`${outcrop.url}/_outcrop/api/exchanges`);
	expect(list.json.exchanges).toHaveLength(1);
	expect(list.json.exchanges[0]).toMatchObject({
		id: reply.$metadata.requestId,
		operation: "Converse",
		modelId: haiku,
		status: 200,
		state: "ok",
		engine: "stub",
		firstWords: "Hello there",
		usage: { inputTokens: reply.usage?.inputTokens },
		attempt: 1,
	});
	const one = await get(
		`${outcrop.url}/_outcrop/api/exchanges/${reply.$metadata.requestId}`,
	);
	expect(one.json.input.messages).toEqual(hello);
	expect(one.json.output.output.message).toEqual(reply.output?.message);
});

test("a stream is kept with its events when it has ended", async () => {
	await using outcrop = await startOutcrop();
	const reply = await outcrop
		.client()
		.send(new ConverseStreamCommand({ modelId: haiku, messages: hello }));
	const events = await all(reply.stream);
	const { json } = await get(
		`${outcrop.url}/_outcrop/api/exchanges?detail=full&operation=ConverseStream`,
	);
	expect(
		json.exchanges[0].events.map(({ event }: { event: object }) => event),
	).toMatchObject(events);
	expect(json.exchanges[0].firstEventMs).toBeGreaterThanOrEqual(0);
});

test("the signature of a presigned request is not kept", async () => {
	await using outcrop = await startOutcrop();
	const query = "byProvider=Amazon&X-Amz-Signature=0&X-Amz-Security-Token=s";
	await fetch(`${outcrop.url}/foundation-models?${query}`);
	expect(outcrop.emulator.journal.find()[0]?.query).toBe("byProvider=Amazon");
});

test("a refusal is kept with its error", async () => {
	await using outcrop = await startOutcrop();
	await post(`${outcrop.url}/model/${haiku}/converse`, '{"messages":[]}');
	const { json } = await get(
		`${outcrop.url}/_outcrop/api/exchanges?status=error`,
	);
	expect(json.exchanges[0]).toMatchObject({
		status: 400,
		state: "error",
		error: { name: "ValidationException" },
	});
});

test("namespaces are told apart by access key id or header, and reset alone", async () => {
	await using outcrop = await startOutcrop();
	const body = JSON.stringify({ messages: hello });
	const url = `${outcrop.url}/model/${haiku}/converse`;
	await post(url, body, { "x-outcrop-namespace": "a" });
	await outcrop
		.client({ credentials: { accessKeyId: "b", secretAccessKey: "x" } })
		.send(new ConverseCommand({ modelId: haiku, messages: hello }));
	const names = async () =>
		(await get(`${outcrop.url}/_outcrop/api/exchanges`)).json.exchanges.map(
			(one: { namespace: string }) => one.namespace,
		);
	expect(await names()).toEqual(["a", "b"]);
	await fetch(`${outcrop.url}/_outcrop/api/reset?namespace=a`, {
		method: "POST",
	});
	expect(await names()).toEqual(["b"]);
});

test("credentials are never kept", async () => {
	await using outcrop = await startOutcrop();
	await outcrop
		.client({
			credentials: {
				accessKeyId: "AKIDEXAMPLE",
				secretAccessKey: "topsecret",
				sessionToken: "session-secret",
			},
		})
		.send(new ConverseCommand({ modelId: haiku, messages: hello }));
	const { text } = await get(
		`${outcrop.url}/_outcrop/api/exchanges?detail=full`,
	);
	expect(text).not.toContain("session-secret");
	expect(text).not.toContain("Signature=");
});

test("exchanges come live as server-sent events", async () => {
	await using outcrop = await startOutcrop();
	const response = await fetch(`${outcrop.url}/_outcrop/api/exchanges/stream`);
	const reader = response.body
		?.pipeThrough(new TextDecoderStream())
		.getReader();
	expect((await reader?.read())?.value).toContain("Outcrop");
	await post(
		`${outcrop.url}/model/${haiku}/converse`,
		JSON.stringify({ messages: hello }),
	);
	const event = (await reader?.read())?.value ?? "";
	expect(event).toMatch(/^id: 1\ndata: \{/);
	expect(event).toContain('"operation":"Converse"');
	await reader?.cancel();
});

test("a stream that is sent at once comes live with its status", async () => {
	await using outcrop = await startOutcrop();
	const response = await fetch(`${outcrop.url}/_outcrop/api/exchanges/stream`);
	const reader = response.body
		?.pipeThrough(new TextDecoderStream())
		.getReader();
	await reader?.read();
	await post(
		`${outcrop.url}/model/${haiku}/converse-stream`,
		JSON.stringify({ messages: hello }),
	);
	const event = (await reader?.read())?.value ?? "";
	expect(event).toContain('"status":200,"state":"ok"');
	await reader?.cancel();
});

test("a body that nests too deeply is refused, and the journal can still be read", async () => {
	await using outcrop = await startOutcrop();
	const deep = "[".repeat(100_000) + "]".repeat(100_000);
	await post(
		`${outcrop.url}/model/${haiku}/converse`,
		`{"messages":[{"role":"user","content":[{"text":${deep}}]}]}`,
	);
	const api = `${outcrop.url}/_outcrop/api/exchanges`;
	const { json } = await get(api);
	expect(json.exchanges[0].error.name).toBe("SerializationException");
	expect((await get(`${api}?detail=full`)).status).toBe(200);
	expect((await get(`${api}/export.har`)).status).toBe(200);
});

test("a price is rounded to a millionth of a cent", async () => {
	await using outcrop = await startOutcrop();
	await post(
		`${outcrop.url}/model/amazon.nova-lite-v1:0/converse`,
		JSON.stringify({ messages: [{ role: "user", content: [{ text: "x" }] }] }),
	);
	const { json } = await get(`${outcrop.url}/_outcrop/api/exchanges`);
	expect(json.exchanges[0].priceUsd).toBe(0.00000618);
});

test("long events of streams count against the journal's memory", async () => {
	async function* reply(): Reply {
		yield { messageStart: { role: "assistant" } };
		const delta = { toolUse: { input: JSON.stringify("x".repeat(100_000)) } };
		yield { contentBlockDelta: { contentBlockIndex: 0, delta } };
		yield { contentBlockStop: { contentBlockIndex: 0 } };
		yield { messageStop: { stopReason: "tool_use" } };
	}
	const engines = [{ name: "long", reply }];
	await using outcrop = await startOutcrop(
		{ journalBytes: 250_000 },
		{ engines },
	);
	const url = `${outcrop.url}/model/${haiku}/converse-stream`;
	const body = JSON.stringify({ messages: hello });
	for (let sent = 0; sent < 4; sent++) await post(url, body);
	expect(outcrop.emulator.journal.size).toBe(2);
});

test("what was accepted and changes nothing is named", async () => {
	await using outcrop = await startOutcrop();
	const guardrailConfig = { guardrailIdentifier: "g1", guardrailVersion: "1" };
	await post(
		`${outcrop.url}/model/${haiku}/converse`,
		JSON.stringify({ messages: hello, guardrailConfig }),
	);
	await post(`${outcrop.url}/model/acme.rocket-v1/invoke`, '{"prompt":"x"}', {
		"x-amzn-bedrock-guardrailidentifier": "g1",
		"x-amzn-bedrock-guardrailversion": "1",
	});
	const { json } = await get(
		`${outcrop.url}/_outcrop/api/exchanges?detail=full`,
	);
	expect(
		json.exchanges.map((one: { notes: object }) => one.notes),
	).toMatchObject([
		{ ignored: ["guardrailConfig"] },
		{ ignored: ["guardrailIdentifier"] },
	]);
});

test("filters, JSON lines and HAR", async () => {
	await using outcrop = await startOutcrop();
	const body = JSON.stringify({ messages: hello });
	await post(`${outcrop.url}/model/${haiku}/converse`, body);
	await post(`${outcrop.url}/model/acme.rocket-v1/converse`, body);
	const api = `${outcrop.url}/_outcrop/api/exchanges`;
	expect((await get(`${api}?model=rocket`)).json.exchanges).toHaveLength(1);
	expect((await get(`${api}?text=HELLO`)).json.exchanges).toHaveLength(2);
	expect((await get(`${api}?text=goodbye`)).json.exchanges).toHaveLength(0);
	expect((await get(`${api}?limit=1`)).json.exchanges[0].modelId).toBe(
		"acme.rocket-v1",
	);
	const lines = await (await fetch(`${api}/export.jsonl`)).text();
	expect(lines.trim().split("\n")).toHaveLength(2);
	const har = await get(`${api}/export.har`);
	expect(har.json.log.entries[0].request.url).toContain("/converse");
});

/** The status of a GET by another host name; `fetch` would set its own. */
function statusByHost(url: string, host: string): Promise<number | undefined> {
	return new Promise((resolve, reject) => {
		request(url, { headers: { host } }, (response) => {
			response.resume();
			resolve(response.statusCode);
		})
			.on("error", reject)
			.end();
	});
}

test("a page of another origin and a made-up host are refused", async () => {
	await using outcrop = await startOutcrop();
	const api = `${outcrop.url}/_outcrop/api/exchanges`;
	expect((await get(api, { origin: "http://evil.example" })).status).toBe(403);
	expect((await get(api, { origin: outcrop.url })).status).toBe(200);
	expect(await statusByHost(api, "evil.example:80")).toBe(403);
});

test("health is told by whatever name a container has", async () => {
	await using outcrop = await startOutcrop();
	const health = `${outcrop.url}/_outcrop/health`;
	expect(await statusByHost(health, "outcrop:4566")).toBe(200);
});

test("a body that is too large for the API answers 413", async () => {
	await using outcrop = await startOutcrop({ maxBodyBytes: 100 });
	const url = `${outcrop.url}/_outcrop/api/faults`;
	const { status, json } = await post(url, "x".repeat(101));
	expect(status).toBe(413);
	expect(json.message).toBe("The request body is larger than 100 bytes.");
});

test("the API describes itself", async () => {
	await using outcrop = await startOutcrop();
	const { json } = await get(`${outcrop.url}/_outcrop/api/openapi.json`);
	expect(json.openapi).toBe("3.1.0");
	expect(
		json.paths["/_outcrop/api/exchanges/{id}"].get.parameters[0].name,
	).toBe("id");
});

test("the oldest go first, by count and by bytes", () => {
	const exchange = (sequence: number, bytes: number) =>
		({ id: String(sequence), sequence, bytes, namespace: "" }) as never;
	const journal = new Journal(3, 100);
	for (const sequence of [1, 2, 3, 4]) journal.add(exchange(sequence, 10));
	expect(journal.find().map((one) => one.id)).toEqual(["2", "3", "4"]);
	journal.add(exchange(5, 85));
	expect(journal.find().map((one) => one.id)).toEqual(["4", "5"]);
	expect(journal.bytes).toBe(95);
	for (let sequence = 6; sequence < 10_000; sequence++)
		journal.add(exchange(sequence, 1));
	expect(journal.size).toBe(3);
	journal.reset();
	expect(journal.find()).toEqual([]);
});

test("what a reset of one namespace leaves keeps its order", () => {
	const journal = new Journal(10, 100);
	for (const id of ["1", "2", "3", "4"])
		journal.add({
			id,
			sequence: Number(id),
			bytes: 10,
			namespace: id === "2" ? "b" : "a",
		} as never);
	journal.reset("b");
	expect(journal.find().map((one) => one.id)).toEqual(["1", "3", "4"]);
	expect(journal.bytes).toBe(30);
});

test("later calls are found though an earlier one ended after them", () => {
	const exchange = (sequence: number) =>
		({ id: String(sequence), sequence, bytes: 1, namespace: "" }) as never;
	const journal = new Journal(10, 100);
	for (const sequence of [6, 7, 5]) journal.add(exchange(sequence));
	const found = journal.find({ afterSequence: 5 });
	expect(found.map((one) => one.id)).toEqual(["6", "7"]);
});

test.each([
	[
		"Converse",
		{ toolResult: { toolUseId: "t", content: [{ json: { degrees: 20 } }] } },
		'[tool result] {"degrees":20}',
	],
	[
		"Claude",
		{ type: "tool_result", tool_use_id: "t", content: "20 degrees" },
		"[tool result] 20 degrees",
	],
])(
	"first words are what a tool brought, when that is all: %s",
	async (_name, block, expected) => {
		await using outcrop = await startOutcrop();
		await post(
			`${outcrop.url}/model/${haiku}/converse`,
			JSON.stringify({ messages: [{ role: "user", content: [block] }] }),
		);
		const { json } = await get(`${outcrop.url}/_outcrop/api/exchanges`);
		expect(json.exchanges[0].firstWords).toBe(expected);
	},
);
