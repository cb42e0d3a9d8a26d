/**
 * Runs Outcrop under the clients that people point at it: `npm run test:clients [-- NAME...]`. Installs what they need beside
 * this file. A suite that cannot be installed is skipped by name and aloud; where `CI` is set that is a failure.
 * Each test is a line; the last line is `N passed, N failed, N skipped`.
 */
import { join } from "node:path";
import {
	type Install,
	installGo,
	installNode,
	installPython,
} from "./install.ts";
import { startServers } from "./servers.ts";
import {
	type Counts,
	runGoTest,
	runPytest,
	runTypes,
	runVitest,
} from "./suites.ts";

/** A suite: what to run, and whether it needs the Python clients, the Python frameworks or Go. */
interface Suite {
	name: string;
	file: string;
	python?: true;
	frameworks?: true;
	go?: true;
	/** It starts servers itself, by OUTCROP_COMMAND. */
	starts?: true;
}

const suites: Suite[] = [
	{ name: "aws-sdk-js", file: "js/aws-sdk.test.ts" },
	{ name: "bedrock-sdk", file: "js/bedrock-sdk.test.ts" },
	{ name: "ai-sdk", file: "js/ai-sdk.test.ts" },
	{ name: "langchain", file: "js/langchain.test.ts" },
	{ name: "agent-loop", file: "js/agent-loop.test.ts" },
	{ name: "embeddings", file: "js/embeddings.test.ts" },
	{ name: "claude-code", file: "js/claude-code.test.ts" },
	{ name: "aws-cli", file: "js/aws-cli.test.ts", python: true },
	{ name: "boto3", file: "python/test_boto3.py", python: true },
	{
		name: "embeddings-boto3",
		file: "python/test_embeddings.py",
		python: true,
	},
	{ name: "faults-boto3", file: "python/test_faults.py", python: true },
	{ name: "contract", file: "python/test_contract.py", python: true },
	{
		name: "frameworks-python",
		file: "frameworks/test_frameworks.py",
		frameworks: true,
	},
	{ name: "aws-sdk-go", file: "go", go: true },
	{
		name: "pytest-plugin",
		file: "../../clients/python/tests",
		python: true,
		starts: true,
	},
];

/** The command line from its sources: no build can be older than they are. */
const command = `"${process.execPath}" "${join(import.meta.dirname, "../../src/cli/main.ts")}"`;

process.exitCode = await main(process.argv.slice(2));

async function main(wanted: string[]): Promise<number> {
	const unknown = wanted.filter(
		(name) => !suites.some((suite) => suite.name === name),
	);
	if (unknown.length > 0) {
		console.error(
			`No suite is named ${unknown.join(", ")}. There are: ${suites.map((suite) => suite.name).join(", ")}.`,
		);
		return 1;
	}
	const chosen =
		wanted.length > 0
			? suites.filter((suite) => wanted.includes(suite.name))
			: suites;
	const isJs = ({ file }: Suite) => file.startsWith("js/");
	const total: Counts = { passed: 0, failed: 0, skipped: 0 };

	const node = chosen.some(isJs) ? await installNode() : undefined;
	const python = chosen.some((suite) => suite.python)
		? await installPython()
		: undefined;
	const frameworks = chosen.some((suite) => suite.frameworks)
		? await installPython("frameworks")
		: undefined;
	const go = chosen.some((suite) => suite.go) ? await installGo() : undefined;
	const runnable = chosen.filter((suite) => {
		const reason =
			(isJs(suite) && missing(node)) ||
			(suite.python && missing(python)) ||
			(suite.frameworks && missing(frameworks)) ||
			(suite.go && missing(go));
		if (reason) {
			console.log(`SKIPPED suite ${suite.name}: ${reason}`);
			total.skipped++;
		}
		return !reason;
	});

	const files = (isWanted: (suite: Suite) => unknown) =>
		runnable
			.filter((suite) => isWanted(suite) && !suite.starts)
			.map((suite) => suite.file);
	const tools = python?.ok ? python.value : undefined;
	const js = files(isJs);
	if (js.length > 0) {
		if (wanted.length === 0) add(total, await runTypes());
		add(total, await runVitest(js, { OUTCROP_TEST_AWS: tools?.aws }));
	}
	const boto = files((suite) => suite.python && !isJs(suite));
	if (boto.length > 0 && tools)
		add(total, await withServers((env) => runPytest(boto, tools, env)));
	const agents = files((suite) => suite.frameworks);
	if (agents.length > 0 && frameworks?.ok) {
		const run = (env: Env) => runPytest(agents, frameworks.value, env);
		add(total, await withServers(run));
	}
	if (files((suite) => suite.go).length > 0)
		add(total, await withServers(runGoTest));
	for (const { file, starts } of runnable) {
		if (starts && tools)
			add(total, await runPytest([file], tools, { OUTCROP_COMMAND: command }));
	}

	console.log(
		`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`,
	);
	return total.failed > 0 || (process.env.CI && total.skipped > 0) ? 1 : 0;
}

type Env = Record<string, string>;

/** Runs tests against servers of their own, and counts each error that those logged as a failure. */
async function withServers(
	test: (environment: Env) => Promise<Counts>,
): Promise<Counts> {
	const servers = await startServers();
	try {
		const counts = await test(servers.environment);
		const errors = servers.errors();
		for (const error of errors)
			console.log(`FAILED an emulator logged an unexpected error: ${error}`);
		return { ...counts, failed: counts.failed + errors.length };
	} finally {
		await servers.stop();
	}
}

function missing(install: Install<unknown> | undefined): string {
	return install && !install.ok ? install.reason : "";
}

function add(total: Counts, more: Counts): void {
	total.passed += more.passed;
	total.failed += more.failed;
	total.skipped += more.skipped;
}
