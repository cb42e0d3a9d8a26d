/** What Outcrop adds to a model server's first token, and how many streams it carries at once. */
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { untilAccepting } from "./client.ts";
import { freePort, pinned, type Running, startServer } from "./processes.ts";
import { sdkHeaders } from "./scenarios.ts";
import { median, percentile } from "./statistics.ts";

/** Milliseconds to first tokens, going direct and through Outcrop, side by side in time. */
export interface ProxyRound {
	directMs: number[];
	proxiedMs: number[];
}

/** What was measured of the proxy. Memory in MiB, NaN where it cannot be had. */
export interface ProxyResult {
	concurrent: number;
	rounds: ProxyRound[];
	/** Streams that ran all at once, before the rounds and after them; how many of all ended as they should. */
	many: { streams: number; whole: number };
	/** After the first many (the journal is full then), after the rounds, and after the second many. */
	residentMib: number[];
}

const concurrent = 50;
const manyStreams = 1000;
const pace = { firstTokenMs: 100, tokenMs: 30, tokens: 30 };

/** Where a stream is had, and what its first and last words look like in its bytes. */
interface Route {
	port: number;
	path: string;
	body: string;
	first: string;
	last: string;
}

/**
 * Runs a model server that is none, and streams from it direct and through Outcrop in turn.
 *
 * @throws Error when a stream fails
 */
export async function measureProxy(rounds: number): Promise<ProxyResult> {
	const [upstreamPort, port] = [await freePort(), await freePort()];
	const { firstTokenMs, tokenMs, tokens } = pace;
	const upstream = startServer(
		upstreamPort,
		pinned("load", [
			process.execPath,
			"bench/chat-upstream.cjs",
			...[upstreamPort, firstTokenMs, tokenMs, tokens].map(String),
		]),
	);
	const outcrop = startServer(
		port,
		pinned("server", [
			process.execPath,
			...["dist/cli.cjs", "start", "--port", `${port}`, "--log", "error"],
			...["--upstream", `http://127.0.0.1:${upstreamPort}/v1=m`],
		]),
	);
	try {
		await Promise.all([untilAccepting(upstream), untilAccepting(outcrop)]);
		return await measure(outcrop, routesTo(upstreamPort, port), rounds);
	} finally {
		await Promise.all([outcrop.stop(), upstream.stop()]);
	}
}

function routesTo(
	upstreamPort: number,
	port: number,
): [direct: Route, proxied: Route] {
	const text = "Which rivers run through Vienna?";
	return [
		{
			port: upstreamPort,
			path: "/v1/chat/completions",
			body: JSON.stringify({
				model: "m",
				stream: true,
				messages: [{ role: "user", content: text }],
			}),
			first: " token",
			last: "[DONE]",
		},
		{
			port,
			path: "/model/amazon.nova-lite-v1%3A0/converse-stream",
			body: JSON.stringify({
				messages: [{ role: "user", content: [{ text }] }],
			}),
			first: " token",
			last: "metadata",
		},
	];
}

async function measure(
	outcrop: Running,
	[direct, proxied]: [Route, Route],
	count: number,
): Promise<ProxyResult> {
	const resident = () => outcrop.residentMib() ?? Number.NaN;
	await Promise.all([
		streams(direct, concurrent),
		streams(proxied, concurrent),
	]);
	const whole = await manyAtOnce(proxied);
	const residentMib = [resident()];
	const rounds: ProxyRound[] = [];
	for (let round = 0; round < count; round++) {
		const directMs = await streams(direct, concurrent);
		rounds.push({ directMs, proxiedMs: await streams(proxied, concurrent) });
	}
	residentMib.push(resident());
	const wholeAgain = await manyAtOnce(proxied);
	residentMib.push(resident());
	return {
		concurrent,
		rounds,
		many: { streams: manyStreams, whole: whole + wholeAgain },
		residentMib,
	};
}

/** How many of many streams ended as they should. */
async function manyAtOnce(route: Route): Promise<number> {
	const agent = new Agent({ keepAlive: false });
	const ran = await Promise.allSettled(
		Array.from({ length: manyStreams }, () => stream(route, agent)),
	);
	// Until all connections are closed and the garbage may be collected.
	await sleep(2000);
	return ran.filter(({ status }) => status === "fulfilled").length;
}

/** Two generations of streams, so many at any time; they begin a little apart, as those of users do. */
async function streams(route: Route, width: number): Promise<number[]> {
	const agent = new Agent({ keepAlive: true, maxSockets: width });
	const firstMs: number[] = [];
	await Promise.all(
		Array.from({ length: width }, async (_, index) => {
			await sleep(index * 20);
			for (let generation = 0; generation < 2; generation++)
				firstMs.push(await stream(route, agent));
		}),
	);
	agent.destroy();
	return firstMs;
}

/** Milliseconds to a stream's first token; rejects unless it ends as it should. */
function stream(route: Route, agent: Agent): Promise<number> {
	const { port, path, body, first, last } = route;
	const startedAtMs = performance.now();
	let firstMs = Number.NaN;
	let end = "";
	return new Promise((resolve, reject) => {
		const headers = {
			...sdkHeaders,
			"content-length": Buffer.byteLength(body),
		};
		const asked = request(
			{ host: "127.0.0.1", port, path, method: "POST", headers, agent },
			(response) => {
				response.on("data", (chunk: Buffer) => {
					const text = chunk.toString("latin1");
					if (Number.isNaN(firstMs) && text.includes(first))
						firstMs = performance.now() - startedAtMs;
					end = (end + text).slice(-2000);
				});
				response.on("error", reject);
				response.on("end", () => {
					if (end.includes(last) && response.complete) resolve(firstMs);
					else reject(new Error(`A stream from ${path} was not whole.`));
				});
			},
		);
		asked.on("error", reject);
		asked.end(body);
	});
}

/** The table, in Markdown. */
export function proxyTable({
	concurrent,
	rounds,
	residentMib,
	many,
}: ProxyResult): string {
	const of = (times: number[], share: number) =>
		percentile(times, share).toFixed(1);
	const direct = rounds.flatMap(({ directMs }) => directMs);
	const proxied = rounds.flatMap(({ proxiedMs }) => proxiedMs);
	const added = median(
		rounds.map((round) => median(round.proxiedMs) - median(round.directMs)),
	);
	const mib = residentMib.map((figure) => figure.toFixed(0)).join(", ");
	return `| first token, ${concurrent} streams at a time | p50 ms | p99 ms |
| --- | ---: | ---: |
| direct | ${of(direct, 0.5)} | ${of(direct, 0.99)} |
| through Outcrop | ${of(proxied, 0.5)} | ${of(proxied, 0.99)} |

Added to the first token, median of ${rounds.length} rounds: **${added.toFixed(2)} ms** (target: at most 2). ${many.streams} streams at once, before and after: ${many.whole} whole. Memory after each and between: ${mib} MiB.`;
}
