import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { region } from "../config/types.ts";
import { readAs } from "../config/value-type.ts";
import type { Config } from "../config.ts";
import { ConfigError } from "../errors.ts";
import {
	Catalog,
	hasEnded,
	isCurrent,
	isLegacy,
	type Model,
} from "../models/catalog.ts";
import { resolveConfig } from "../resolve-config.ts";
import { twoColumns, wrap } from "./options-help.ts";
import { type Style, styleOf, type Terminal } from "./terminal.ts";

const flags = {
	all: { type: "boolean" },
	json: { type: "boolean" },
	region: { type: "string" },
	upstream: { type: "boolean" },
	config: { type: "string" },
} as const;

/**
 * `outcrop models [search]`: lists the catalogue, with the rows of the configuration file.
 *
 * @returns 0, or 1 when nothing matches; with `--upstream` 1 when a server or a model of its is not there
 * @throws ConfigError on unknown options and on a configuration file that is wrong
 */
export async function run(
	args: readonly string[],
	terminal: Terminal,
): Promise<number> {
	const { values, words } = readArguments(args);
	if (values.region) checkRegion(values.region);
	const now = Date.now();
	const config = await readConfig(values.config, terminal);
	const models = new Catalog(config.models)
		.all()
		.filter((model) => matches(model, words))
		.filter((model) => !values.region || isThere(model, values.region));
	const shown = values.all
		? models
		: models.filter((model) => isCurrent(model, now));
	const style = styleOf(terminal.stdout, terminal.env);
	if (values.upstream) {
		const { checkUpstreams, showUpstreams } = await import(
			"./models-upstream.ts"
		);
		const asked = words.length > 0 || values.region ? shown : undefined;
		const checked = await checkUpstreams(config, asked, terminal.env);
		terminal.stdout.write(
			values.json
				? `${JSON.stringify(checked, null, 2)}\n`
				: showUpstreams(checked, style),
		);
		return checked.isWell ? 0 : 1;
	}
	terminal.stdout.write(
		values.json
			? `${JSON.stringify(shown, null, 2)}\n`
			: table(shown, models.length - shown.length, now, style),
	);
	return shown.length > 0 ? 0 : 1;
}

function readArguments(args: readonly string[]) {
	try {
		const { values, positionals } = parseArgs({
			args: [...args],
			options: flags,
			allowPositionals: true,
		});
		const words = positionals.flatMap((word) =>
			word.toLowerCase().split(/\s+/),
		);
		return { values, words };
	} catch (error) {
		const known = Object.keys(flags).map((name) => `--${name}`);
		throw new ConfigError(
			`${error instanceof Error ? error.message.split(".")[0] : error}. outcrop models takes ${known.join(", ")}.`,
		);
	}
}

function readConfig(
	config: string | undefined,
	{ env, cwd }: Terminal,
): Promise<Config> {
	return resolveConfig({
		argv: config === undefined ? [] : ["--config", config],
		env,
		cwd,
		readFile: (path) => readFile(path, "utf8"),
	});
}

/** Every word stands somewhere in the id, the name or the provider's name. */
function matches(model: Model, words: string[]): boolean {
	const text =
		`${model.modelId} ${model.modelName ?? ""} ${model.providerName ?? ""}`.toLowerCase();
	return words.every((word) => text.includes(word));
}

/** @throws ConfigError on what no Region is called */
function checkRegion(given: string): void {
	readAs(region(), given, "--region", (problem) => {
		throw new ConfigError(problem);
	});
}

function isThere(model: Model, region: string): boolean {
	return model.regions === undefined || model.regions.includes(region);
}

interface Column {
	title: string;
	right?: boolean;
	text(model: Model, now: number): string;
}

const columns: Column[] = [
	{ title: "Model", text: ({ modelId }) => modelId },
	{ title: "Reads", text: modalities },
	{
		title: "Tokens",
		right: true,
		text: ({ contextWindow, maxOutputTokens, converseMaxTokens }) =>
			[contextWindow, converseMaxTokens ?? maxOutputTokens]
				.filter((count) => count !== undefined)
				.map(tokens)
				.join("/"),
	},
	{ title: "Takes", text: abilities },
	{ title: "$", right: true, text: price },
	{
		title: "State",
		text: (model, now) => {
			if (hasEnded(model, now)) return "ended";
			return isLegacy(model, now) ? "legacy" : "";
		},
	},
];

