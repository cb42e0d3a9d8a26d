/** Script files: found, read, checked against the schema, with the position of all that is wrong. */
import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import type { LineCounter, Node, Pair } from "yaml";
import { ConfigError } from "../../errors.ts";
import { cannotRead } from "../../file-error.ts";
import type { ScriptPath, ScriptProblem, ScriptSource } from "./source.ts";
import { validateScript } from "./validate.ts";

/** One file, read and found right as far as its form goes. */
export interface ScriptFile {
	/** Absolute. */
	path: string;
	/** As the user sees it: relative to the working folder where it lies in it. */
	shown: string;
	/** Undefined when problems say why. */
	source: ScriptSource | undefined;
	/** Where the part at a path stands, both from 1. */
	where(path: ScriptPath): { line: number; column: number };
	problems: ScriptProblem[];
}

const extensions = /\.(ya?ml|json)$/i;
/** A folder with more files than this is not a folder of scripts. */
const maxFiles = 1_000;

/**
 * The script files that a path names: itself, or every YAML and JSON file below a folder, in order of their names.
 *
 * @throws ConfigError when there is nothing
 */
export async function findScripts(path: string): Promise<string[]> {
	const entries = await listFolder(path).catch((error: unknown) => {
		throw new ConfigError(cannotRead("The scripts", path, error));
	});
	if (entries === undefined) return [path];
	return entries
		.filter(
			(entry) => extensions.test(entry) && !entry.includes("node_modules"),
		)
		.sort()
		.slice(0, maxFiles)
		.map((entry) => join(path, entry));
}

/** Undefined when the path is a file's. */
async function listFolder(path: string): Promise<string[] | undefined> {
	if (!(await stat(path)).isDirectory()) return undefined;
	return readdir(path, { recursive: true });
}

/** Reads one script. It never throws: what is wrong is among the problems. */
export async function readScript(
	path: string,
	cwd: string,
): Promise<ScriptFile> {
	const below = relative(cwd, path);
	const shown = below === "" || below.startsWith("..") ? path : below;
	try {
		return await parseScript(await readFile(path, "utf8"), path, shown);
	} catch (error) {
		return {
			path,
			shown,
			source: undefined,
			where: () => ({ line: 1, column: 1 }),
			problems: [
				{
					file: shown,
					line: 1,
					column: 1,
					message: cannotRead("The script", path, error),
					severity: "error",
				},
			],
		};
	}
}

/** Parses and checks the text of a script. */
export async function parseScript(
	text: string,
	path: string,
	shown: string,
): Promise<ScriptFile> {
	const yaml = await import("yaml");
	const lineCounter = new yaml.LineCounter();
	const document = yaml.parseDocument(text, { lineCounter });
	const problems: ScriptProblem[] = [];
	const report = (
		{ line, column }: { line: number; column: number },
		message: string,
	) => problems.push({ file: shown, line, column, message, severity: "error" });
	const position = (offset: number) => positionAt(lineCounter, offset);
	const where = (keys: ScriptPath) =>
		position(offsetOf(document.contents, keys, yaml));

	for (const error of document.errors)
		report(position(error.pos[0]), firstLine(error.message));
	if (problems.length > 0)
		return { path, shown, source: undefined, where, problems };
	// Aliases that expand without end throw.
	const content: unknown = document.toJS({ maxAliasCount: 100 });
	for (const problem of await validateScript(content))
		report(where(problem.path), problem.message);
	return {
		path,
		shown,
		// The schema is the type.
		source: problems.length > 0 ? undefined : (content as ScriptSource),
		where,
		problems,
	};
}

function firstLine(message: string): string {
	return `${message.split("\n")[0]?.replace(/ at line \d+, column \d+:?$/, "") ?? ""}`.replace(
		/[.:]?$/,
		".",
	);
}

function positionAt(lineCounter: LineCounter, offset: number) {
	const { line, col } = lineCounter.linePos(offset);
	return { line: Math.max(1, line), column: Math.max(1, col) };
}

/** The start of the deepest part of a path that there is: of a mapping's member its key, of a list's its item. */
function offsetOf(
	contents: unknown,
	keys: ScriptPath,
	{ isMap, isSeq, isScalar, isNode }: typeof import("yaml"),
): number {
	let node: unknown = contents;
	let offset = isNode(contents) ? (contents.range?.[0] ?? 0) : 0;
	for (const key of keys) {
		let next: unknown;
		if (isMap(node)) {
			const pair = node.items.find(
				(item: Pair) =>
					isScalar(item.key) && String(item.key.value) === String(key),
			);
			if (!pair) return offset;
			offset = (pair.key as Node).range?.[0] ?? offset;
			next = pair.value;
		} else if (isSeq(node)) {
			next = node.items[Number(key)];
			if (isNode(next)) offset = next.range?.[0] ?? offset;
		}
		if (next === undefined) return offset;
		node = next;
	}
	return offset;
}
