import { writeScript } from "../../services/recorded-script.ts";
import type { Terminal } from "../terminal.ts";
import { openFolder, readAll, readArguments } from "./folder.ts";

/** `outcrop cassettes to-script`: the script on stdout, what it leaves out on stderr. */
export async function toScript(
	args: readonly string[],
	terminal: Terminal,
): Promise<number> {
	const { positionals } = readArguments("to-script", args, {});
	const folder = await openFolder(positionals, terminal);
	const { text, left } = writeScript(readAll(folder, terminal));
	for (const { file, why } of left)
		terminal.stderr.write(`Left out ${file}: ${why}.\n`);
	terminal.stdout.write(text);
	return 0;
}
