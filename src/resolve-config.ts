/** A configuration from flags, variables and files. */

import { resolve } from "node:path";
import { contradictions } from "./config/contradictions.ts";
import { type Environment, readEnvironment } from "./config/environment.ts";
import {
	type ParsedFile,
	parseFile,
	type ReadFile,
	readConfigFile,
	readFileSettings,
} from "./config/file.ts";
import { readFlags } from "./config/flags.ts";
import {
	flociKey,
	proxyOf,
	readFlociEnvironment,
	readFlociRoot,
	type ServiceSettings,
} from "./config/floci.ts";
import type { Options, Setting } from "./config/option.ts";
import { Problems } from "./config/problems.ts";
import { readAs, type ValueType } from "./config/value-type.ts";
import { type Config, defaultConfig, options } from "./config.ts";
import { cannotRead } from "./file-error.ts";
import { isObject } from "./json.ts";
import { hintFor } from "./nearest.ts";

/** Where a configuration comes from. */
export interface ConfigInput {
	/** Arguments after the command's name. */
	argv: readonly string[];
	env: Environment;
	/** The working folder, absolute. */
	cwd: string;
	readFile: ReadFile;
}

/**
 * Puts the configuration together: flags win over variables, variables over the file, the file over the defaults.
 *
 * @throws ConfigError with every problem, one a line: unknown names with the nearest right one, values of the wrong type,
 * files that cannot be read, options that exclude each other
 */
export async function resolveConfig(input: ConfigInput): Promise<Config> {
	const { argv, env, cwd, readFile } = input;
	const problems = new Problems();
	const report = (problem: string) => problems.add(problem);
	const ignored: string[] = [];

	const flags = readFlags(argv, options, cwd, problems);
	const variables = readEnvironment(env, options, cwd, problems);
	const named = [...variables, ...flags].findLast(
		({ name }) => name === "config",
	);
	const parsed = await readConfigFile(named, cwd, readFile, problems);
	const inFile =
		parsed === undefined ? [] : readFileSettings(parsed, options, problems);

	const given = await readSettings(
		[...inFile, ...variables, ...flags],
		readFile,
		problems,
	);
	const config = defaultConfig({ ...given, config: parsed?.path, ignored });
	const flociFile = readFlociFile(parsed, report, ignored);
	config.services = mergeServices(
		flociFile,
		config.services,
		readFlociEnvironment(env, report, ignored),
	);
	config.proxy = proxyOf(config.services, report);
	if (given.tls === undefined && given.tlsCert !== undefined) config.tls = true;
	// Thrown apart: a value that could not be read would only seem to contradict another.
	problems.throwIfAny();
	for (const contradiction of contradictions(config)) report(contradiction);
	problems.throwIfAny();
	return config;
}

/**
 * Refuses a configuration that asks for what this version lacks.
 *
 * @param serviceNames - the services there are
 * @throws ConfigError
 */
export function checkSupported(
	config: Config,
	serviceNames: readonly string[],
): void {
	const problems = new Problems();
	for (const name of Object.keys(config.services)) {
		if (serviceNames.includes(name)) continue;
		const all = `Known: ${serviceNames.join(", ")}.`;
		const hint = hintFor(name, serviceNames, all);
		problems.add(`services: there is no service ${name}.${hint}`);
	}
	problems.throwIfAny();
}

/** Reads each setting by its option's type; of several the last one counts, but all are checked. */
async function readSettings(
	settings: Setting[],
	readFile: ReadFile,
	problems: Problems,
): Promise<Partial<Config>> {
	const values: Record<string, unknown> = {};
	const rows: Options = options;
	for (const setting of settings) {
		const type = rows[setting.name]?.type;
		if (type === undefined) continue;
		const read = await readSetting(setting, type, readFile, problems);
		if (read !== undefined) values[setting.name] = read;
	}
	return values;
}

async function readSetting(
	{ name, value, label, labelOf, folder }: Setting,
	type: ValueType<unknown>,
	readFile: ReadFile,
	problems: Problems,
): Promise<unknown> {
	const report = (problem: string) => problems.add(problem);
	if (type.form === "content" && typeof value === "string") {
		const content = await parseFile(value, label, folder, readFile, problems);
		if (!content) return undefined;
		const { shownPath, where } = content;
		const labelIn = (path: readonly (string | number)[]) =>
			path.length === 0 ? shownPath : where(path);
		return readAs(type, content.content, labelIn, report);
	}
	const read = readAs(type, value, labelOf ?? label, report);
	if (type.paths && Array.isArray(read))
		return read.map((path: string) => resolve(folder, path));
	if (type.paths && typeof read === "string") return resolve(folder, read);
	if (type.form !== "file" || typeof read !== "string" || name === "config")
		return read;
	const path = resolve(folder, read);
	try {
		await readFile(path);
	} catch (error) {
		report(cannotRead(label, read, error));
	}
	return path;
}

function readFlociFile(
	parsed: ParsedFile | undefined,
	report: (problem: string) => void,
	ignored: string[],
): Record<string, ServiceSettings> {
	if (!isObject(parsed?.content)) return {};
	const root = parsed.content[flociKey];
	return readFlociRoot(
		root,
		`${parsed.where([flociKey])}: ${flociKey}`,
		report,
		ignored,
	);
}

/** Later ones win, member by member. */
function mergeServices(
	...sources: Record<string, ServiceSettings>[]
): Record<string, ServiceSettings> {
	const merged: Record<string, ServiceSettings> = {};
	for (const source of sources) {
		for (const [name, settings] of Object.entries(source))
			merged[name] = { ...merged[name], ...settings };
	}
	return merged;
}
