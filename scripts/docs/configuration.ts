import {
	flagName,
	type Option,
	variableName,
} from "../../src/config/option.ts";
import { options } from "../../src/config.ts";

/** Every option: flag, variable, key of the file, default. */
export function configPage(): string {
	const lines = [
		"# Configuration",
		"",
		"Generated from the table of options in `src/config.ts` by `npm run docs`.",
		"",
		"A flag wins over its environment variable, that over the configuration file (`outcrop.yaml`, `outcrop.yml` or",
		"`outcrop.json` of the working folder, or `--config FILE`), that over the default. Unknown names stop the start.",
	];
	const rows = Object.entries<Option<unknown>>(options);
	for (const group of new Set(rows.map(([, row]) => row.group))) {
		lines.push(
			"",
			`## ${group}`,
			"",
			"| flag | variable | in the file | default | |",
			"| --- | --- | --- | --- | --- |",
		);
		for (const [name, row] of rows.filter(
			([, candidate]) => candidate.group === group,
		)) {
			const command = row.only === "file" ? "–" : `\`${flagName(name)}\``;
			const variable = row.only === "file" ? "–" : `\`${variableName(name)}\``;
			const key =
				row.only === "command"
					? "–"
					: `\`${name}\`${row.inFile ? ` or \`${row.inFile}\`` : ""}`;
			const shown = row.default === undefined ? "" : row.type.show(row.default);
			lines.push(
				`| ${command} | ${variable} | ${key} | ${shown === "" ? "" : `\`${shown}\``} | ${row.help} |`,
			);
		}
	}
	return `${lines.join("\n")}\n`;
}