function table(
	models: Model[],
	hidden: number,
	now: number,
	style: Style,
): string {
	const more =
		hidden > 0
			? `${hidden} more that are over, provisioned or on another endpoint: --all`
			: "";
	if (models.length === 0)
		return `No model matches.${more === "" ? "" : ` There are ${more}.`}\n`;
	const used = columns.filter((column) =>
		models.some((model) => column.text(model, now) !== ""),
	);
	const rows = models.map((model) =>
		used.map((column) => column.text(model, now)),
	);
	const widths = used.map((column, index) =>
		Math.max(
			column.title.length,
			...rows.map((row) => (row[index] ?? "").length),
		),
	);
	const write = (cells: string[]) =>
		cells
			.map((cell, index) =>
				used[index]?.right
					? cell.padStart(widths[index] ?? 0)
					: cell.padEnd(widths[index] ?? 0),
			)
			.join("  ")
			.trimEnd();
	const lines = [style.bold(write(used.map((column) => column.title)))];
	let provider: string | undefined;
	for (const [index, model] of models.entries()) {
		if (model.providerName !== provider) {
			provider = model.providerName;
			lines.push(style.dim(provider ?? "Others"));
		}
		lines.push(write(rows[index] ?? []));
	}
	const legend = `Takes: ${letters.map(([letter, , meaning]) => `${letter} ${meaning}`).join(", ")}. Reads: what comes in, and what goes out when it is no text. Tokens: of the conversation, of a reply. $: a million tokens in, out.`;
	const count = `${models.length} ${models.length === 1 ? "model" : "models"}${more === "" ? "" : `; ${more}`}.`;
	return `${lines.join("\n")}\n\n${style.dim([...wrap(legend, 80), count].join("\n"))}\n`;
}

/** What a model takes beside its modalities, a letter each. */
const letters: [letter: string, has: keyof Model, meaning: string][] = [
	["S", "responseStreamingSupported", "streams"],
	["T", "toolUse", "tools"],
	["D", "documentInput", "documents"],
	["R", "reasoning", "reasoning"],
	["C", "promptCaching", "caching"],
	["P", "inferenceProfiles", "by a profile"],
];

function abilities(model: Model): string {
	return letters
		.map(([letter, has]) => {
			const value = model[has];
			return (Array.isArray(value) ? value.length > 0 : value) ? letter : "-";
		})
		.join("");
}

/** `text+img`, and `text > vec` for what answers no text. */
function modalities({ inputModalities, outputModalities }: Model): string {
	const written = kinds(outputModalities);
	return written === "text"
		? kinds(inputModalities)
		: `${kinds(inputModalities)} > ${written}`;
}

function kinds(names: string[] | undefined = ["TEXT"]): string {
	if (names.length > 3) return "all";
	return names.map((name) => shortKinds[name] ?? name.toLowerCase()).join("+");
}

const shortKinds: Record<string, string> = {
	TEXT: "text",
	IMAGE: "img",
	VIDEO: "vid",
	SPEECH: "snd",
	AUDIO: "snd",
	EMBEDDING: "vec",
};

/** 200000 as `200k`, 1000000 as `1M`. */
function tokens(count: number): string {
	if (count >= 1_000_000) return `${Math.round(count / 100_000) / 10}M`;
	return count >= 1_000 ? `${Math.round(count / 1_000)}k` : String(count);
}

function price({ prices }: Model): string {
	if (prices?.image !== undefined) return `${prices.image}/img`;
	return [prices?.input, prices?.output]
		.filter((dollars) => dollars)
		.map((dollars) => String(Math.round((dollars ?? 0) * 1000) / 1000))
		.join("/");
}

/** The page of `outcrop help models`. */
export function help(terminal: Terminal): string {
	const style = styleOf(terminal.stdout, terminal.env);
	const about =
		"Lists the models that Outcrop knows: ids, what they take, their limits and prices. Any other id is answered " +
		"too, unless the server is strict. Words after the command search ids, names and providers. Rows under " +
		"models: in the configuration file change the list and add to it.";
	const rows: [string, string][] = [
		["--all", "Retired models and other endpoints' too"],
		["--region REGION", "Only what can be called from there"],
		[
			"--upstream",
			"Which model server's model stands for which, and is it there",
		],
		["--json", "Everything that is known, as JSON"],
		["--config FILE", "Configuration file, as for start"],
	];
	return `${style.bold("Usage")}
  outcrop models [WORDS] [options]

${wrap(about, 78)
	.map((line) => `  ${line}\n`)
	.join("")}
${style.bold("Options")}
${rows.map(([flag, meaning]) => twoColumns(flag, meaning)).join("")}
${style.bold("Examples")}
  outcrop models claude sonnet
  outcrop models --region eu-central-1 --json nova
  outcrop models --upstream claude
`;
}
