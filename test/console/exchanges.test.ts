import {
	ConverseCommand,
	ConverseStreamCommand,
	InvokeModelWithResponseStreamCommand,
} from "@aws-sdk/client-bedrock-runtime";
import { EventStreamCodec } from "@smithy/eventstream-codec";
import { expect, test } from "vitest";
import {
	all,
	post,
	startOutcrop,
	type TestOutcrop,
} from "../support/outcrop.ts";

const nova = "amazon.nova-lite-v1:0";
const haiku = "anthropic.claude-3-haiku-20240307-v1:0";

async function api(outcrop: TestOutcrop, path: string) {
	const response = await fetch(`${outcrop.url}/_outcrop/api/${path}`);
	return JSON.parse(await response.text());
}

function ask(outcrop: TestOutcrop, text: string, namespace = "") {
	return post(
		`${outcrop.url}/model/${nova}/converse`,
		JSON.stringify({ messages: [{ role: "user", content: [{ text }] }] }),
		{ "x-outcrop-namespace": namespace },
	);
}

test("the sequence numbers of all that match come without limit", async () => {
	await using outcrop = await startOutcrop({ journalCount: 500 });
	for (const text of Array(120).fill("one")) await ask(outcrop, text);
	await ask(outcrop, "two");
	const list = await api(outcrop, "exchanges/sequences");
	const two = await api(outcrop, "exchanges/sequences?text=two");
	expect(list.capacity).toBe(500);
	expect(list.sequences).toHaveLength(121);
	expect(two.sequences).toEqual([121]);
});

test("some exchanges are asked for by their sequence numbers", async () => {
	await using outcrop = await startOutcrop();
	for (const text of ["a", "b", "c"]) await ask(outcrop, text);
	const { exchanges } = await api(outcrop, "exchanges?sequences=1,3,99");
	expect(exchanges).toMatchObject([{ firstWords: "a" }, { firstWords: "c" }]);
});

test("earlier exchanges are paged back to", async () => {
	await using outcrop = await startOutcrop();
	for (const text of ["a", "b", "c", "d"]) await ask(outcrop, text);
	const page = await api(outcrop, "exchanges?beforeSequence=4&limit=2");
	expect(page.exchanges).toMatchObject([{ sequence: 2 }, { sequence: 3 }]);
});

test("facets count by what exchanges can be told apart", async () => {
	await using outcrop = await startOutcrop();
	await ask(outcrop, "a", "team-a");
	await ask(outcrop, "b", "team-a");
	await ask(outcrop, "c", "team-b");
	expect(await api(outcrop, "exchanges/facets")).toEqual({
		namespaces: [
			{ value: "team-a", count: 2 },
			{ value: "team-b", count: 1 },
		],
		operations: [{ value: "Converse", count: 3 }],
		models: [{ value: nova, count: 3 }],
		answeredBy: [{ value: "stub", count: 3 }],
	});
});

/** The events of an event stream, as they come. */
async function* eventsOf(outcrop: TestOutcrop, query: string) {
	const response = await fetch(
		`${outcrop.url}/_outcrop/api/exchanges/stream?${query}`,
	);
	let text = "";
	for await (const chunk of response.body ?? []) {
		text += Buffer.from(chunk).toString();
		const events = text.split("\n\n");
		text = events.pop() ?? "";
		for (const event of events) {
			const data = /^data: (?<json>.*)$/mu.exec(event)?.groups?.json;
			yield data === undefined ? undefined : JSON.parse(data);
		}
	}
}

test("a batched stream tells of many exchanges in one event", async () => {
	await using outcrop = await startOutcrop();
	const events = eventsOf(outcrop, "batchMs=60000");
	await events.next();
	await ask(outcrop, "first");
	const { value } = await events.next();
	await events.return();
	expect(value.sequences).toEqual([1]);
	expect(value.exchanges).toMatchObject([{ firstWords: "first" }]);
});

test("a batch sums up the newest 50 and numbers all of them", async () => {
	await using outcrop = await startOutcrop();
	const events = eventsOf(outcrop, "batchMs=300");
	await events.next();
	const texts = Array.from({ length: 130 }, (_, index) => `call ${index}`);
	await Promise.all(texts.map((text) => ask(outcrop, text)));
	const numbered: number[] = [];
	const sizes: number[] = [];
	while (numbered.length < 130) {
		const { value } = await events.next();
		numbered.push(...value.sequences);
		sizes.push(value.exchanges.length);
	}
	await events.return();
	expect(numbered.toSorted((a, b) => a - b)).toEqual(
		Array.from({ length: 130 }, (_, index) => index + 1),
	);
	expect(Math.max(...sizes)).toBeLessThanOrEqual(50);
});

test("a batched stream holds what is looked for, and nothing else", async () => {
	await using outcrop = await startOutcrop();
	const events = eventsOf(outcrop, "batchMs=1&text=needle");
	await events.next();
	await ask(outcrop, "hay");
	await ask(outcrop, "a NEEDLE");
	const { value } = await events.next();
	await events.return();
	expect(value.sequences).toEqual([2]);
});

test("words that stand in two deltas of a stream are found", async () => {
	await using outcrop = await startOutcrop();
	const { stream } = await outcrop.client().send(
		new ConverseStreamCommand({
			modelId: nova,
			messages: [{ role: "user", content: [{ text: "Hello" }] }],
		}),
	);
	await all(stream);
	const found = await api(outcrop, "exchanges/sequences?text=Outcrop's+stub");
	expect(found.sequences).toHaveLength(1);
});

