import {
	type CassetteSummary,
	summarizeCassette,
} from "../../recordings/summary.ts";
import { type Style, styleOf, type Terminal } from "../terminal.ts";
import { openFolder, readAll, readArguments, staleness } from "./folder.ts";

interface Row extends CassetteSummary {
	/** What has changed since. */
	changes: string[];
}

/** `outcrop cassettes list`: a line a cassette. */
export async function list(
	args: readonly string[],
	terminal: Terminal,
): Promise<number> {
	const { values, positionals } = readArguments("list", args, {
		json: { type: "boolean" },
	});
	const folder = await openFolder(positionals, terminal);
	const changesOf = await staleness(terminal);
	const rows: Row[] = readAll(folder, terminal).map(({ file, cassette }) => ({
		...summarizeCassette(file, cassette),
		changes: changesOf(cassette),
	}));
	const style = styleOf(terminal.stdout, terminal.env);
	terminal.stdout.write(
		values.json
			? `${JSON.stringify(rows, null, 2)}\n`
			: table(rows, Date.now(), style),
	);
	return 0;
}

const longestWords = 32;

/** File names are long: they stand last, and the rest fits a screen. */
function table(rows: Row[], nowMs: number, style: Style): string {
	const cells = rows.map((row) => [
		row.operation,
		row.model.slice(row.model.lastIndexOf("/") + 1),
		cut(row.firstWords ?? ""),
		`${row.inputTokens ?? "-"}/${row.outputTokens ?? "-"}`,
		ageOf(row.recorded, nowMs),
		row.changes.length > 0 ? "stale" : row.status >= 400 ? "error" : "",
		row.file,
	]);
	const titles = ["Operation", "Model", "Asked", "Tokens", "Age", "", "File"];
	const widths = titles.map((title, column) =>
		Math.max(title.length, ...cells.map((row) => (row[column] ?? "").length)),
	);
	const line = (row: string[]) =>
		row
			.map((cell, column) => cell.padEnd(widths[column] ?? 0))
			.filter((_, column) => (widths[column] ?? 0) > 0)
			.join("  ")
			.trimEnd();
	const count = `${rows.length} cassette${rows.length === 1 ? "" : "s"}`;
	return `${[style.bold(line(titles)), ...cells.map(line)].join("\n")}\n\n${style.dim(count)}\n`;
}

function cut(words: string): string {
	const line = words.replace(/\s+/gu, " ").trim();
	return line.length > longestWords
		? `${line.slice(0, longestWords - 1)}…`
		: line;
}

const dayMs = 86_400_000;

function ageOf(recorded: string, nowMs: number): string {
	const days = Math.floor((nowMs - Date.parse(recorded)) / dayMs);
	if (Number.isNaN(days)) return "-";
	return days < 1 ? "today" : `${days} d`;
}
