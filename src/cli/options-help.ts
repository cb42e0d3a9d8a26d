import { flagName, type Option } from "../config/option.ts";
import { options } from "../config.ts";
import type { Style } from "./terminal.ts";

/** Help is this wide, whatever the terminal: it reads well and pastes well. */
const helpWidth = 80;

const leftWidth = 28;

/** The table of options as help shows it: a heading a group, an option a line or two, defaults in brackets. */
export function optionsHelp(style: Style): string {
	const groups = new Map<string, string>();
	for (const [name, row] of Object.entries<Option<unknown>>(options)) {
		groups.set(
			row.group,
			(groups.get(row.group) ?? "") + optionHelp(name, row, style),
		);
	}
	return [...groups]
		.map(([group, lines]) => `${style.bold(group)}\n${lines}`)
		.join("\n");
}

/** How flags, variables and the file spell an option, and which of them wins. */
export function sources(): string {
	const text =
		"Each option is a flag, a variable and a key of the configuration file, such as --drain-ms, OUTCROP_DRAIN_MS " +
		"and drainMs. Flags win over variables, variables over the file. Floci's FLOCI_SERVICES_BEDROCK_RUNTIME_* " +
		"variables and its floci: section are understood too.";
	return wrap(text, 78)
		.map((line) => `  ${line}\n`)
		.join("");
}

/** A name and what it means, in two columns: the second is wrapped under itself. */
export function twoColumns(
	left: string,
	right: string,
	width: number = leftWidth,
): string {
	const lines = wrap(right, helpWidth - width);
	const first = `  ${left}`;
	if (first.length > width - 2)
		return `${first}\n${lines.map((line) => " ".repeat(width) + line).join("\n")}\n`;
	return `${first.padEnd(width)}${lines.join(`\n${" ".repeat(width)}`)}\n`;
}

/** Breaks text between words into lines of at most `width` characters. */
export function wrap(text: string, width: number = helpWidth): string[] {
	const lines: string[] = [];
	let line = "";
	for (const word of text.split(" ")) {
		if (line !== "" && line.length + 1 + word.length > width) {
			lines.push(line);
			line = word;
		} else {
			line += (line === "" ? "" : " ") + word;
		}
	}
	return [...lines, line];
}

function optionHelp(name: string, row: Option<unknown>, style: Style): string {
	const label = row.only === "file" ? `${name}:` : flagName(name);
	const shown = row.type.show(row.default);
	const isDefaultTold = shown !== "" && row.type.form !== "boolean";
	const lines = twoColumns(
		`${label} ${row.type.placeholder}`.trimEnd(),
		row.help + (isDefaultTold ? ` [${shown}]` : ""),
	);
	return lines.replace(
		/\[[^\]]*\]\n$/u,
		(part) => `${style.dim(part.trimEnd())}\n`,
	);
}
