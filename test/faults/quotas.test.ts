import {
	ConverseCommand,
	ServiceUnavailableException,
	ThrottlingException,
} from "@aws-sdk/client-bedrock-runtime";
import { expect, test } from "vitest";
import { MovableClock } from "../../src/clock.ts";
import type { Engine } from "../../src/engines/engine.ts";
import { readQuota } from "../../src/faults/quota.ts";
import { Quotas } from "../../src/faults/quotas.ts";
import { startOutcrop, type TestOutcrop } from "../support/outcrop.ts";
import { TestClock, testCall } from "../turn/stand-ins.ts";
import { claude, converse, converseStream, failure } from "./client.ts";

const sonnet45 = "anthropic.claude-sonnet-4-5-20250929-v1:0";
const crossRegion = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";

function movable(outcrop: TestOutcrop): MovableClock {
	if (outcrop.emulator.clock instanceof MovableClock)
		return outcrop.emulator.clock;
	throw new Error("The clock cannot be moved.");
}

/** Quotas, and calls to them at a time of the test's own. */
function startQuotas(spec: object) {
	const clock = new TestClock();
	const quotas = new Quotas({ clock });
	quotas.set(readQuota(spec));
	return {
		quotas,
		clock,
		/** A call that ends at once having used this; its failure's message, else undefined. */
		call(
			modelId: string,
			inputTokens: number,
			maxTokens: number,
			used = { inputTokens, outputTokens: 0 },
			over: Parameters<typeof testCall>[0] = {},
		): string | undefined {
			try {
				const call = testCall({ clock, ...over });
				const held = quotas.reserve(call, modelId, inputTokens, maxTokens);
				held?.settle({ totalTokens: 0, ...used });
				held?.release();
				return undefined;
			} catch (error) {
				return (error as Error).message;
			}
		},
		meter: () => quotas.list()[0]?.meters[0],
	};
}

test("of 100 requests against 60 a minute the first 60 of each minute are served", async () => {
	const clock = new TestClock();
	await using outcrop = await startOutcrop(
		{ quotas: [{ requestsPerMinute: 60 }] },
		{ clock },
	);
	const client = outcrop.client();
	const served: number[] = [];
	// A request each 900 ms: the minute that the first one began ends with the 67th.
	for (let number = 1; number <= 100; number++) {
		const failed = await client.send(converse()).then(
			() => undefined,
			(error: Error) => error,
		);
		if (failed === undefined) served.push(number);
		else expect(failed).toBeInstanceOf(ThrottlingException);
		clock.nowMs += 900;
	}
	const range = (from: number, to: number) =>
		Array.from({ length: to - from + 1 }, (_, index) => from + index);
	expect(served).toEqual([...range(1, 60), ...range(68, 100)]);
});

test("a throttled request has AWS's text, and is served when the minute is over", async () => {
	await using outcrop = await startOutcrop({
		quotas: [{ requestsPerMinute: 1 }],
	});
	const client = outcrop.client();
	await client.send(converse());
	const seen = await failure(client.send(converse()));
	expect(seen.error).toBeInstanceOf(ThrottlingException);
	expect(seen.status).toBe(429);
	expect(seen.message).toBe(
		"Too many requests, please wait before trying again.",
	);
	movable(outcrop).advance(60_000);
	expect((await client.send(converse())).stopReason).toBe("end_turn");
});

test("maxTokens is reserved at the start, and corrected at the end with 5 tokens for each of Claude's output", () => {
	const { call, clock, meter } = startQuotas({ tokensPerMinute: 40_000 });
	// 8,000 of input (3,000 new, 4,000 read from a cache, 1,000 written to it) and maxTokens 32,000: 40,000 reserved.
	// At the end 3,000 + 1,000 written + 1,000 × 5 = 9,000; what was read from the cache is not counted.
	const used = {
		inputTokens: 3000,
		outputTokens: 1000,
		cacheReadInputTokens: 4000,
		cacheWriteInputTokens: 1000,
	};
	expect(call(sonnet45, 8000, 32_000, used)).toBe(undefined);
	expect(meter()?.tokensThisMinute).toBe(9000);

	// 40,000 − 9,000 = 31,000 are left: a reservation of 31,001 is one too many, one of 31,000 is not.
	expect(call(sonnet45, 1001, 30_000)).toBe(
		"Too many tokens, please wait before trying again.",
	);
	const next = { inputTokens: 1000, outputTokens: 200 };
	expect(call(sonnet45, 1000, 30_000, next)).toBe(undefined);
	// 9,000 + 1,000 + 200 × 5 = 11,000.
	expect(meter()?.tokensThisMinute).toBe(11_000);

	clock.nowMs += 60_000;
	expect(meter()?.tokensThisMinute).toBe(0);
	expect(call(sonnet45, 8000, 32_000)).toBe(undefined);
});

test("a request that reserves more than the quota is never served", () => {
	const { call } = startQuotas({ tokensPerMinute: 10_000 });
	expect(call(sonnet45, 10, 64_000)).toBe(
		"Too many tokens, please wait before trying again.",
	);
});

