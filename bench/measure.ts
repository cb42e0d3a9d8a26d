import { setTimeout as sleep } from "node:timers/promises";
import { post, untilAccepting, untilAnswered } from "./client.ts";
import type { Generator } from "./load.ts";
import { freePort, pinned, type Running, startServer } from "./processes.ts";
import { type Scenario, startUp } from "./scenarios.ts";
import {
	type Server,
	type ServerFiles,
	type ServerName,
	servers,
} from "./servers.ts";

/** How long and how often. */
export interface Effort {
	rounds: number;
	/** Of load, a server and round. */
	seconds: number;
	warmUpSeconds: number;
	/** Starts of each server. */
	starts: number;
}

/** One server's round under load. */
export interface LoadSample {
	requestsPerSecond: number;
	p50Ms: number;
	p99Ms: number;
	/** CPU time of the server a request, in microseconds; NaN where it cannot be had. */
	cpuUs: number;
}

/** A server's rounds, the n-th of each server side by side in time. */
export interface LoadResult {
	server: ServerName;
	samples: LoadSample[];
	/** What it held after the last round, in MiB; NaN where it cannot be had. */
	residentMib: number;
}

/** One server's start. Memory in MiB, NaN where it cannot be had. */
export interface StartSample {
	firstAnswerMs: number;
	idleMib: number;
	answeredMib: number;
}

/** A server's starts. */
export interface StartResult {
	server: ServerName;
	samples: StartSample[];
}

/** Memory is looked at this long after a start or answer, when a server has come to rest. */
const restMs = 400;

/**
 * Puts the servers of a scenario under load in turn, round by round.
 *
 * @throws Error when a request fails
 */
export async function measureLoad(
	scenario: Scenario,
	generator: Generator,
	files: ServerFiles & { body: string },
	effort: Effort,
): Promise<LoadResult[]> {
	const running: { server: ServerName; process: Running }[] = [];
	try {
		for (const server of scenario.servers) {
			const process = await start(servers[server], files, true);
			running.push({ server, process });
			await untilAccepting(process);
			if (scenario.httpVersion === "1.1")
				await checkAnswer(scenario, process, server);
		}
		const load = (process: Running, seconds: number) =>
			loadOnce(process, generator, {
				url: `http://127.0.0.1:${process.port}${scenario.path}`,
				bodyFile: files.body,
				seconds,
			});
		for (const { process } of running)
			await load(process, effort.warmUpSeconds);
		const results: LoadResult[] = running.map(({ server }) => ({
			server,
			samples: [],
			residentMib: Number.NaN,
		}));
		for (let round = 0; round < effort.rounds; round++) {
			for (const [index, { process }] of running.entries())
				results[index]?.samples.push(await load(process, effort.seconds));
		}
		await sleep(restMs);
		for (const [index, { process }] of running.entries()) {
			const result = results[index];
			if (result) result.residentMib = process.residentMib() ?? Number.NaN;
		}
		return results;
	} finally {
		await Promise.all(running.map(({ process }) => process.stop()));
	}
}

/** Starts the servers in turn, several times: once for the first answer, once more to see what they hold before it. */
export async function measureStarts(
	files: ServerFiles,
	effort: Effort,
): Promise<StartResult[]> {
	const results: StartResult[] = startUp.servers.map((server) => ({
		server,
		samples: [],
	}));
	// The first start of each reads its files from the disk; later ones find them in memory.
	for (const { server } of results) await startOnce(servers[server], files);
	for (let round = 0; round < effort.starts; round++) {
		for (const { server, samples } of results)
			samples.push(await startOnce(servers[server], files));
	}
	return results;
}

async function startOnce(
	server: Server,
	files: ServerFiles,
): Promise<StartSample> {
	const asked = await start(server, files, false);
	const sample: StartSample = {
		firstAnswerMs: Number.NaN,
		idleMib: Number.NaN,
		answeredMib: Number.NaN,
	};
	try {
		sample.firstAnswerMs = await untilAnswered(
			asked,
			startUp.path,
			startUp.body,
		);
		await sleep(restMs);
		sample.answeredMib = asked.residentMib() ?? Number.NaN;
	} finally {
		await asked.stop();
	}
	const idle = await start(server, files, false);
	try {
		await untilAccepting(idle);
		await sleep(restMs);
		sample.idleMib = idle.residentMib() ?? Number.NaN;
	} finally {
		await idle.stop();
	}
	return sample;
}

/** Starts on a core of its own what is put under load; a start that is timed has the whole machine, as users' have. */
async function start(
	server: Server,
	files: ServerFiles,
	isPinned: boolean,
): Promise<Running> {
	const port = await freePort();
	const command = [process.execPath, ...server.args(port, files)];
	return startServer(port, isPinned ? pinned("server", command) : command);
}

async function checkAnswer(
	{ path, body }: Scenario,
	{ port }: Running,
	server: ServerName,
): Promise<void> {
	const answer = await post(port, path, body);
	if (answer.status !== 200)
		throw new Error(
			`${servers[server].label} answered ${path} with ${answer.status}: ${answer.body}`,
		);
}

async function loadOnce(
	server: Running,
	generator: Generator,
	target: Parameters<Generator["run"]>[0],
): Promise<LoadSample> {
	const before = server.cpuMs();
	const load = await generator.run(target);
	const after = server.cpuMs();
	server.check();
	if (load.failures > 0)
		throw new Error(
			`${load.failures} of ${load.requests} requests to ${target.url} failed.`,
		);
	const { requestsPerSecond, p50Ms, p99Ms } = load;
	const cpuUs =
		before === undefined || after === undefined
			? Number.NaN
			: ((after - before) * 1000) / load.requests;
	return { requestsPerSecond, p50Ms, p99Ms, cpuUs };
}
