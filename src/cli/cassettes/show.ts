import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { stringify } from "yaml";
import { ConfigError } from "../../errors.ts";
import { isObject } from "../../json.ts";
import type { Cassette, RecordedEvent } from "../../recordings/cassette.ts";
import { summarizeCassette } from "../../recordings/summary.ts";
import { readCassette } from "../../recordings/yaml.ts";
import { type Style, styleOf, type Terminal } from "../terminal.ts";
import { configOf, readArguments, staleness } from "./folder.ts";

/** `outcrop cassettes show FILE`: who was asked what, and the answer in one piece. */
export async function show(
	args: readonly string[],
	terminal: Terminal,
): Promise<number> {
	const { positionals } = readArguments("show", args, {});
	const [named, more] = positionals;
	if (named === undefined || more !== undefined)
		throw new ConfigError("outcrop cassettes show takes one file.");
	const file = basename(named);
	const cassette = readCassette(await readNamed(named, terminal), file);
	const changes = (await staleness(terminal))(cassette);
	const style = styleOf(terminal.stdout, terminal.env);
	terminal.stdout.write(page(file, cassette, changes, style));
	return 0;
}

/** A path, or a name in the folder that the configuration names. */
async function readNamed(named: string, terminal: Terminal): Promise<string> {
	const { record, replay } = await configOf(terminal);
	const folders = [terminal.cwd, record, replay];
	for (const folder of folders) {
		if (folder === undefined) continue;
		try {
			return readFileSync(resolve(folder, named), "utf8");
		} catch {
			// The next one may have it.
		}
	}
	throw new ConfigError(
		`There is no cassette ${named}. outcrop cassettes lists those there are.`,
	);
}

function page(
	file: string,
	cassette: Cassette,
	changes: string[],
	style: Style,
): string {
	const { request, response, engine, region, recorded } = cassette;
	const { inputTokens, outputTokens } = summarizeCassette(file, cassette);
	const facts: [string, string][] = [
		["File", file],
		["Asked", `${request.operation} ${request.model}`],
		["Recorded", `${recorded}, engine ${engine}, ${region}`],
		["Answer", `${response.status} in ${response.durationMs} ms`],
		["Tokens", `${inputTokens ?? "-"} in, ${outputTokens ?? "-"} out`],
		...changes.map((change): [string, string] => ["Stale", change]),
	];
	const lines = facts.map(
		([name, value]) => `  ${style.dim(name.padEnd(10))}${value}\n`,
	);
	const answer = response.events
		? said(response.events)
		: (response.text ?? yamlOf(response.body) ?? "(bytes)");
	return `${lines.join("")}
${style.bold("Request")}
${yamlOf(request.body) ?? ""}
${style.bold("Answer")}
${answer}
`;
}

function yamlOf(value: unknown): string | undefined {
	return value === undefined
		? undefined
		: stringify(value, { lineWidth: 0, blockQuote: "literal" });
}

/** The text of a stream, with the number of its events and its time; events without text by their name. */
function said(events: RecordedEvent[]): string {
	const text = events.map(textOf).join("");
	const { at = 0 } = events.at(-1) ?? {};
	const first = events.find((event) => textOf(event) !== "")?.at ?? 0;
	return `${text}\n\n(${events.length} events, the first text after ${first} ms, the last event after ${at} ms)`;
}

function textOf({ contentBlockDelta, chunk }: RecordedEvent): string {
	for (const holder of [contentBlockDelta, chunk]) {
		if (!isObject(holder)) continue;
		const { delta, outputText, generation, completion } = holder;
		if (isObject(delta) && typeof delta.text === "string") return delta.text;
		const text = outputText ?? generation ?? completion;
		if (typeof text === "string") return text;
	}
	return "";
}
