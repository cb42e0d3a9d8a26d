/** Scripts to rules: from files, and from data that a test hands over. */
import { type CompiledRule, compileRules } from "./compile.ts";
import {
	findScripts,
	parseScript,
	readScript,
	type ScriptFile,
} from "./file.ts";
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
 * @throws ConfigError on a path that is not there
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
		compileFile(file, seed, tools, problems, file.path),
	);
	return { files, rules, problems };
}

/**
 * Reads and compiles a script that came as text, from no file. Pictures in files are not looked for: who may send this need
 * not be who may read the server's files.
 *
 * @param text - YAML or JSON
 * @param shown - what messages call it
 */
export async function compileText(
	text: string,
	shown: string,
	seed: number,
	tools: Tools,
): Promise<LoadedScripts> {
	const file = await parseScript(text, shown, shown);
	await loadTools(file.source, tools);
	const problems = [...file.problems];
	const rules = compileFile(file, seed, tools, problems, undefined);
	return { files: [file], rules, problems };
}

/**
 * Compiles the rules of one file; what is wrong is added to the problems.
 *
 * @param path - where pictures are looked for; undefined: nowhere
 */
export function compileFile(
	file: ScriptFile,
	seed: number,
	tools: Tools,
	problems: ScriptProblem[],
	path: string | undefined,
): CompiledRule[] {
	if (!file.source) return [];
	return compileRules(file.source.replies, ["replies"], {
		file: path,
		placeOf: (path) => `${file.shown}:${file.where(path).line}`,
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
 * Compiles rules that were added while the emulator runs.
 *
 * @param source - a list of rules, a script, or the text of one
 * @param id - names rules that have no name, with their line or number after it
 * @throws InvalidScript
 */
export async function compileAdded(
	source: unknown,
	id: string,
	seed: number,
	tools: Tools,
): Promise<CompiledRule[]> {
	if (typeof source !== "string")
		return compileData(source, `${id} rule`, seed, tools);
	const { rules, problems } = await compileText(source, id, seed, tools);
	if (problems.length > 0) throw new InvalidScript(problems);
	return rules;
}

/**
 * Compiles rules that come from no file.
 *
 * @param data - a list of rules, or a script
 * @param namePrefix - names rules that have no name, with their number after it
 * @throws InvalidScript
 */
async function compileData(
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
		placeOf: (path) => `${namePrefix} ${Number(path[1]) + 1}`,
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
