import { availableParallelism, cpus, release, totalmem, type } from "node:os";
import type {
	Effort,
	LoadResult,
	LoadSample,
	StartResult,
	StartSample,
} from "./measure.ts";
import { isPinned } from "./processes.ts";
import { type ProxyResult, proxyTable } from "./proxy.ts";
import type { Scenario } from "./scenarios.ts";
import { type ServerName, servers } from "./servers.ts";
import { median } from "./statistics.ts";

/** All that one run has measured. */
export interface Measured {
	effort: Effort;
	loads: { scenario: Scenario; generator: string; results: LoadResult[] }[];
	starts: StartResult[] | undefined;
	proxy: ProxyResult | undefined;
	/** What could not be measured, and why. */
	notes: string[];
}

/** The tables of medians and ratios, and what became of the targets, in Markdown. */
export function writeTables(measured: Measured): string {
	const loads = measured.loads.map(
		(load) =>
			`### ${load.scenario.title}\n\n${loadTable(load.results)}\n\nLoad: ${load.generator}.\n`,
	);
	const starts = measured.starts
		? [`### Start and memory\n\n${startTable(measured.starts)}\n`]
		: [];
	const proxy = measured.proxy
		? [`### A model server through Outcrop\n\n${proxyTable(measured.proxy)}\n`]
		: [];
	const targets = targetTable(measured);
	return [
		...loads,
		...starts,
		...proxy,
		...(targets ? [`### Targets\n\n${targets}\n`] : []),
	].join("\n");
}

/** `docs/performance.md`. */
export function writePage(measured: Measured): string {
	const { effort, notes } = measured;
	return `# Performance

<!-- Written by \`npm run bench\`; do not edit. -->

How fast Outcrop answers, beside two others in the same run: a bare \`node:http\` server that reads the same requests,
parses their JSON and writes the same bytes without thinking (the limit of what a Node server can do), and
[aimock](https://www.npmjs.com/package/@copilotkit/aimock), a mock server with Bedrock routes, with a fixture that
matches everything and says the same text.

## Results

${writeTables(measured)}
## How it was measured

- ${machine()}, ${new Date().toISOString().slice(0, 10)}.
- All servers ran on Node ${process.version}, each as one process. Outcrop was started as users start it, with
  \`outcrop start --log error\` and no other option.
- Loads are ${effort.rounds} rounds of ${effort.seconds} s each, the servers taking turns within a round, after ${effort.warmUpSeconds} s of warm-up. Shown are medians
  over the rounds; a ratio is the median of the rounds' ratios, Outcrop to the other, so that noise which lasts longer than
  a round does not count.
- ${isPinned ? "Server and load generator were pinned to a core each." : "Server and load generator were not pinned to cores of their own."}
- CPU is the server's user and system time, all threads, divided by the requests: what other programs on the machine
  disturb least.
- A fast server keeps the load generator awake; a slower one pays for waking it at each answer, some µs. So the
  ratio to the bare server falls a little faster than the work that Outcrop itself does grows.
- Each request is a Converse of three messages with a system prompt and the headers of the AWS SDK for JavaScript. The
  bare server writes an event stream with one write a frame; aimock is told to cut its text into about as many frames.
- First answer is the time from exec to the first answered Converse over ${effort.starts} starts each, by a client that tries
  again each millisecond. Memory is the resident set (VmRSS), most of which is Node itself.
- Outcrop keeps the code that V8 has compiled in the folder for temporary files, so a second start is faster than the very
  first; \`NODE_DISABLE_COMPILE_CACHE=1\` switches that off.
${notes.map((note) => `- ${note}\n`).join("")}
## Measure it yourself

\`\`\`sh
npm run bench                        # some minutes; writes this page
npm run bench -- --quick             # half a minute, for a look; writes nothing
npm run bench -- --only stream,start # some of converse, stream, rules, journal, start, proxy
npm run bench -- --rounds 9
\`\`\`

wrk and h2load make the load when they are installed (Debian: \`apt install wrk nghttp2-client\`). Without wrk it is
autocannon, which npm brings; without h2load there are no figures for HTTP/2. Compare ratios, not figures, between machines.
`;
}

function loadTable(results: LoadResult[]): string {
	const [first] = results;
	const rows = results.map((result) => {
		const of = (key: keyof LoadSample) =>
			median(result.samples.map((sample) => sample[key]));
		const ratio = (key: keyof LoadSample) =>
			first === result
				? ""
				: times(ratioOf(first?.samples, result.samples, key));
		const { label } = servers[result.server];
		const figures = [
			whole(of("requestsPerSecond")),
			ratio("requestsPerSecond"),
			fixed(of("p50Ms"), 2),
			fixed(of("p99Ms"), 2),
		];
		return [
			label,
			...figures,
			fixed(of("cpuUs"), 1),
			ratio("cpuUs"),
			whole(result.residentMib),
		];
	});
	const head = [
		"",
		"requests/s",
		"Outcrop to it",
		"p50 ms",
		"p99 ms",
		"CPU µs a request",
		"Outcrop to it",
		"memory after, MiB",
	];
	return table(head, rows);
}

