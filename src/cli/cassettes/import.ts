import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { ConfigError } from "../../errors.ts";
import { cannotRead } from "../../file-error.ts";
import { Catalog } from "../../models/catalog.ts";
import type { Cassette } from "../../recordings/cassette.ts";
import { stemOf } from "../../recordings/file-name.ts";
import { CassetteFolder } from "../../recordings/folder.ts";
import { importFile } from "../../recordings/import.ts";
import { compileMatch, type Matcher } from "../../recordings/match.ts";
import { compileRedact } from "../../recordings/redact.ts";
import { writeCassette } from "../../recordings/yaml.ts";
import { bedrockRuntime } from "../../services/bedrock-runtime/index.ts";
import { modelResolver } from "../../services/model.ts";
import type { Terminal } from "../terminal.ts";
import { configOf, readArguments } from "./folder.ts";

/**
 * `outcrop cassettes import FILE… --into DIR`.
 *
 * @returns 1 when something was left out
 */
export async function importFiles(
	args: readonly string[],
	terminal: Terminal,
): Promise<number> {
	const { values, positionals } = readArguments("import", args, {
		into: { type: "string" },
	});
	const config = await configOf(terminal);
	const into =
		values.into === undefined
			? config.record
			: resolve(terminal.cwd, values.into);
	if (into === undefined || positionals.length === 0)
		throw new ConfigError(
			"outcrop cassettes import takes files and the folder to put cassettes into: import FILE... --into DIR.",
		);
	const folder = new CassetteFolder(into);
	folder.make(Date.now());
	folder.scan();
	const matcher = await compileMatch(config.match);
	const resolveModel = modelResolver(new Catalog(config.models));
	const parts = {
		route: bedrockRuntime.route,
		rowOf: (modelId: string) => resolveModel(modelId).row,
		redact: await compileRedact(config.redact),
		today: new Date().toISOString(),
	};
	const left: string[] = [];
	let count = 0;
	for (const file of positionals) {
		const bytes = read(resolve(terminal.cwd, file), file);
		const imported = importFile(bytes, basename(file), parts);
		left.push(...imported.left);
		for (const cassette of imported.cassettes) {
			if (add(folder, matcher, cassette)) count++;
			else left.push(`${file}: YAML cannot hold what it says`);
		}
	}
	for (const line of left) terminal.stderr.write(`Left out: ${line}.\n`);
	const s = count === 1 ? "" : "s";
	terminal.stdout.write(`${count} cassette${s} in ${into}.\n`);
	return left.length > 0 ? 1 : 0;
}

function read(path: string, file: string): Uint8Array {
	try {
		return readFileSync(path);
	} catch (error) {
		throw new ConfigError(cannotRead("import", file, error));
	}
}

function add(
	folder: CassetteFolder,
	matcher: Matcher,
	cassette: Cassette,
): boolean {
	const text = writeCassette(cassette);
	const { operation, model } = cassette.request;
	if (text === undefined) return false;
	folder.append(stemOf(operation, model, matcher.key(cassette.request)), text);
	return true;
}
