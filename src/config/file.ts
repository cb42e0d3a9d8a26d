import { dirname, isAbsolute, relative, resolve } from "node:path";
import { cannotRead, errorCode } from "../file-error.ts";
import { isObject } from "../json.ts";
import { flociKey, foreignRoots } from "./floci.ts";
import { camelCase, type Options, type Setting } from "./option.ts";
import type { Problems } from "./problems.ts";

/** Reads a whole text file; rejects with `code: "ENOENT"` when there is none. */
export type ReadFile = (path: string) => Promise<string>;

/** A YAML or JSON file, parsed. */
export interface ParsedFile {
	/** Absolute. */
	path: string;
	/** As messages name it. */
	shownPath: string;
	content: unknown;
	/** `outcrop.yaml:3:1`, where the key at this path of keys and indices stands. */
	where(path: readonly (string | number)[]): string;
}

/** Names looked for in the working folder, in this order. */
const usualNames = ["outcrop.yaml", "outcrop.yml", "outcrop.json"];

/**
 * Finds and parses the configuration file.
 *
 * @param named - the path that `--config` or `OUTCROP_CONFIG` gives; without it the usual names are tried
 * @returns undefined when there is none, or a problem was reported
 */
export async function readConfigFile(
	named: Setting | undefined,
	cwd: string,
	readFile: ReadFile,
	problems: Problems,
): Promise<ParsedFile | undefined> {
	if (named !== undefined)
		return parseFile(String(named.value), named.label, cwd, readFile, problems);
	for (const name of usualNames) {
		const path = resolve(cwd, name);
		let text: string;
		try {
			text = await readFile(path);
		} catch (error) {
			if (errorCode(error) === "ENOENT") continue;
			problems.add(cannotRead("The configuration", name, error));
			return undefined;
		}
		return parseText(text, path, cwd, problems);
	}
	return undefined;
}

/** Reads and parses a file that `label` names; reports when it cannot be read or is not YAML. */
export async function parseFile(
	path: string,
	label: string,
	folder: string,
	readFile: ReadFile,
	problems: Problems,
): Promise<ParsedFile | undefined> {
	const absolute = resolve(folder, path);
	try {
		const text = await readFile(absolute);
		return await parseText(text, absolute, folder, problems);
	} catch (error) {
		problems.add(cannotRead(label, path, error));
		return undefined;
	}
}

/** JSON is YAML: one parser serves both, and knows the position of everything. */
async function parseText(
	text: string,
	path: string,
	cwd: string,
	problems: Problems,
): Promise<ParsedFile | undefined> {
	const { LineCounter, isMap, isSeq, isScalar, parseDocument } = await import(
		"yaml"
	);
	const lineCounter = new LineCounter();
	const document = parseDocument(text, { lineCounter, prettyErrors: false });
	const inside = relative(cwd, path);
	const shownPath =
		inside.startsWith("..") || isAbsolute(inside) ? path : inside;
	const at = (offset: number) => {
		const { line, col } = lineCounter.linePos(offset);
		return `${shownPath}:${line}:${col}`;
	};
	const [error] = document.errors;
	if (error !== undefined) {
		problems.add(`${at(error.pos[0])}: ${error.message.replace(/\.?$/u, ".")}`);
		return undefined;
	}
	const where = (keys: readonly (string | number)[]) => {
		let node: unknown = document.contents;
		let offset = 0;
		for (const key of keys) {
			if (isMap(node)) {
				const pair = node.items.find(
					(item) => isScalar(item.key) && String(item.key.value) === key,
				);
				if (isScalar(pair?.key)) offset = pair.key.range?.[0] ?? offset;
				node = pair?.value;
			} else if (isSeq(node)) {
				node = node.items[Number(key)];
				if (isMap(node) || isScalar(node)) offset = node.range?.[0] ?? offset;
			}
		}
		return at(offset);
	};
	try {
		return { path, shownPath, content: document.toJS(), where };
	} catch (failure) {
		// Aliases that expand without end.
		problems.add(
			`${shownPath}: ${failure instanceof Error ? failure.message : String(failure)}.`,
		);
		return undefined;
	}
}

/** Reads the options out of a parsed configuration file; what belongs to Floci is left to `readFlociFile`. */
export function readFileSettings(
	file: ParsedFile,
	options: Options,
	problems: Problems,
): Setting[] {
	if (file.content === null || file.content === undefined) return [];
	if (!isObject(file.content)) {
		problems.add(
			`${file.shownPath} takes a mapping of options, such as "port: 4566".`,
		);
		return [];
	}
	const names = namesInFile(options);
	const known = [...names.keys(), flociKey];
	const settings = new Map<string, Setting>();
	const visit = (keys: string[], value: unknown) => {
		const labelOf = (path: readonly (string | number)[]) =>
			`${file.where([...keys, ...path])}: ${keys.join(".")}`;
		const label = labelOf([]);
		const name = names.get(keys.map(camelCase).join("."));
		if (name === undefined) {
			problems.addUnknown(
				`${file.where(keys)}: unknown key`,
				keys.join("."),
				known,
			);
		} else if (settings.has(name)) {
			problems.add(
				`${label} says again what ${settings.get(name)?.label} says. Keep one of them.`,
			);
		} else {
			const folder = dirname(file.path);
			settings.set(name, { name, value, label, labelOf, folder });
		}
	};
	for (const [key, value] of Object.entries(file.content)) {
		if (key === flociKey || foreignRoots.includes(key)) continue;
		const isGroup = known.some((name) => name.startsWith(`${camelCase(key)}.`));
		if (isGroup && isObject(value)) {
			for (const [member, memberValue] of Object.entries(value))
				visit([key, member], memberValue);
		} else {
			visit([key], value);
		}
	}
	return [...settings.values()];
}

function namesInFile(options: Options): Map<string, string> {
	const names = new Map<string, string>();
	for (const [name, { only, inFile }] of Object.entries(options)) {
		if (only === "command") continue;
		names.set(name, name);
		if (inFile !== undefined) names.set(inFile, name);
	}
	return names;
}
