/** What the subcommands of `outcrop cassettes` share. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { type ParseArgsConfig, parseArgs } from "node:util";
import type { Config } from "../../config.ts";
import { ConfigError } from "../../errors.ts";
import { Catalog } from "../../models/catalog.ts";
import type { Cassette } from "../../recordings/cassette.ts";
import { CassetteFolder } from "../../recordings/folder.ts";
import { changesSince } from "../../recordings/stale.ts";
import { resolveConfig } from "../../resolve-config.ts";
import { bedrockRuntime } from "../../services/bedrock-runtime/index.ts";
import { modelResolver } from "../../services/model.ts";
import type { Terminal } from "../terminal.ts";

/** A cassette and its file. */
export interface Named {
	file: string;
	cassette: Cassette;
}

/**
 * Reads the arguments of a subcommand.
 *
 * @throws ConfigError on unknown options
 */
export function readArguments<
	const Options extends NonNullable<ParseArgsConfig["options"]>,
>(name: string, args: readonly string[], options: Options) {
	try {
		return parseArgs({ args: [...args], options, allowPositionals: true });
	} catch (error) {
		const flags = Object.keys(options).map((flag) => `--${flag}`);
		const takes = flags.length > 0 ? flags.join(", ") : "no options";
		throw new ConfigError(
			`${error instanceof Error ? error.message.split(".")[0] : error}. outcrop cassettes ${name} takes ${takes}.`,
		);
	}
}

/** The configuration, as the start would have it without flags. */
export function configOf({ env, cwd }: Terminal): Promise<Config> {
	return resolveConfig({
		argv: [],
		env,
		cwd,
		readFile: (path) => readFile(path, "utf8"),
	});
}

/**
 * The folder that is named, or that the configuration names.
 *
 * @throws ConfigError when there is none, or nothing in it
 */
export async function openFolder(
	[named, more]: readonly string[],
	terminal: Terminal,
): Promise<CassetteFolder> {
	if (more !== undefined)
		throw new ConfigError(`One folder at a time, not ${more} too.`);
	const { record, replay } =
		named === undefined ? await configOf(terminal) : {};
	const path =
		named === undefined ? (record ?? replay) : resolve(terminal.cwd, named);
	if (path === undefined)
		throw new ConfigError(
			"Which folder? Name it, or name one in outcrop.yaml: record: cassettes.",
		);
	const folder = new CassetteFolder(path);
	folder.scan();
	if (folder.size === 0)
		throw new ConfigError(
			`${path} holds no cassette. Record some with outcrop --record ${path}.`,
		);
	return folder;
}

/** The cassettes of a folder; what is none is told on stderr. */
export function readAll(folder: CassetteFolder, { stderr }: Terminal): Named[] {
	return folder.files.flatMap(({ file, read }) => {
		try {
			return { file, cassette: read() };
		} catch (error) {
			if (!(error instanceof ConfigError)) throw error;
			stderr.write(`${error.message}\n`);
			return [];
		}
	});
}

/** What has changed since a cassette was recorded, by today's catalogue with the user's rows. */
export async function staleness(
	terminal: Terminal,
): Promise<(cassette: Cassette) => string[]> {
	const { models } = await configOf(terminal);
	const resolveModel = modelResolver(new Catalog(models));
	const present = {
		rowOf: (modelId: string) => resolveModel(modelId).row,
		operations: bedrockRuntime.description.operations,
	};
	return (cassette) => changesSince(cassette, present);
}
