import { ConfigError } from "../errors.ts";
import { nearestName } from "../nearest.ts";
import { twoColumns, wrap } from "./options-help.ts";
import { styleOf, type Terminal } from "./terminal.ts";

/** What one of the subcommands does. */
type Run = (args: readonly string[], terminal: Terminal) => Promise<number>;

const subcommands: Record<
	string,
	{ takes: string; summary: string; load(): Promise<Run> }
> = {
	list: {
		takes: "list [DIR] [--json]",
		summary: "What was recorded; the default",
		load: async () => (await import("./cassettes/list.ts")).list,
	},
	show: {
		takes: "show FILE",
		summary: "One cassette: question and answer as text",
		load: async () => (await import("./cassettes/show.ts")).show,
	},
	stale: {
		takes: "stale [DIR] [--json]",
		summary:
			"Those whose model or operation has changed since; exit code 1 when there are any",
		load: async () => (await import("./cassettes/stale.ts")).stale,
	},
	prune: {
		takes: "prune [DIR] [options]",
		summary:
			"Deletes: --older-than 90d, --stale, --model GLOB (all that are given must hold); --dry-run only says which",
		load: async () => (await import("./cassettes/prune.ts")).prune,
	},
	"to-script": {
		takes: "to-script [DIR]",
		summary: "Prints a script that says the same, to be edited",
		load: async () => (await import("./cassettes/to-script.ts")).toScript,
	},
	import: {
		takes: "import FILE... --into DIR",
		summary:
			"Takes over cassettes of vcrpy, and Bedrock's model invocation logs",
		load: async () => (await import("./cassettes/import.ts")).importFiles,
	},
};

/**
 * `outcrop cassettes [list|show|stale|prune|to-script|import]`: looks after recordings.
 *
 * @throws ConfigError on arguments that are wrong
 */
export async function run(
	args: readonly string[],
	terminal: Terminal,
): Promise<number> {
	const [first, ...rest] = args;
	const named = first === undefined ? undefined : subcommands[first];
	// A folder may stand where the subcommand does.
	if (!named && first !== undefined && !/[-./\\]/u.test(first)) {
		const nearest = nearestName(first, Object.keys(subcommands));
		if (nearest !== undefined)
			throw new ConfigError(
				`outcrop cassettes has no ${first}. Did you mean ${nearest}?`,
			);
	}
	const subcommand = named ?? subcommands.list;
	if (!subcommand) return 2;
	return (await subcommand.load())(named ? rest : args, terminal);
}

const about =
	"Looks after the cassettes that --record has made. DIR is the folder that the configuration records to or replays from, " +
	"when it is left out.";

/** The page of `outcrop help cassettes`. */
export function help(terminal: Terminal): string {
	const style = styleOf(terminal.stdout, terminal.env);
	const rows = Object.values(subcommands).map(({ takes, summary }) =>
		twoColumns(takes, summary),
	);
	return `${style.bold("Usage")}
  outcrop cassettes [COMMAND]

${wrap(about, 78)
	.map((line) => `  ${line}\n`)
	.join("")}
${style.bold("Commands")}
${rows.join("")}
${style.bold("Examples")}
  outcrop cassettes tests/cassettes
  outcrop cassettes prune --stale --dry-run
  outcrop cassettes import tests/cassettes/*.yaml --into cassettes
`;
}
