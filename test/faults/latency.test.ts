import type { ConverseStreamOutput } from "@aws-sdk/client-bedrock-runtime";
import { expect, test } from "vitest";
import { drawLatency, slowReply } from "../../src/faults/latency.ts";
import { seededRandom } from "../../src/random.ts";
import { all, startOutcrop } from "../support/outcrop.ts";
import { TestClock, testCall } from "../turn/stand-ins.ts";
import { converse, converseStream, countTokens } from "./client.ts";

function draw(latency: Parameters<typeof drawLatency>[0]): number[] {
	const random = seededRandom(1);
	return Array.from({ length: 20_000 }, () =>
		drawLatency(latency, random),
	).sort((a, b) => a - b);
}

test("p50 and p99 are where they were asked", () => {
	const drawn = draw({ p50: 400, p99: 3000 });
	expect((drawn[10_000] as number) / 400).toBeCloseTo(1, 1);
	expect((drawn[19_800] as number) / 3000).toBeCloseTo(1, 0);
});

test("min and max are the ends", () => {
	const drawn = draw({ min: 10, max: 20 });
	expect(drawn[0]).toBeGreaterThanOrEqual(10);
	expect(drawn.at(-1)).toBeLessThan(20);
	expect(drawn[10_000]).toBeCloseTo(15, 0);
});

test("mean and deviation never go below 0", () => {
	const drawn = draw({ mean: 100, deviation: 100 });
	expect(drawn[0]).toBe(0);
	expect(drawn[10_000]).toBeGreaterThan(95);
	expect(drawn[10_000]).toBeLessThan(105);
});

async function* fourEvents(): AsyncGenerator<ConverseStreamOutput> {
	yield { messageStart: { role: "assistant" } };
	yield { contentBlockDelta: { contentBlockIndex: 0, delta: { text: "a" } } };
	yield { contentBlockDelta: { contentBlockIndex: 0, delta: { text: "b" } } };
	yield { metadata: { usage: undefined, metrics: { latencyMs: 1 } } };
}

test("a slowed reply waits for its first token, then between tokens, and says how long it took", async () => {
	const clock = new TestClock();
	const slowed = slowReply(fourEvents(), testCall({ clock }), {
		firstTokenMs: () => 400,
		betweenTokensMs: () => 30,
	});
	const events = await all(slowed);
	expect(clock.sleeps).toEqual([400, 30]);
	expect(events.at(-1)).toMatchObject({
		metadata: { metrics: { latencyMs: 430 } },
	});
});

test("a slowed reply that is ended before it began lets go of its source", async () => {
	let released = false;
	const source = {
		[Symbol.asyncIterator]() {
			return this;
		},
		next: async () => ({ done: true as const, value: undefined }),
		async return() {
			released = true;
			return { done: true as const, value: undefined };
		},
	};
	const slowed = slowReply(source, testCall(), {
		firstTokenMs: () => 1,
		betweenTokensMs: () => 1,
	});
	await slowed[Symbol.asyncIterator]().return?.();
	expect(released).toBe(true);
});

test("a reply whose methods are its own is slowed, and keeps what is attached to it", async () => {
	const clock = new TestClock();
	const events = fourEvents();
	const source = {
		[Symbol.asyncIterator]() {
			return this;
		},
		next: () => events.next(),
		attached: "yes",
	};
	const slowed = slowReply(source, testCall({ clock }), {
		firstTokenMs: () => 400,
		betweenTokensMs: () => 30,
	});
	expect(await all(slowed)).toHaveLength(4);
	expect(clock.sleeps).toEqual([400, 30]);
	expect(slowed).toHaveProperty("attached", "yes");
});

test("Converse's latencyMs has the waits of all tokens", async () => {
	const clock = new TestClock();
	await using outcrop = await startOutcrop({}, { clock });
	outcrop.emulator.faults.add({
		delay: { firstToken: 1000, betweenTokens: 10 },
	});
	const client = outcrop.client();
	const { stream } = await client.send(converseStream());
	const deltas = (await all(stream)).filter((event) => event.contentBlockDelta);
	const startedMs = clock.nowMs;
	const reply = await client.send(converse());
	const tookMs = 1000 + 10 * (deltas.length - 1);
	expect(reply.metrics?.latencyMs).toBe(tookMs);
	expect(clock.nowMs - startedMs).toBe(tookMs);
});

test("what no model answers waits as long as a first token", async () => {
	const clock = new TestClock();
	await using outcrop = await startOutcrop({}, { clock });
	outcrop.emulator.faults.add({ delay: { firstToken: 400 } });
	const counted = await outcrop.client().send(countTokens());
	expect(counted.inputTokens).toBeGreaterThan(0);
	expect(clock.sleeps).toEqual([400]);
});
