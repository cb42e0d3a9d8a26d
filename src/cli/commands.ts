import { ConfigError } from "../errors.ts";
import { hintFor } from "../nearest.ts";
import { styleOf, type Terminal } from "./terminal.ts";

/** What the module of a command exports. */
export interface CommandModule {
	/** Resolves to the exit code. */
	run(args: readonly string[], terminal: Terminal): Promise<number>;
	/** The page that `outcrop help <command>` shows: lines of 80 columns at most. */
	help(terminal: Terminal): string;
}

/** One command of the command line. */
export interface Command {
	readonly name: string;
	/** For the list of commands in help. */
	readonly summary: string;
	/** A command's code is loaded when it is picked. */
	load(): Promise<CommandModule>;
}

/** Every command; the first is picked when none is named. */
export const commands: readonly [Command, ...Command[]] = [
	{
		name: "start",
		summary: "Start the emulator; what outcrop does on its own",
		load: () => import("./start.ts"),
	},
	{
		name: "models",
		summary: "List and search the catalogue of models",
		load: () => import("./models.ts"),
	},
	{
		name: "cassettes",
		summary: "List, show, prune, convert and import recordings",
		load: () => import("./cassettes.ts"),
	},
	{
		name: "check",
		summary: "Validate and lint scripts",
		load: () => import("./check.ts"),
	},
	{
		name: "help",
		summary: "Explain a command",
		load: () => import("./help.ts"),
	},
	{
		name: "version",
		summary: "Print the version",
		load: () => import("./version.ts"),
	},
];

/**
 * Runs the command that the arguments name.
 *
 * @param argv - without node and the script
 * @returns the exit code: 0, 1 when something failed, 2 when the arguments or the configuration are wrong
 */
export async function runCommand(
	argv: readonly string[],
	terminal: Terminal,
): Promise<number> {
	try {
		const [command, args] = pickCommand(argv);
		const module = await command.load();
		return await module.run(args, terminal);
	} catch (error) {
		if (!(error instanceof ConfigError)) throw error;
		const style = styleOf(terminal.stderr, terminal.env);
		terminal.stderr.write(
			`${style.red("outcrop:")} ${error.message.replaceAll("\n", "\n  ")}\n`,
		);
		return 2;
	}
}

/**
 * The command of that name.
 *
 * @throws ConfigError with the nearest name when there is none
 */
export function findCommand(name: string): Command {
	const found = commands.find((command) => command.name === name);
	if (found !== undefined) return found;
	const names = commands.map((command) => command.name);
	const hint = hintFor(name, names, `There are ${names.join(", ")}.`);
	throw new ConfigError(`Unknown command ${name}.${hint} See outcrop --help.`);
}

function pickCommand(argv: readonly string[]): [Command, readonly string[]] {
	const [first, ...rest] = argv;
	const named = first !== undefined && !first.startsWith("-");
	const command = named ? findCommand(first) : commands[0];
	const args = named ? rest : argv;
	const isHelp = args.some(
		(argument) => argument === "--help" || argument === "-h",
	);
	if (isHelp) return [findCommand("help"), named ? [command.name] : []];
	if (!named && (first === "--version" || first === "-v"))
		return [findCommand("version"), args.slice(1)];
	return [command, args];
}
