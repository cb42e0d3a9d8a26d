import { execFile } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { isInPath, pinned, root } from "./processes.ts";
import { sdkHeaders } from "./scenarios.ts";
import { percentile } from "./statistics.ts";

/** What one run of a load generator says. */
export interface Load {
	requests: number;
	requestsPerSecond: number;
	p50Ms: number;
	p99Ms: number;
	/** Requests without an answer or with another status than 2xx. */
	failures: number;
}

/** What is to be sent. */
export interface Target {
	url: string;
	/** File with the body of each request. */
	bodyFile: string;
	seconds: number;
}

/** A program that makes load: 32 requests are under way at any time. */
export interface Generator {
	/** With how it spreads the load, for the report. */
	readonly label: string;
	run(target: Target): Promise<Load>;
}

const inFlight = 32;
const streamsPerConnection = 8;

const wrk: Generator = {
	label: `wrk, ${inFlight} connections`,
	async run({ url, bodyFile, seconds }) {
		const headers = headerArguments((name, value) => [
			"-H",
			`${name}: ${value}`,
		]);
		const load = [
			"-t1",
			`-c${inFlight}`,
			`-d${seconds}s`,
			"--latency",
			"-s",
			"bench/wrk.lua",
		];
		const output = await run(["wrk", ...load, ...headers, url, "--", bodyFile]);
		const found = JSON.parse(output.slice(output.lastIndexOf("{"))) as Load & {
			seconds: number;
		};
		return { ...found, requestsPerSecond: found.requests / found.seconds };
	},
};

const h2load: Generator = {
	label: `h2load, ${inFlight / streamsPerConnection} connections of ${streamsPerConnection} streams`,
	async run({ url, bodyFile, seconds }) {
		const log = `${bodyFile}.h2load`;
		const load = [
			"-c",
			`${inFlight / streamsPerConnection}`,
			"-m",
			`${streamsPerConnection}`,
			"-t1",
			"-D",
			`${seconds}`,
		];
		const headers = headerArguments((name, value) => [
			"-H",
			`${name}: ${value}`,
		]);
		const output = await run([
			"h2load",
			...load,
			"-d",
			bodyFile,
			`--log-file=${log}`,
			...headers,
			url,
		]);
		// A line a request: start in microseconds, status, duration in microseconds (h2load(1)).
		const lines = readFileSync(log, "utf8")
			.trim()
			.split("\n")
			.map((line) => line.split("\t"));
		rmSync(log);
		const durationsMs = lines.map(([, , duration]) => Number(duration) / 1000);
		return {
			requests: lines.length,
			requestsPerSecond: Number(/, ([\d.]+) req\/s/u.exec(output)?.[1]),
			p50Ms: percentile(durationsMs, 0.5),
			p99Ms: percentile(durationsMs, 0.99),
			failures: lines.filter(([, status]) => !status?.startsWith("2")).length,
		};
	},
};

interface AutocannonReport {
	requests: { total: number };
	duration: number;
	latency: { p50: number; p99: number };
	non2xx: number;
	errors: number;
}

const autocannon: Generator = {
	label: `autocannon, ${inFlight} connections`,
	async run({ url, bodyFile, seconds }) {
		const headers = headerArguments((name, value) => [
			"-H",
			`${name}=${value}`,
		]);
		const load = [
			"-c",
			`${inFlight}`,
			"-d",
			`${seconds}`,
			"-m",
			"POST",
			"-i",
			bodyFile,
			"--json",
			"--no-progress",
		];
		const program = "bench/node_modules/autocannon/autocannon.js";
		const report = JSON.parse(
			await run([process.execPath, program, ...load, ...headers, url]),
		) as AutocannonReport;
		return {
			requests: report.requests.total,
			requestsPerSecond: report.requests.total / report.duration,
			p50Ms: report.latency.p50,
			p99Ms: report.latency.p99,
			failures: report.non2xx + report.errors,
		};
	},
};

/** The best generator of this machine for a version of HTTP; undefined when there is none. */
export function pickGenerator(httpVersion: "1.1" | "2"): Generator | undefined {
	if (httpVersion === "2") return isInPath("h2load") ? h2load : undefined;
	return isInPath("wrk") ? wrk : autocannon;
}

function headerArguments(
	spell: (name: string, value: string) => string[],
): string[] {
	return Object.entries(sdkHeaders).flatMap(([name, value]) =>
		spell(name, value),
	);
}

function run(command: string[]): Promise<string> {
	const [program = "", ...args] = pinned("load", command);
	const options = { cwd: root, maxBuffer: 16 * 1024 * 1024 };
	return new Promise((resolve, reject) => {
		execFile(program, args, options, (error, stdout, stderr) => {
			if (error === null) resolve(stdout);
			else
				reject(new Error(`${command[0]} failed: ${stderr || error.message}`));
		});
	});
}
