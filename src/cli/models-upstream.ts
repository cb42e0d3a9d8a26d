/** `outcrop models --upstream`: which server's model stands for which of Bedrock's, and whether it is there. */
import type { Config } from "../config.ts";
import { findCandidates } from "../engines/openai/ask.ts";
import { flociUpstream } from "../engines/openai/floci.ts";
import { ModelServer } from "../engines/openai/server.ts";
import { shownUrl } from "../engines/openai/upstream.ts";
import { ConfigError } from "../errors.ts";
import type { Model } from "../models/catalog.ts";
import type { Style } from "./terminal.ts";

/** How long a server may take to list its models. */
const patienceMs = 2_000;

/** What is known of a server; nothing of its key. */
export interface CheckedServer {
	name: string;
	url: string;
	/** The ids that it lists; undefined when it is not there. */
	models: string[] | undefined;
	/** Why it is not there. */
	problem?: string;
}

type Checked = CheckedServer & { server: ModelServer };

/** What stands for a model, or for a pattern of models. */
export interface UpstreamRow {
	modelId: string;
	upstream: string;
	/** The server's model. */
	target: string;
	state: "there" | "missing" | "not known";
}

/** All that is known. */
export interface CheckedUpstreams {
	servers: CheckedServer[];
	rows: UpstreamRow[];
	isWell: boolean;
}

/**
 * Asks every upstream for its models.
 *
 * @param models - the models that the command's words found; undefined without words: then the maps are shown as written
 * @returns what is known, and whether every server and model is there
 * @throws ConfigError when there is no upstream, or its key is missing
 */
export async function checkUpstreams(
	config: Config,
	models: readonly Model[] | undefined,
	env: Readonly<Record<string, string | undefined>>,
): Promise<CheckedUpstreams> {
	const { proxy, upstream } = config;
	const upstreams = proxy ? [flociUpstream(proxy)] : upstream;
	if (upstreams.length === 0)
		throw new ConfigError(
			"There is no upstream. Name one in the configuration file (upstreams:) or in OUTCROP_UPSTREAM, such as http://localhost:11434/v1.",
		);
	const checked = await Promise.all(
		upstreams.map(async (options) => {
			const server = new ModelServer(options);
			server.readKey(env);
			const found = await check(server);
			await server.close();
			return found;
		}),
	);
	const rows = models
		? models.flatMap((model) => rowsOfModel(model, checked))
		: checked.flatMap(rowsOfMap);
	const isWell =
		checked.every(({ problem }) => problem === undefined) &&
		rows.every(({ state }) => state !== "missing");
	const servers = checked.map(({ server: _, ...known }) => known);
	return { servers, rows, isWell };
}

async function check(server: ModelServer): Promise<Checked> {
	const { name, url } = server.options;
	const known = { server, name, url: shownUrl(url) };
	try {
		return { ...known, models: await server.askModels(patienceMs) };
	} catch (error) {
		const problem = error instanceof Error ? error.message : String(error);
		return { ...known, models: undefined, problem };
	}
}

function rowsOfMap(checked: Checked): UpstreamRow[] {
	const { models, passThrough, default: rest } = checked.server.options;
	const rows = models.map(([pattern, target]) => row(pattern, target, checked));
	if (passThrough) rows.push(row("(others)", "(the same id)", checked));
	else if (rest !== undefined) rows.push(row("(others, texts)", rest, checked));
	else if (models.length === 0) rows.push(row("(texts)", undefined, checked));
	return rows;
}

function rowsOfModel(
	{ modelId, outputModalities }: Model,
	all: Checked[],
): UpstreamRow[] {
	const isText = outputModalities?.includes("TEXT") ?? true;
	const servers = all.map(({ server }) => server);
	return findCandidates(servers, modelId, isText).flatMap(
		({ server, model }) => {
			const checked = all.find((one) => one.server === server);
			return checked ? [row(modelId, model, checked)] : [];
		},
	);
}

function row(
	modelId: string,
	model: string | undefined,
	{ name, models }: Checked,
): UpstreamRow {
	const target = model ?? models?.[0] ?? "(its first model)";
	const isKnown = models !== undefined && !target.startsWith("(");
	return {
		modelId,
		upstream: name,
		target,
		// Ollama lists llama3.2 as llama3.2:latest.
		state: !isKnown
			? "not known"
			: models.includes(target) || models.includes(`${target}:latest`)
				? "there"
				: "missing",
	};
}

/** The page as text. */
export function showUpstreams(
	{ servers, rows }: CheckedUpstreams,
	style: Style,
): string {
	const lines: string[] = [];
	for (const { name, url, models, problem } of servers) {
		const state = models
			? `up, ${models.length} ${models.length === 1 ? "model" : "models"}`
			: style.red(`down: ${problem}`);
		lines.push(`${style.bold(name)}  ${url}  ${state}`);
	}
	lines.push("");
	const table = rows.map(({ modelId, upstream, target, state }) => [
		modelId,
		`${upstream}: ${target}`,
		state === "there" ? "" : state,
	]);
	const widths = [0, 1].map((column) =>
		Math.max(0, ...table.map((cells) => cells[column]?.length ?? 0)),
	);
	for (const [modelId = "", target = "", state = ""] of table)
		lines.push(
			`${modelId.padEnd(widths[0] ?? 0)}  ${target.padEnd(widths[1] ?? 0)}  ${state === "missing" ? style.red(state) : state}`.trimEnd(),
		);
	if (table.length === 0)
		lines.push(
			"No model of an upstream stands for these: the next engine answers.",
		);
	return `${lines.join("\n")}\n`;
}
