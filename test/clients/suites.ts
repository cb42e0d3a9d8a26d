import { mkdtemp, readFile, rm } from "node:fs/promises";
import { devNull, tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import type { Python } from "./install.ts";
import { run } from "./process.ts";

/** What came of some tests. */
export interface Counts {
	passed: number;
	failed: number;
	skipped: number;
}

const here = import.meta.dirname;
const root = join(here, "../..");

// Reports are read in logs and files; colours are for terminals.
const plain = process.stdout.isTTY
	? process.env
	: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined };

/**
 * Type-checks a folder of suites, which `npm run types` leaves out because it runs without their packages.
 *
 * @param folder - has a `tsconfig.json`
 */
export async function runTypes(folder = here): Promise<Counts> {
	const checked = await run(tool("tsc"), ["--noEmit", "--project", folder], {
		cwd: root,
	});
	const what = `types of ${relative(root, folder)}`;
	console.log(
		checked.code === 0 ? ` ✓ ${what}` : `FAILED ${what}\n${checked.output}`,
	);
	return {
		passed: checked.code === 0 ? 1 : 0,
		failed: checked.code === 0 ? 0 : 1,
		skipped: 0,
	};
}

/**
 * Runs vitest on files of a folder that has a `vitest.config.ts`.
 *
 * @param environment - beside this process's own
 */
export function runVitest(
	files: string[],
	environment: NodeJS.ProcessEnv,
	folder = here,
): Promise<Counts> {
	return withReport("vitest.json", async (report) => {
		const args = [
			"run",
			"--config",
			join(folder, "vitest.config.ts"),
			"--reporter=verbose",
			"--reporter=json",
		];
		const ran = await run(
			tool("vitest"),
			[...args, `--outputFile.json=${report}`, ...files],
			{ cwd: folder, env: { ...plain, ...environment }, show: true },
		);
		const found = await readVitest(report);
		return atLeastOneFailure(found, ran.code);
	});
}

/** Runs pytest on files of this folder. */
export function runPytest(
	files: string[],
	tools: Python,
	environment: Record<string, string>,
): Promise<Counts> {
	return withReport("pytest.xml", async (report) => {
		const args = [
			"-m",
			"pytest",
			"-v",
			"--tb=short",
			"--no-header",
			"-p",
			"no:cacheprovider",
			`--junitxml=${report}`,
		];
		const env = {
			PATH: `${dirname(tools.python)}:${process.env.PATH}`,
			PYTHONDONTWRITEBYTECODE: "1",
			...environment,
		};
		const ran = await run(tools.python, [...args, ...files], {
			cwd: here,
			env,
			show: true,
		});
		return atLeastOneFailure(await readPytest(report), ran.code);
	});
}

/** Runs the Go tests of this folder. */
export async function runGoTest(
	environment: Record<string, string>,
): Promise<Counts> {
	const ran = await run("go", ["test", "-count=1", "-v", "."], {
		cwd: join(here, "go"),
		env: {
			...process.env,
			GOTOOLCHAIN: "local",
			// Nothing of the machine's own AWS configuration.
			AWS_CONFIG_FILE: devNull,
			AWS_SHARED_CREDENTIALS_FILE: devNull,
			AWS_PROFILE: undefined,
			AWS_CA_BUNDLE: undefined,
			...environment,
		},
		show: true,
	});
	const count = (word: string) =>
		ran.stdout.match(new RegExp(`^--- ${word}:`, "gm"))?.length ?? 0;
	return atLeastOneFailure(
		{ passed: count("PASS"), failed: count("FAIL"), skipped: count("SKIP") },
		ran.code,
	);
}

/** A runner that failed without a failed test (an import that broke, a crash) still counts as a failure. */
function atLeastOneFailure(counts: Counts, code: number): Counts {
	return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

async function readVitest(report: string): Promise<Counts> {
	const text = await readFile(report, "utf8").catch(() => "{}");
	const found = JSON.parse(text) as {
		numPassedTests?: number;
		numFailedTests?: number;
		numPendingTests?: number;
		numTodoTests?: number;
	};
	return {
		passed: found.numPassedTests ?? 0,
		failed: found.numFailedTests ?? 0,
		skipped: (found.numPendingTests ?? 0) + (found.numTodoTests ?? 0),
	};
}

async function readPytest(report: string): Promise<Counts> {
	const text = await readFile(report, "utf8").catch(() => "");
	const count = (name: string) =>
		Number(
			new RegExp(`<testsuite [^>]*\\b${name}="(\\d+)"`).exec(text)?.[1] ?? 0,
		);
	const failed = count("failures") + count("errors");
	return {
		passed: count("tests") - failed - count("skipped"),
		failed,
		skipped: count("skipped"),
	};
}

async function withReport(
	name: string,
	use: (report: string) => Promise<Counts>,
): Promise<Counts> {
	const folder = await mkdtemp(join(tmpdir(), "outcrop-clients-"));
	try {
		return await use(join(folder, name));
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

function tool(name: string): string {
	return join(root, "node_modules/.bin", name);
}
