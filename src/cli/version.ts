import { ConfigError } from "../errors.ts";
import { version } from "../version.ts";
import { styleOf, type Terminal } from "./terminal.ts";

/** `outcrop version`: prints the version. */
export async function run(
	args: readonly string[],
	terminal: Terminal,
): Promise<number> {
	if (args.length > 0)
		throw new ConfigError(
			`outcrop version takes no arguments, not ${args.join(" ")}.`,
		);
	terminal.stdout.write(`${version}\n`);
	return 0;
}

/** The page of `outcrop help version`. */
export function help(terminal: Terminal): string {
	const style = styleOf(terminal.stdout, terminal.env);
	return `${style.bold("Usage")}
  outcrop version

  Prints the version, as outcrop --version does.
`;
}