test("an output token is one of a quota for Claude 3.5 and others, ten for GPT-5.6", () => {
	const used = { inputTokens: 100, outputTokens: 10 };
	const after = (modelId: string) => {
		const { call, meter } = startQuotas({ tokensPerMinute: 1_000_000 });
		call(modelId, 100, 4096, used);
		return meter()?.tokensThisMinute;
	};
	expect(after("anthropic.claude-3-5-sonnet-20241022-v2:0")).toBe(110);
	expect(after("amazon.nova-lite-v1:0")).toBe(110);
	expect(after("us.anthropic.claude-3-7-sonnet-20250219-v1:0")).toBe(150);
	expect(after("openai.gpt-oss-120b-1:0")).toBe(110);
	expect(after("openai.gpt-5.6-luna")).toBe(200);
});

test("a quota's own burndown takes the place of AWS's", () => {
	const { call, meter } = startQuotas({ tokensPerMinute: 1000, burndown: 2 });
	call(sonnet45, 100, 200, { inputTokens: 100, outputTokens: 10 });
	expect(meter()?.tokensThisMinute).toBe(120);
});

test("tokens per day outlast the minute", () => {
	const { call, clock } = startQuotas({ tokensPerDay: 1000 });
	expect(call(claude, 900, 0)).toBe(undefined);
	clock.nowMs += 3_600_000;
	expect(call(claude, 101, 0)).toBe(
		"Too many tokens per day, please wait before trying again.",
	);
	clock.nowMs += 23 * 3_600_000;
	expect(call(claude, 101, 0)).toBe(undefined);
});

test("a clock that is set back begins another minute", () => {
	const { call, clock } = startQuotas({ requestsPerMinute: 1 });
	clock.nowMs += 3_600_000;
	expect(call(claude, 0, 0)).toBe(undefined);
	clock.nowMs -= 3_600_000;
	expect(call(claude, 0, 0)).toBe(undefined);
	expect(call(claude, 0, 0)).toMatch(/^Too many requests/u);
});

test("each inference profile, account, Region and namespace has meters of its own", () => {
	const { call, quotas } = startQuotas({ requestsPerMinute: 1 });
	const used = { inputTokens: 0, outputTokens: 0 };
	const identity = testCall().identity;
	expect(call(sonnet45, 0, 0)).toBe(undefined);
	expect(call(crossRegion, 0, 0)).toBe(undefined);
	expect(
		call(sonnet45, 0, 0, used, {
			identity: { ...identity, accountId: "111111111111" },
		}),
	).toBe(undefined);
	expect(
		call(sonnet45, 0, 0, used, {
			identity: { ...identity, region: "eu-west-1" },
		}),
	).toBe(undefined);
	expect(call(sonnet45, 0, 0, used, { namespace: "b" })).toBe(undefined);
	expect(call(sonnet45, 0, 0)).toMatch(/^Too many requests/u);
	expect(quotas.list()[0]?.meters).toHaveLength(5);
});

test("the ARN of an inference profile counts as its id", () => {
	const { call } = startQuotas({ requestsPerMinute: 1 });
	expect(call(crossRegion, 0, 0)).toBe(undefined);
	expect(
		call(
			`arn:aws:bedrock:us-east-1:123456789012:inference-profile/${crossRegion}`,
			0,
			0,
		),
	).toMatch(/^Too many requests/u);
});

test("a reset of a namespace forgets its quotas and what it used of the others", () => {
	const { call, quotas } = startQuotas({ requestsPerMinute: 1 });
	quotas.set(readQuota({ concurrency: 0 }), "b");
	const used = { inputTokens: 0, outputTokens: 0 };
	expect(call(claude, 0, 0, used, { namespace: "a" })).toBe(undefined);
	expect(call(claude, 0, 0)).toBe(undefined);
	quotas.reset("b");
	quotas.reset("a");
	expect(quotas.list()).toHaveLength(1);
	expect(call(claude, 0, 0, used, { namespace: "a" })).toBe(undefined);
	expect(call(claude, 0, 0)).toMatch(/^Too many requests/u);
});

test("a quota counts only the models, accounts and Regions that it names", () => {
	const { call, quotas } = startQuotas({
		model: "us.anthropic.*",
		account: "000000000000",
		region: "us-east-1",
		requestsPerMinute: 0,
	});
	expect(call(crossRegion, 0, 0)).toMatch(/^Too many requests/u);
	expect(call(sonnet45, 0, 0)).toBe(undefined);
	expect(quotas.list()[0]?.meters).toMatchObject([{ throttled: 1 }]);
});

test("a throttled call takes nothing from any quota", () => {
	const { call, quotas } = startQuotas({ requestsPerMinute: 10 });
	quotas.set(readQuota({ tokensPerMinute: 0 }));
	call(claude, 1, 0);
	expect(quotas.list()[0]?.meters[0]).toMatchObject({ requestsThisMinute: 0 });
});