function startTable(results: StartResult[]): string {
	const [first] = results;
	const rows = results.map((result) => {
		const of = (key: keyof StartSample) =>
			median(result.samples.map((sample) => sample[key]));
		const ratio = (key: keyof StartSample) =>
			first === result
				? ""
				: times(ratioOf(first?.samples, result.samples, key));
		const figures = [
			fixed(of("firstAnswerMs"), 1),
			ratio("firstAnswerMs"),
			fixed(of("idleMib"), 1),
			ratio("idleMib"),
		];
		return [
			servers[result.server].label,
			...figures,
			fixed(of("answeredMib"), 1),
		];
	});
	return table(
		[
			"",
			"first answer, ms",
			"Outcrop to it",
			"memory idle, MiB",
			"Outcrop to it",
			"memory after one answer, MiB",
		],
		rows,
	);
}

/** The project's targets, for what was measured of them. */
function targetTable({ loads, starts }: Measured): string {
	const loaded = (name: string) =>
		loads.find(
			({ scenario }) =>
				scenario.name === name && scenario.httpVersion === "1.1",
		)?.results;
	const converse = loaded("converse");
	const rows: string[][] = [];
	const add = (
		what: string,
		ratio: number,
		bound: number,
		isAtLeast: boolean,
	) => {
		if (Number.isNaN(ratio)) return;
		const isMet = isAtLeast ? ratio >= bound : ratio <= bound;
		rows.push([
			what,
			`${isAtLeast ? "at least" : "at most"} ${bound}`,
			fixed(ratio, 2),
			isMet ? "met" : "**missed**",
		]);
	};
	add(
		"Converse requests/s over HTTP/1.1, to the bare server's",
		pick(converse, "bare", "requestsPerSecond"),
		0.6,
		true,
	);
	add(
		"Converse requests/s over HTTP/1.1, to aimock's",
		pick(converse, "aimock", "requestsPerSecond"),
		5,
		true,
	);
	add(
		"CPU a request with 10,000 rules, to that with 10",
		pick(loaded("rules"), "tenRules", "cpuUs"),
		1.3,
		false,
	);
	add(
		"Converse requests/s with the journal, to those without",
		pick(loaded("journal"), "noJournal", "requestsPerSecond"),
		0.9,
		true,
	);
	add(
		"First answer after exec, to the bare server's",
		pick(starts, "bare", "firstAnswerMs"),
		2,
		false,
	);
	add(
		"Idle memory, to the bare server's",
		pick(starts, "bare", "idleMib"),
		1.5,
		false,
	);
	return rows.length === 0
		? ""
		: table(["ratio", "target", "measured", ""], rows);
}

/** Outcrop's ratio to a server, NaN when it was not measured. */
function pick<Key extends string>(
	results:
		| readonly { server: ServerName; samples: readonly Record<Key, number>[] }[]
		| undefined,
	server: ServerName,
	key: Key,
): number {
	const samples =
		results?.find((result) => result.server === server)?.samples ?? [];
	return ratioOf(results?.[0]?.samples, samples, key);
}

function ratioOf<Key extends string>(
	ours: readonly Record<Key, number>[] = [],
	theirs: readonly Record<Key, number>[],
	key: Key,
): number {
	return median(
		theirs.map(
			(their, round) => (ours[round]?.[key] ?? Number.NaN) / their[key],
		),
	);
}

function table(head: string[], rows: string[][]): string {
	const widths = head.map((_, column) =>
		Math.max(3, ...[head, ...rows].map((row) => row[column]?.length ?? 0)),
	);
	const line = (cells: string[]) =>
		`| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
	const rule = widths.map((width, column) =>
		column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`,
	);
	return [line(head), line(rule), ...rows.map(line)].join("\n");
}

function machine(): string {
	const gib = Math.round(totalmem() / 1024 ** 3);
	return `${cpus()[0]?.model.trim() ?? "An unknown CPU"}, ${availableParallelism()} cores, ${gib} GiB, ${type()} ${release()}`;
}

function fixed(figure: number, digits: number): string {
	return Number.isNaN(figure) ? "not known" : figure.toFixed(digits);
}

function whole(figure: number): string {
	return Number.isNaN(figure)
		? "not known"
		: Math.round(figure).toLocaleString("en");
}

function times(ratio: number): string {
	return Number.isNaN(ratio) ? "" : `${ratio.toFixed(2)}×`;
}
