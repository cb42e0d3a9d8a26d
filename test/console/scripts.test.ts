import {
	type BedrockRuntimeClient,
	ConverseCommand,
	ConverseStreamCommand,
	InvokeModelCommand,
} from "@aws-sdk/client-bedrock-runtime";
import { expect, test } from "vitest";
import { all, startOutcrop, type TestOutcrop } from "../support/outcrop.ts";

const nova = "amazon.nova-lite-v1:0";

async function api(
	outcrop: TestOutcrop,
	method: string,
	path: string,
	body?: string,
) {
	const response = await fetch(`${outcrop.url}/_outcrop/api/scripts${path}`, {
		method,
		...(body !== undefined && { body }),
	});
	return { status: response.status, json: JSON.parse(await response.text()) };
}

async function ask(client: BedrockRuntimeClient, text: string) {
	const { output } = await client.send(
		new ConverseCommand({
			modelId: nova,
			messages: [{ role: "user", content: [{ text }] }],
		}),
	);
	return output?.message?.content?.[0]?.text;
}

const yaml = `# Kept as it was written.
replies:
  - when: { user: hello }
    text: Hi.
  - name: bye
    when: { user: bye }
    text: Bye.
`;

test("a script may come as YAML; its rules are named by their lines, and its text is kept", async () => {
	await using outcrop = await startOutcrop();
	const { status, json } = await api(outcrop, "POST", "?namespace=test", yaml);
	expect([status, json]).toEqual([201, { id: "rules-1" }]);
	expect(await ask(outcrop.client(), "hello")).toBe("Hi.");
	const { json: listed } = await api(outcrop, "GET", "");
	expect(listed.rules).toMatchObject([
		{
			id: "rules-1",
			namespace: "test",
			name: "rules-1:3",
			place: "rules-1:3",
			answered: 1,
		},
		{ id: "rules-1", name: "bye", place: "rules-1:5", answered: 0 },
	]);
	expect(await api(outcrop, "GET", "/rules-1")).toEqual({
		status: 200,
		json: { id: "rules-1", namespace: "test", source: yaml },
	});
});

test("what is wrong with YAML is told by line and column", async () => {
	await using outcrop = await startOutcrop();
	const { status, json } = await api(
		outcrop,
		"POST",
		"",
		"replies:\n  - when: { usr: a }\n    text: Hi.\n",
	);
	expect(status).toBe(400);
	expect(json.problems).toMatchObject([{ line: 2, column: 13 }]);
});

test("rules of an id are replaced where they stand, in their namespace", async () => {
	await using outcrop = await startOutcrop();
	await api(outcrop, "POST", "?namespace=test", '[{ "text": "Old." }]');
	await api(outcrop, "POST", "", '[{ "text": "For all." }]');
	const replaced = await api(
		outcrop,
		"PUT",
		"/rules-1",
		"replies:\n  - text: New.\n",
	);
	expect(replaced).toEqual({ status: 200, json: { id: "rules-1" } });
	expect(await ask(outcrop.client(), "hello")).toBe("New.");
	const wrong = await api(outcrop, "PUT", "/rules-1", "replies: 1");
	expect(wrong.status).toBe(400);
	expect(await ask(outcrop.client(), "hello")).toBe("New.");
});

test("there is nothing to show or replace under an id that is not there", async () => {
	await using outcrop = await startOutcrop();
	expect((await api(outcrop, "GET", "/rules-7")).status).toBe(404);
	const { status, json } = await api(outcrop, "PUT", "/rules-7", "replies: []");
	expect([status, json.message]).toEqual([
		400,
		"There are no rules rules-7: they were removed. Add yours anew.",
	]);
});

test("without a namespace rules are listed with how often they answered in all", async () => {
	await using outcrop = await startOutcrop();
	await api(outcrop, "POST", "", '[{ "text": "Hi." }]');
	await ask(outcrop.client(), "hello");
	await ask(
		outcrop.client({
			credentials: { accessKeyId: "other", secretAccessKey: "test" },
		}),
		"hello",
	);
	const counts = async (query: string) =>
		(await api(outcrop, "GET", query)).json.rules.map(
			(rule: { answered: number }) => rule.answered,
		);
	expect(await counts("")).toEqual([2]);
	expect(await counts("?namespace=test")).toEqual([1]);
	expect(await counts("?namespace=nobody")).toEqual([0]);
});

test("the schema of scripts is served", async () => {
	await using outcrop = await startOutcrop();
	const { json } = await api(outcrop, "GET", "/schema");
	expect(json.title).toBe("Outcrop script");
	expect(Object.keys(json.definitions)).toContain("rule");
});