test("a call of the minute before corrects nothing in this one", () => {
	const { quotas, clock, meter } = startQuotas({ tokensPerMinute: 1000 });
	const early = quotas.reserve(testCall({ clock }), claude, 100, 900);
	clock.nowMs += 60_000;
	const late = quotas.reserve(testCall({ clock }), claude, 100, 500);
	early?.release();
	expect(meter()?.tokensThisMinute).toBe(600);
	late?.release();
	expect(meter()?.tokensThisMinute).toBe(100);
});

test("a stream holds its reservation until it has ended", async () => {
	await using outcrop = await startOutcrop({
		quotas: [{ tokensPerMinute: 10_000, concurrency: 1 }],
	});
	outcrop.emulator.faults.add({ break: "stall", after: 3, times: 1 });
	const client = outcrop.client();
	const meter = () => outcrop.emulator.quotas.list()[0]?.meters[0];
	const leaving = new AbortController();
	const { stream } = await client.send(converseStream(), {
		abortSignal: leaving.signal,
	});
	const iterator = stream?.[Symbol.asyncIterator]();
	await iterator?.next();
	expect(meter()?.running).toBe(1);
	// 4096 for Claude 3 Haiku, which the request leaves to the model, and the input.
	expect(meter()?.tokensThisMinute).toBeGreaterThan(4096);

	const seen = await failure(client.send(converse()));
	expect(seen.error).toBeInstanceOf(ServiceUnavailableException);
	expect(seen.message).toBe(
		"Too many connections, please wait before trying again.",
	);

	leaving.abort();
	client.destroy();
	await expect.poll(() => meter()?.running).toBe(0);
	expect(meter()?.tokensThisMinute).toBeLessThan(200);
});

test("Converse reserves the maxTokens of its request", async () => {
	await using outcrop = await startOutcrop({
		quotas: [{ tokensPerMinute: 500 }],
	});
	const ask = (maxTokens: number) =>
		outcrop.client().send(
			new ConverseCommand({
				modelId: claude,
				messages: [{ role: "user", content: [{ text: "hi" }] }],
				inferenceConfig: { maxTokens },
			}),
		);
	expect((await failure(ask(500))).message).toBe(
		"Too many tokens, please wait before trying again.",
	);
	const { usage } = await ask(300);
	expect(outcrop.emulator.quotas.list()[0]?.meters[0]?.tokensThisMinute).toBe(
		usage?.totalTokens,
	);
});

test("a reply that fails gives back what it reserved for its output", async () => {
	const broken: Engine = {
		name: "broken",
		reply() {
			throw new ThrottlingException({ message: "no", $metadata: {} });
		},
	};
	const errors: string[] = [];
	await using outcrop = await startOutcrop(
		{ quotas: [{ tokensPerMinute: 10_000, concurrency: 1 }] },
		{
			engines: [broken],
			log: { error: (message) => errors.push(message), info() {}, debug() {} },
		},
	);
	await failure(outcrop.client().send(converse()));
	const meter = outcrop.emulator.quotas.list()[0]?.meters[0];
	expect(meter?.running).toBe(0);
	expect(meter?.tokensThisMinute).toBeLessThan(100);
	expect(errors).toHaveLength(1);
});

test("up to the capacity waits are as given; three calls on a capacity of two take 1.5 times as long", () => {
	const { quotas, clock } = startQuotas({
		latency: { capacity: 2, firstToken: "400ms", betweenTokens: "20ms" },
	});
	const start = () => quotas.reserve(testCall({ clock }), claude, 1, 1);
	const first = start();
	const second = start();
	expect(first?.waits?.firstTokenMs()).toBe(400);
	const third = start();
	expect(third?.waits?.firstTokenMs()).toBe(600);
	expect(first?.waits?.betweenTokensMs()).toBe(30);
	second?.release();
	expect(third?.waits?.betweenTokensMs()).toBe(20);
});

test("a loaded model's first token is as late as its quota says", async () => {
	const clock = new TestClock();
	await using outcrop = await startOutcrop(
		{ quotas: [{ latency: { capacity: 1, firstToken: 700 } }] },
		{ clock },
	);
	const reply = await outcrop.client().send(converse());
	expect(reply.metrics?.latencyMs).toBe(700);
});

test.each([
	[
		{ model: "a.*" },
		"A quota limits nothing. Add requestsPerMinute, tokensPerMinute, tokensPerDay, concurrency or latency.",
	],
	[
		{ requestsPerMinute: "many" },
		'A quota: requestsPerMinute takes a whole number from 0 to 9007199254740991, not "many".',
	],
	[
		{ account: 123456789012, concurrency: 1 },
		'A quota: account takes an account id of 12 digits in quotes, such as "123456789012", not 123456789012.',
	],
	[
		{ latency: { capacty: 1 } },
		'A quota\'s latency has no member "capacty". Did you mean capacity?',
	],
	[
		{ latency: { firstToken: "1s" } },
		"A quota: latency takes { capacity, firstToken, betweenTokens }, such as { capacity: 20, firstToken: 400ms }, not a mapping.",
	],
])("%j is refused in words", (quota, message) => {
	expect(() => readQuota(quota)).toThrow(message);
});
