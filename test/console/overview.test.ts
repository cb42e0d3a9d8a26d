import {
	ConverseCommand,
	ConverseStreamCommand,
} from "@aws-sdk/client-bedrock-runtime";
import { expect, test } from "vitest";
import { binOf, Measures } from "../../src/journal/measures.ts";
import { all, startOutcrop, type TestOutcrop } from "../support/outcrop.ts";
import { TestClock } from "../turn/stand-ins.ts";

const sonnet = "anthropic.claude-sonnet-4-5-20250929-v1:0";
const rules = [
	{
		name: "busy",
		when: { user: "busy" },
		error: { name: "ThrottlingException", message: "Slow down" },
	},
	{ name: "fine", when: { user: "fine" }, text: "Fine." },
];

async function overview(outcrop: TestOutcrop, query = "") {
	const url = `${outcrop.url}/_outcrop/api/overview${query}`;
	return JSON.parse(await (await fetch(url)).text());
}

async function post(outcrop: TestOutcrop, path: string, body: unknown) {
	await fetch(`${outcrop.url}/_outcrop/api/${path}`, {
		method: "POST",
		body: JSON.stringify(body),
	});
}

function ask(outcrop: TestOutcrop, text: string, modelId = sonnet) {
	return outcrop
		.client()
		.send(
			new ConverseCommand({
				modelId,
				messages: [{ role: "user", content: [{ text }] }],
			}),
		)
		.catch(() => undefined);
}

const empty = {
	calls: 0,
	errors: 0,
	inputTokens: 0,
	outputTokens: 0,
	priceUsd: 0,
	savedUsd: 0,
	p50Ms: null,
	p95Ms: null,
	firstP50Ms: null,
	firstP95Ms: null,
};

test("before the first call there is nothing", async () => {
	await using outcrop = await startOutcrop();
	expect(await overview(outcrop)).toMatchObject({
		stepMs: 2000,
		total: empty,
		window: empty,
		steps: [],
		models: [],
		answeredBy: [],
		errors: [],
	});
});

test("calls are summed up by model, by who answered, and by error", async () => {
	await using outcrop = await startOutcrop();
	await post(outcrop, "scripts", rules);
	const reply = await ask(outcrop, "fine");
	await ask(outcrop, "hello", "amazon.nova-lite-v1:0");
	await ask(outcrop, "hello", "amazon.nova-lite-v1:0");
	await ask(outcrop, "busy");
	const { total, window, models, answeredBy, errors } = await overview(outcrop);
	expect(total).toMatchObject({ calls: 4, errors: 1, firstP50Ms: null });
	expect(window).toEqual(total);
	expect(models).toMatchObject([
		{
			name: sonnet,
			calls: 2,
			errors: 1,
			outputTokens: reply?.usage?.outputTokens,
		},
		{ name: "amazon.nova-lite-v1:0", calls: 2, errors: 0 },
	]);
	expect(answeredBy).toMatchObject([
		{ name: "stub", calls: 2 },
		{ name: "fine", calls: 1 },
		{ name: "busy", calls: 1 },
	]);
	expect(errors).toMatchObject([{ name: "ThrottlingException", calls: 1 }]);
});

test("what engines that cost nothing answer is saved, at AWS's prices", async () => {
	await using outcrop = await startOutcrop();
	const reply = await ask(outcrop, "hello");
	const { inputTokens = 0, outputTokens = 0 } = reply?.usage ?? {};
	const price = (3 * inputTokens + 15 * outputTokens) / 1e6;
	const { total } = await overview(outcrop);
	expect(total.priceUsd).toBeCloseTo(price, 8);
	expect(total.savedUsd).toBe(total.priceUsd);
});

test.each([
	["localhost:11434: llama3.2", true],
	["api.example.com: big", false],
	["localhost.example.com: big", false],
])(
	"what the model server %s answers is saved: %s",
	async (upstream, isSaved) => {
		await using outcrop = await startOutcrop();
		await ask(outcrop, "hello");
		const { emulator } = outcrop;
		const [exchange] = emulator.journal.find();
		if (!exchange) throw new Error("There is no exchange.");
		exchange.notes.engine = "openai";
		exchange.notes.upstream = upstream;
		exchange.priceUsd = 2;
		emulator.overview.reset(0);
		emulator.overview.add(exchange);
		const { total } = await overview(outcrop);
		expect(total.savedUsd).toBe(isSaved ? 2 : 0);
	},
);

