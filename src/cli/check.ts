import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { ConfigError } from "../errors.ts";
import { wrap } from "./options-help.ts";
import { styleOf, type Terminal } from "./terminal.ts";

/**
 * `outcrop check PATH…`: validates and lints scripts.
 *
 * @returns 1 when there is an error, else 0; warnings are printed only
 * @throws ConfigError on unknown options, without a path, and where there is no script
 */
export async function run(
	args: readonly string[],
	terminal: Terminal,
): Promise<number> {
	const { cwd, stdout, stderr, env } = terminal;
	const paths = readPaths(args).map((path) => resolve(cwd, path));
	const { loadScripts } = await import("../engines/script/load.ts");
	const { lintScripts } = await import("../engines/script/lint.ts");
	const { showProblem } = await import("../engines/script/problems.ts");
	const { Catalog } = await import("../models/catalog.ts");
	const loaded = await loadScripts(paths, cwd, 1);
	if (loaded.files.length === 0)
		throw new ConfigError(
			`There are no scripts in ${paths.join(", ")}. They are files that end in .yaml, .yml or .json.`,
		);
	const catalog = new Catalog();
	const modelIds = [
		...catalog.all().map(({ modelId }) => modelId),
		...catalog
			.allProfiles()
			.map(({ inferenceProfileId }) => inferenceProfileId),
	];
	const problems = [
		...loaded.problems,
		...(await lintScripts(loaded, modelIds)),
	];
	for (const problem of problems) stderr.write(`${showProblem(problem)}\n`);
	const errors = problems.filter(({ severity }) => severity === "error").length;
	const { bold } = styleOf(stdout, env);
	stdout.write(
		`${bold(count(loaded.files.length, "script"))}, ${count(loaded.rules.length, "rule")}: ` +
			`${count(errors, "error")}, ${count(problems.length - errors, "warning")}\n`,
	);
	return errors > 0 ? 1 : 0;
}

function count(number: number, what: string): string {
	return `${number} ${what}${number === 1 ? "" : "s"}`;
}

function readPaths(args: readonly string[]): string[] {
	try {
		const { positionals } = parseArgs({
			args: [...args],
			options: {},
			allowPositionals: true,
		});
		if (positionals.length > 0) return positionals;
	} catch (error) {
		const reason = error instanceof Error ? error.message.split(".")[0] : error;
		throw new ConfigError(`${reason}. outcrop check takes paths only.`);
	}
	throw new ConfigError(
		"outcrop check needs a script: a file, or a folder of them.",
	);
}

const about =
	"Reads scripts as --script does, and says what is wrong with them, a line a problem: file:line:column and what to do. " +
	"It also finds rules that are never reached, captures that nothing sets, tool inputs that break the schemas of the " +
	"script's tools, and (as warnings) models and operations that are not known. The exit code is 1 when there is an error.";

/** The page of `outcrop help check`. */
export function help(terminal: Terminal): string {
	const style = styleOf(terminal.stdout, terminal.env);
	const lines = wrap(about, 78).map((line) => `  ${line}\n`);
	return `${style.bold("Usage")}
  outcrop check PATH...

${lines.join("")}`;
}
