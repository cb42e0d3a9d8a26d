import { ConfigError } from "../errors.ts";
import { version } from "../version.ts";
import { commands, findCommand } from "./commands.ts";
import { optionsHelp, sources, twoColumns } from "./options-help.ts";
import { type Style, styleOf, type Terminal } from "./terminal.ts";

/** `outcrop help [command]`: explains a command, or all of them. */
export async function run(
	args: readonly string[],
	terminal: Terminal,
): Promise<number> {
	const [name, ...rest] = args;
	if (rest.length > 0)
		throw new ConfigError(
			`outcrop help takes the name of one command, not ${args.join(" ")}.`,
		);
	const page =
		name === undefined
			? help(terminal)
			: (await findCommand(name).load()).help(terminal);
	terminal.stdout.write(page);
	return 0;
}

/** The page of `outcrop --help`. */
export function help(terminal: Terminal): string {
	const style = styleOf(terminal.stdout, terminal.env);
	const list = commands
		.map(({ name, summary }) => twoColumns(`outcrop ${name}`, summary))
		.join("");
	return `${style.bold("Outcrop")} ${version}: Amazon Bedrock on localhost.

${style.bold("Usage")}
  outcrop [command] [options]

${style.bold("Commands")}
${list}
${optionsHelp(style)}
${style.bold("Where options come from")}
${sources()}
${examples(style)}`;
}

const exampleLines: [command: string, meaning: string][] = [
	["outcrop", "Serve on http://localhost:4566"],
	["outcrop --tokens-per-second 40", "Stream at the pace of a real model"],
	["outcrop --port 0 --log silent", "A free port, and no log: for scripts"],
	["outcrop --compat floci", "Stand in for Floci's Bedrock stub"],
	["outcrop help start", "More about starting and stopping"],
];

function examples(style: Style): string {
	return `${style.bold("Examples")}\n${exampleLines.map(([command, meaning]) => twoColumns(command, meaning, 36)).join("")}`;
}