test("a dry run says which past exchanges a script would have answered, by which rule or why not", async () => {
	await using outcrop = await startOutcrop();
	const client = outcrop.client();
	await ask(client, "hello there");
	const { stream } = await client.send(
		new ConverseStreamCommand({
			modelId: nova,
			messages: [{ role: "user", content: [{ text: "good bye" }] }],
		}),
	);
	await all(stream);
	await client.send(
		new InvokeModelCommand({
			modelId: "anthropic.claude-3-haiku-20240307-v1:0",
			body: JSON.stringify({
				anthropic_version: "bedrock-2023-05-31",
				max_tokens: 10,
				messages: [{ role: "user", content: "Hello, natively" }],
			}),
		}),
	);
	await ask(client, "weather");
	const { status, json } = await api(outcrop, "POST", "/dry-run", yaml);
	expect(status).toBe(200);
	expect(json.rules).toEqual([
		{ name: "script:3", answers: 2 },
		{ name: "bye", answers: 1 },
	]);
	expect(json.lines).toMatchObject([
		{
			exchange: { operation: "Converse", firstWords: "weather" },
			why: expect.stringMatching(/^user is "weather", expected /u),
		},
		{ exchange: { operation: "InvokeModel" }, rule: "script:3" },
		{ exchange: { operation: "ConverseStream" }, rule: "bye" },
		{ exchange: { operation: "Converse" }, rule: "script:3" },
	]);
	expect(json.lines[0].rule).toBeUndefined();
});

test("a dry run counts nth and times for itself, oldest first, and leaves the rules that are there alone", async () => {
	await using outcrop = await startOutcrop();
	const client = outcrop.client();
	await api(
		outcrop,
		"POST",
		"",
		'[{ "name": "once", "times": 2, "text": "Hi." }]',
	);
	await ask(client, "first");
	const script = "replies:\n  - { name: once, times: 1, text: Hi. }\n";
	for (const _ of [1, 2])
		expect((await api(outcrop, "POST", "/dry-run", script)).json.rules).toEqual(
			[{ name: "once", answers: 1 }],
		);
	expect((await api(outcrop, "GET", "")).json.rules).toMatchObject([
		{ answered: 1 },
	]);
	expect(await ask(client, "second")).toBe("Hi.");
	const { json } = await api(outcrop, "POST", "/dry-run", script);
	expect(json.lines).toMatchObject([
		{ exchange: { firstWords: "second" }, why: "its times or nth say no" },
		{ exchange: { firstWords: "first" }, rule: "once" },
	]);
});

test("a dry run uses no quota, hits no fault and leaves no exchange", async () => {
	await using outcrop = await startOutcrop({
		quotas: [{ requestsPerMinute: 1 }],
	});
	await ask(outcrop.client(), "hello");
	outcrop.emulator.faults.add({ throw: "ThrottlingException" });
	const { json } = await api(outcrop, "POST", "/dry-run", yaml);
	expect(json.rules[0]).toEqual({ name: "script:3", answers: 1 });
	expect(outcrop.emulator.faults.list()[0]?.hits).toBe(0);
	expect(outcrop.emulator.journal.size).toBe(1);
	expect(outcrop.emulator.quotas.list()[0]?.meters).toMatchObject([
		{ requestsThisMinute: 1, throttled: 0 },
	]);
});

test("a dry run goes over the newest so many, of a filter's", async () => {
	await using outcrop = await startOutcrop();
	const client = outcrop.client();
	for (const text of ["hello 1", "hello 2", "bye 3"]) await ask(client, text);
	const { json } = await api(outcrop, "POST", "/dry-run?limit=2", yaml);
	expect(json.lines).toHaveLength(2);
	const { json: other } = await api(
		outcrop,
		"POST",
		"/dry-run?namespace=nobody",
		yaml,
	);
	expect(other.lines).toEqual([]);
});

test("a rule that leaves a turn to another engine is told as such", async () => {
	await using outcrop = await startOutcrop();
	await ask(outcrop.client(), "hello");
	const { json } = await api(
		outcrop,
		"POST",
		"/dry-run",
		"replies:\n  - { name: real, when: { user: hello }, next: engine }\n",
	);
	expect(json.lines).toMatchObject([{ rule: "real", leftTo: "next" }]);
	const { json: named } = await api(
		outcrop,
		"POST",
		"/dry-run",
		"replies:\n  - { name: other, engine: openai }\n",
	);
	expect(named.lines).toMatchObject([{ rule: "other", leftTo: "openai" }]);
});

test("a script that cannot work is not tried", async () => {
	await using outcrop = await startOutcrop();
	const { status, json } = await api(outcrop, "POST", "/dry-run", "replies: 1");
	expect(status).toBe(400);
	expect(json.problems).toMatchObject([{ line: 1, severity: "error" }]);
});

test("an exchange knows how each rule stands to it, in order, and counts nothing", async () => {
	await using outcrop = await startOutcrop();
	await api(
		outcrop,
		"POST",
		"",
		`replies:
  - { name: other, when: { user: bye, model: "meta.*" }, text: Bye. }
  - { name: first, when: { user: hello }, text: Hi. }
  - { name: second, when: { user: hello }, text: Hello. }
`,
	);
	await ask(outcrop.client(), "hello");
	const [exchange] = outcrop.emulator.journal.find();
	const response = await fetch(
		`${outcrop.url}/_outcrop/api/exchanges/${exchange?.id}/rules`,
	);
	expect(await response.json()).toEqual({
		rules: [
			{
				rule: "other",
				failed: [
					'model is "amazon.nova-lite-v1:0", expected "meta.*"',
					'user is "hello", expected "bye"',
				],
			},
			{ rule: "first", failed: [] },
			{ rule: "second", failed: [] },
		],
	});
	const { json } = await api(outcrop, "GET", "");
	expect(json.rules).toMatchObject([
		{ answered: 0 },
		{ answered: 1 },
		{ answered: 0 },
	]);
});
