/**
 * Measures Outcrop beside a bare server and aimock, prints tables of medians and ratios, and writes
 * `docs/performance.md`.
 *
 *   npm run bench [-- --quick] [--only converse,stream,rules,journal,start,proxy] [--rounds N]
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { recordAnswers } from "./answers.ts";
import { installPackages } from "./install.ts";
import { pickGenerator } from "./load.ts";
import { type Effort, measureLoad, measureStarts } from "./measure.ts";
import { isPinned, root } from "./processes.ts";
import { measureProxy } from "./proxy.ts";
import { type Measured, writePage, writeTables } from "./report.ts";
import { scenarios } from "./scenarios.ts";
import type { ServerFiles } from "./servers.ts";

const full: Effort = { rounds: 5, seconds: 3, warmUpSeconds: 3, starts: 11 };
const quick: Effort = { rounds: 1, seconds: 1, warmUpSeconds: 1, starts: 3 };

const { values: options } = parseArgs({
	options: {
		quick: { type: "boolean" },
		only: { type: "string" },
		rounds: { type: "string" },
	},
});
const known = new Set([...scenarios.map(({ name }) => name), "start", "proxy"]);
const chosen = new Set(options.only?.split(",") ?? known);
const effort = { ...(options.quick ? quick : full) };
if (options.rounds) effort.rounds = Number(options.rounds);
const problem = findProblem();
if (problem) {
	console.error(problem);
	process.exit(2);
}

process.chdir(root);
installPackages();
const built = spawnSync(process.execPath, ["scripts/build.ts"], {
	stdio: "inherit",
});
if (built.status !== 0) process.exit(1);
const folder = mkdtempSync(join(tmpdir(), "outcrop-bench-"));
try {
	const measured = await measure(await recordAnswers(scenarios, folder));
	console.log(`\n${writeTables(measured)}`);
	for (const note of measured.notes) console.log(`Note: ${note}`);
	if (options.quick || options.only) {
		console.log(
			"docs/performance.md is written by whole runs only: without --quick and --only.",
		);
	} else {
		writeFileSync("docs/performance.md", writePage(measured));
		console.log("Written to docs/performance.md.");
	}
} finally {
	rmSync(folder, { recursive: true, force: true });
}

function findProblem(): string | undefined {
	const unknown = [...chosen].filter((name) => !known.has(name));
	if (unknown.length > 0)
		return `--only takes ${[...known].join(", ")}, not ${unknown.join(", ")}.`;
	if (!Number.isInteger(effort.rounds) || effort.rounds < 1)
		return `--rounds takes a number from 1 on, not ${options.rounds}.`;
	return undefined;
}

async function measure(files: ServerFiles): Promise<Measured> {
	const measured: Measured = {
		effort,
		loads: [],
		starts: undefined,
		proxy: undefined,
		notes: [],
	};
	if (!isPinned)
		measured.notes.push(
			"There was no taskset, or a single core: server and load generator shared cores.",
		);
	if (chosen.has("start")) {
		console.log("Start and memory ...");
		measured.starts = await measureStarts(files, effort);
	}
	for (const scenario of scenarios.filter(({ name }) => chosen.has(name))) {
		const generator = pickGenerator(scenario.httpVersion);
		if (generator === undefined) {
			measured.notes.push(
				`${scenario.title} was not measured: there is no h2load on PATH.`,
			);
			continue;
		}
		console.log(`${scenario.title} ...`);
		const body = join(folder, "body.json");
		writeFileSync(body, scenario.body);
		const results = await measureLoad(
			scenario,
			generator,
			{ ...files, body },
			effort,
		);
		measured.loads.push({ scenario, generator: generator.label, results });
	}
	if (chosen.has("proxy")) {
		console.log("Proxy ...");
		measured.proxy = await measureProxy(effort.rounds);
	}
	return measured;
}
