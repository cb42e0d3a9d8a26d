import type { Call, Random } from "../call.ts";
import { isObject } from "../json.ts";
import type { Reply } from "../turn/turn.ts";
import { duration, type Member, type Members, readMembers } from "./members.ts";
import { throughGenerator } from "./stream.ts";

/**
 * How long something takes, in milliseconds: always the same, or by chance. `p50` and `p99` make a log-normal
 * distribution, which has the long tail that services have; `mean` and `deviation` a normal one, cut at 0; `min` and `max`
 * an even one.
 */
export type Latency =
	| number
	| { p50: number; p99: number }
	| { min: number; max: number }
	| { mean: number; deviation: number };

/** How long a model takes to say its first token, and each one after it. */
export interface Delay {
	firstToken?: Latency;
	betweenTokens?: Latency;
}

const time = duration(3_600_000);

/** A latency as users write it: `400ms`, or `{ p50: 400ms, p99: 3s }`. */
export const latency: Member<Latency> = {
	takes:
		"a time such as 400ms, or { p50, p99 }, { min, max } or { mean, deviation }, the smaller first",
	read(value) {
		if (!isObject(value)) return time.read(value);
		const pair = (low: string, high: string) => {
			if (Object.keys(value).length !== 2) return undefined;
			const first = time.read(value[low]);
			const second = time.read(value[high]);
			if (first === undefined || second === undefined) return undefined;
			return [first, second] as const;
		};
		const percentiles = pair("p50", "p99");
		if (percentiles && percentiles[0] > 0 && percentiles[0] <= percentiles[1])
			return { p50: percentiles[0], p99: percentiles[1] };
		const range = pair("min", "max");
		if (range && range[0] <= range[1]) return { min: range[0], max: range[1] };
		const normal = pair("mean", "deviation");
		return normal && { mean: normal[0], deviation: normal[1] };
	},
};

const delayMembers: Members<Delay> = {
	firstToken: latency,
	betweenTokens: latency,
};

/** A delay as users write it; a time alone is that of the first token. */
export const delay: Member<Delay> = {
	takes:
		"a time such as 400ms, or { firstToken, betweenTokens }, each a time or a distribution such as { p50: 400ms, p99: 3s }",
	read(value) {
		if (
			!isObject(value) ||
			!("firstToken" in value || "betweenTokens" in value)
		) {
			const firstToken = latency.read(value);
			return firstToken === undefined ? undefined : { firstToken };
		}
		return readMembers<Delay>(value, "A delay", delayMembers);
	},
};

/** The 99th percentile of the standard normal distribution. */
const z99 = 2.326347874;

/** One sample, in milliseconds, 0 or more. */
export function drawLatency(of: Latency | undefined, random: Random): number {
	if (of === undefined) return 0;
	if (typeof of === "number") return of;
	if ("min" in of) return of.min + random.next() * (of.max - of.min);
	const normal = drawNormal(random);
	if ("mean" in of) return Math.max(0, of.mean + normal * of.deviation);
	return of.p50 * Math.exp((normal * Math.log(of.p99 / of.p50)) / z99);
}

/** Box and Muller's. */
function drawNormal(random: Random): number {
	const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
	return radius * Math.cos(2 * Math.PI * random.next());
}

/** What a slowed reply asks for its waits. */
export interface Waits {
	firstTokenMs(): number;
	betweenTokensMs(): number;
}

/** The waits of a delay, each a sample of its own. */
export function waitsOf(delay: Delay, random: Random): Waits {
	return {
		firstTokenMs: () => drawLatency(delay.firstToken, random),
		betweenTokensMs: () => drawLatency(delay.betweenTokens, random),
	};
}

/**
 * Slows a reply: its first event waits for the first token, each later delta for the time between tokens. The `latencyMs`
 * that it says of itself has the waits in it.
 */
export function slowReply(reply: Reply, call: Call, waits: Waits): Reply {
	const slowed = throughGenerator(reply, (events) =>
		slowEvents(events, call, waits),
	);
	// What an engine attached to its reply stays attached; only what knew itself whole no longer is.
	return { ...reply, ...slowed };
}

async function* slowEvents(reply: Reply, call: Call, waits: Waits): Reply {
	const { clock, signal } = call;
	const startedMs = clock.now();
	const wait = async (delayMs: number) => {
		if (delayMs > 0) await clock.sleep(delayMs, signal);
	};
	await wait(waits.firstTokenMs());
	let deltas = 0;
	for await (const event of reply) {
		if (event.contentBlockDelta && deltas++ > 0)
			await wait(waits.betweenTokensMs());
		const metrics = event.metadata?.metrics;
		if (event.metadata && metrics?.latencyMs !== undefined) {
			const tookMs = Math.round(clock.now() - startedMs);
			const latencyMs = Math.max(metrics.latencyMs, tookMs);
			yield {
				metadata: { ...event.metadata, metrics: { ...metrics, latencyMs } },
			};
		} else yield event;
	}
}