test.each([
	["none", [], null, null],
	["one", [40], 40, 40],
	[
		"many short, few long",
		[...Array(94).fill(10), ...Array(6).fill(900)],
		10,
		900,
	],
	["too short to tell", [0, 0.2], 0, 0],
	["longer than ten minutes", [9_000_000], 600_000, 600_000],
])("quantiles are right to a tenth: %s", (_what, durations, p50, p95) => {
	const measures = new Measures();
	for (const durationMs of durations)
		measures.add({
			isError: false,
			inputTokens: 0,
			outputTokens: 0,
			priceUsd: 0,
			savedUsd: 0,
			bin: binOf(durationMs),
			firstBin: undefined,
		});
	const { p50Ms, p95Ms } = measures.show();
	expect([isNear(p50Ms, p50), isNear(p95Ms, p95)]).toEqual([true, true]);
});

/** To a tenth. */
function isNear(found: number | null, wanted: number | null): boolean {
	if (found === null || wanted === null) return found === wanted;
	return Math.abs(found - wanted) <= wanted / 10;
}

test("a stream has a time to its first event", async () => {
	await using outcrop = await startOutcrop();
	const { stream } = await outcrop.client().send(
		new ConverseStreamCommand({
			modelId: sonnet,
			messages: [{ role: "user", content: [{ text: "hello" }] }],
		}),
	);
	await all(stream);
	const { total } = await overview(outcrop);
	expect(total.firstP50Ms).not.toBeNull();
});

test("the course is by two seconds, and by the minute when it is long", async () => {
	const clock = new TestClock();
	await using outcrop = await startOutcrop({}, { clock });
	await ask(outcrop, "one");
	clock.nowMs += 120_000;
	await ask(outcrop, "two");
	await ask(outcrop, "three");
	const short = await overview(outcrop, "?minutes=1");
	const long = await overview(outcrop, "?minutes=60");
	expect([short.stepMs, short.window.calls]).toEqual([2000, 2]);
	expect([long.stepMs, long.window.calls]).toEqual([60_000, 3]);
	expect(long.steps.map(({ calls }: { calls: number }) => calls)).toEqual([
		1, 2,
	]);
	expect(short.total.calls).toBe(3);
	expect(short.steps[0].startMs % 2000).toBe(0);
});

test("the names are bounded", async () => {
	await using outcrop = await startOutcrop();
	await ask(outcrop, "hello");
	const [exchange] = outcrop.emulator.journal.find();
	if (!exchange) throw new Error("There is no exchange.");
	for (let rule = 0; rule < 300; rule++) {
		exchange.notes.rule = `rule ${rule}`;
		outcrop.emulator.overview.add(exchange);
	}
	const { answeredBy } = await overview(outcrop);
	expect(answeredBy).toHaveLength(201);
	expect(answeredBy[0]).toMatchObject({ name: "(others)", calls: 101 });
});

test("it begins anew when it is told to; the exchanges stay", async () => {
	await using outcrop = await startOutcrop();
	await ask(outcrop, "hello");
	await fetch(`${outcrop.url}/_outcrop/api/overview`, { method: "DELETE" });
	expect((await overview(outcrop)).total.calls).toBe(0);
	expect(outcrop.emulator.journal.size).toBe(1);
});

test("a reset of everything resets it too", async () => {
	await using outcrop = await startOutcrop();
	await ask(outcrop, "hello");
	await post(outcrop, "reset", {});
	expect((await overview(outcrop)).total.calls).toBe(0);
});

test("it counts what the journal does not keep", async () => {
	await using outcrop = await startOutcrop({ journalCount: 0 });
	await ask(outcrop, "hello");
	expect((await overview(outcrop)).total.calls).toBe(1);
});
