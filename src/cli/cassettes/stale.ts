import { styleOf, type Terminal } from "../terminal.ts";
import { openFolder, readAll, readArguments, staleness } from "./folder.ts";

/**
 * `outcrop cassettes stale`: which were recorded of something that has changed since, and what has.
 *
 * @returns 1 when there are any
 */
export async function stale(
	args: readonly string[],
	terminal: Terminal,
): Promise<number> {
	const { values, positionals } = readArguments("stale", args, {
		json: { type: "boolean" },
	});
	const folder = await openFolder(positionals, terminal);
	const changesOf = await staleness(terminal);
	const found = readAll(folder, terminal)
		.map(({ file, cassette }) => ({ file, changes: changesOf(cassette) }))
		.filter(({ changes }) => changes.length > 0);
	const { bold } = styleOf(terminal.stdout, terminal.env);
	const lines = found.flatMap(({ file, changes }) => [
		bold(file),
		...changes.map((change) => `  ${change}`),
	]);
	const count = `${found.length} of ${folder.size} stale.`;
	terminal.stdout.write(
		values.json
			? `${JSON.stringify(found, null, 2)}\n`
			: `${[...lines, count].join("\n")}\n`,
	);
	return found.length > 0 ? 1 : 0;
}