test("words in the chunks of a native stream are found", async () => {
	await using outcrop = await startOutcrop();
	const { body } = await outcrop.client().send(
		new InvokeModelWithResponseStreamCommand({
			modelId: haiku,
			body: JSON.stringify({
				anthropic_version: "bedrock-2023-05-31",
				max_tokens: 100,
				messages: [{ role: "user", content: "Hello" }],
			}),
		}),
	);
	await all(body);
	const found = await api(outcrop, "exchanges/sequences?text=message_stop");
	expect(found.sequences).toHaveLength(1);
});

test("the bodies of an exchange come as they travelled", async () => {
	await using outcrop = await startOutcrop();
	const { headers, text } = await ask(outcrop, "<b>Hi</b>");
	const url = `${outcrop.url}/_outcrop/api/exchanges/${headers.get("x-amzn-requestid")}`;
	const request = await fetch(`${url}/request`);
	expect(request.headers.get("content-type")).toBe("application/octet-stream");
	expect(request.headers.get("x-content-type-options")).toBe("nosniff");
	expect(await request.text()).toBe(
		'{"messages":[{"role":"user","content":[{"text":"<b>Hi</b>"}]}]}',
	);
	expect(await (await fetch(`${url}/response`)).text()).toBe(text);
});

test("the parts of an exchange that was forgotten are 404", async () => {
	await using outcrop = await startOutcrop();
	const gone = await fetch(`${outcrop.url}/_outcrop/api/exchanges/x/request`);
	expect(gone.status).toBe(404);
});

const codec = new EventStreamCodec(
	(bytes) => Buffer.from(bytes).toString(),
	(text) => Buffer.from(text),
);

async function framesOf(outcrop: TestOutcrop) {
	const { exchanges } = await api(outcrop, "exchanges");
	const { frames } = await api(
		outcrop,
		`exchanges/${exchanges.at(-1).id}/frames`,
	);
	return frames.map(({ base64 }: { base64: string }) => {
		const { headers, body } = codec.decode(Buffer.from(base64, "base64"));
		return {
			type: headers[":event-type"]?.value ?? headers[":exception-type"]?.value,
			body: JSON.parse(Buffer.from(body).toString()),
		};
	});
}

test("a stream's frames are what AWS's own codec decodes", async () => {
	await using outcrop = await startOutcrop();
	const { stream } = await outcrop.client().send(
		new ConverseStreamCommand({
			modelId: nova,
			messages: [{ role: "user", content: [{ text: "Hello" }] }],
		}),
	);
	const events = await all(stream);
	const frames = await framesOf(outcrop);
	expect(frames).toHaveLength(events.length);
	expect(frames[0]).toEqual({
		type: "messageStart",
		body: { role: "assistant" },
	});
	expect(frames.at(-1).type).toBe("metadata");
});

test("the exception that ended a stream is its last frame", async () => {
	await using outcrop = await startOutcrop();
	const fault = { throw: "modelStreamErrorException", after: "2 events" };
	await post(`${outcrop.url}/_outcrop/api/faults`, JSON.stringify(fault));
	const { stream } = await outcrop.client().send(
		new ConverseStreamCommand({
			modelId: nova,
			messages: [{ role: "user", content: [{ text: "Hello" }] }],
		}),
	);
	await expect(all(stream)).rejects.toThrow();
	const frames = await framesOf(outcrop);
	expect(frames).toHaveLength(3);
	expect(frames[2].type).toBe("modelStreamErrorException");
});

test("an exchange without a stream has no frames", async () => {
	await using outcrop = await startOutcrop();
	await outcrop.client().send(
		new ConverseCommand({
			modelId: nova,
			messages: [{ role: "user", content: [{ text: "Hello" }] }],
		}),
	);
	expect(await framesOf(outcrop)).toEqual([]);
});

test.each([
	[
		"exchanges?statuz=ok",
		'/_outcrop/api/exchanges has no query parameter "statuz". Did you mean status?',
	],
	[
		"clock?limit=1",
		'/_outcrop/api/clock has no query parameter "limit". It takes none.',
	],
	[
		"exchanges?status=bad",
		'The query parameter status takes ok, error or a whole number, not "bad".',
	],
	[
		"exchanges/stream?limit=-1",
		'The query parameter limit takes a whole number, not "-1".',
	],
	[
		"exchanges?sequences=1,b",
		'The query parameter sequences takes numbers such as 3,5,8, not "1,b".',
	],
	["exchanges?detail=ful", 'The query parameter detail takes full, not "ful".'],
	[
		"exchanges/stream?detail=ful",
		'The query parameter detail takes full, not "ful".',
	],
	[
		"exchanges/stream?batchMs=1s",
		'The query parameter batchMs takes a whole number, not "1s".',
	],
	[
		"overview?minutes=hour",
		'The query parameter minutes takes a whole number, not "hour".',
	],
])("GET %s is refused with what is wrong", async (path, message) => {
	await using outcrop = await startOutcrop();
	const response = await fetch(`${outcrop.url}/_outcrop/api/${path}`);
	expect(response.status).toBe(400);
	expect(await response.json()).toEqual({ message });
});

test("a path that the API lacks is answered with the nearest one", async () => {
	await using outcrop = await startOutcrop();
	const response = await fetch(`${outcrop.url}/_outcrop/api/fault`);
	expect(response.status).toBe(404);
	expect(await response.json()).toEqual({
		message:
			"Outcrop's API has no /_outcrop/api/fault. Did you mean /_outcrop/api/faults? GET /_outcrop/api/openapi.json lists what it has.",
	});
});
