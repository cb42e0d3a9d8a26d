import {
	ConverseCommand,
	ConverseStreamCommand,
	type Message,
} from "@aws-sdk/client-bedrock-runtime";
import { expect, test } from "vitest";
import { Journal } from "../../src/journal/journal.ts";
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

test("a page of another origin and a made-up host are refused", async () => {
	await using outcrop = await startOutcrop();
	const api = `${outcrop.url}/_outcrop/api/exchanges`;
	expect((await get(api, { origin: "http://evil.example" })).status).toBe(403);
	expect((await get(api, { origin: outcrop.url })).status).toBe(200);
	const { request } = await import("node:http");
	const status = await new Promise((resolve) => {
		request(api, { headers: { host: "evil.example:80" } }, (response) => {
			response.resume();
			resolve(response.statusCode);
		}).end();
	});
	expect(status).toBe(403);
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
