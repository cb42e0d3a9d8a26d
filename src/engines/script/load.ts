/** Scripts to rules: from files, and from data that a test hands over. */
import { type CompiledRule, compileRules } from "./compile.ts";
import { findScripts, readScript, type ScriptFile } from "./file.ts";
import { InvalidScript } from "./problems.ts";
import type { RuleSource, ScriptPath, ScriptProblem } from "./source.ts";
import { loadTools, type Tools } from "./tools.ts";
import { validateScript } from "./validate.ts";

/** What files hold. */
export interface LoadedScripts {
	files: ScriptFile[];
	rules: CompiledRule[];
	/** Of all files; with an error among them the rules are not complete. */
	problems: ScriptProblem[];
}

/**
 * Reads and compiles the scripts that paths name.
 *
 * @param paths - files and folders, absolute
 * @param cwd - paths below it are shown relative to it
 * @throws the system's error on a path that is not there
 */
export async function loadScripts(
	paths: readonly string[],
	cwd: string,
	seed: number,
	tools: Tools = {},
): Promise<LoadedScripts> {
	const found = (await Promise.all(paths.map(findScripts))).flat();
	const files = await Promise.all(
		[...new Set(found)].map((path) => readScript(path, cwd)),
	);
	await loadTools(
		files.map(({ source }) => source),
		tools,
	);
	const problems = files.flatMap((file) => file.problems);
	const rules = files.flatMap((file) =>
		compileFile(file, seed, tools, problems),
	);
	return { files, rules, problems };
}

/** Compiles the rules of one file; what is wrong is added to the problems. */
export function compileFile(
	file: ScriptFile,
	seed: number,
	tools: Tools,
	problems: ScriptProblem[],
): CompiledRule[] {
	if (!file.source) return [];
	return compileRules(file.source.replies, ["replies"], {
		file: file.path,
		nameOf: (path) => `${file.shown}:${file.where(path).line}`,
		tools,
		seed: file.source.seed ?? seed,
		report: ({ path, message }) =>
			problems.push({
				file: file.shown,
				...file.where(path),
				message,
				severity: "error",
			}),
	});
}

/**
 * Compiles rules that come from no file.
 *
 * @param data - a list of rules, or a script
 * @param namePrefix - names rules that have no name, with their number after it
 * @throws InvalidScript
 */
export async function compileData(
	data: unknown,
	namePrefix: string,
	seed: number,
	tools: Tools,
): Promise<CompiledRule[]> {
	const script = Array.isArray(data) ? { replies: data } : data;
	const problems: ScriptProblem[] = [];
	const report = (path: ScriptPath, message: string) =>
		problems.push({
			file: "",
			line: 1,
			column: 1,
			message: `${showPath(path)}: ${message}`,
			severity: "error",
		});
	for (const { path, message } of await validateScript(script))
		report(path, message);
	if (problems.length > 0) throw new InvalidScript(problems);
	await loadTools(script, tools);
	// The schema is the type.
	const { replies, seed: own } = script as {
		replies: RuleSource[];
		seed?: number;
	};
	const rules = compileRules(replies, ["replies"], {
		file: undefined,
		nameOf: (path) => `${namePrefix} ${Number(path[1]) + 1}`,
		tools,
		seed: own ?? seed,
		report: (error) => report(error.path, error.message),
	});
	if (problems.length > 0) throw new InvalidScript(problems);
	return rules;
}

/** `replies[0].when.user` */
function showPath(path: ScriptPath): string {
	const [root = "the script", ...rest] = path;
	return rest.reduce<string>(
		(shown, key) =>
			typeof key === "number" ? `${shown}[${key}]` : `${shown}.${key}`,
		String(root),
	);
}
