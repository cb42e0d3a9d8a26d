import { flagName, type Options, type Setting } from "./option.ts";
import type { Problems } from "./problems.ts";

/**
 * Reads `--name value`, `--name=value`, `--switch` and `--no-switch`. The last of repeated flags counts, those of lists
 * add up. Node's own `parseArgs` stops at the first problem; this reports all, with the nearest name.
 */
export function readFlags(
	argv: readonly string[],
	options: Options,
	folder: string,
	problems: Problems,
): Setting[] {
	const flags = flagsOf(options);
	const settings = new Map<string, Setting>();
	for (let index = 0; index < argv.length; index++) {
		const argument = argv[index] ?? "";
		if (!argument.startsWith("-")) {
			problems.add(
				`Unexpected argument "${argument}". Options are written --name value or --name=value.`,
			);
			continue;
		}
		const [label, attached] = splitArgument(argument);
		const follower = attached === undefined ? argv[index + 1] : undefined;
		const flag = flags.get(label);
		if (flag === undefined) {
			const known = [...flags.keys(), "--help", "--version"];
			problems.addUnknown("Unknown option", label, known, "--");
			// What follows was meant as its value: one problem, not two.
			if (follower !== undefined && !follower.startsWith("-")) index++;
			continue;
		}
		const { name, form } = flag;
		let value: unknown;
		if (form === "boolean") {
			value = readSwitch(flag, label, attached, problems);
		} else if (
			attached === undefined &&
			(follower === undefined || follower.startsWith("--"))
		) {
			problems.add(`${label} needs a value: ${options[name]?.type.takes}.`);
			continue;
		} else {
			value = attached ?? follower;
			if (attached === undefined) index++;
		}
		const earlier = settings.get(name);
		// No joining: a comma may be part of a value, as of a regular expression.
		if (form === "list" && earlier) value = [earlier.value, value].flat();
		settings.set(name, { name, value, label, folder });
	}
	return [...settings.values()];
}

function splitArgument(
	argument: string,
): [label: string, attached: string | undefined] {
	const equals = argument.indexOf("=");
	return equals < 0
		? [argument, undefined]
		: [argument.slice(0, equals), argument.slice(equals + 1)];
}

function readSwitch(
	flag: Flag,
	label: string,
	attached: string | undefined,
	problems: Problems,
): unknown {
	if (flag.negated && attached !== undefined) {
		problems.add(
			`${label} takes no value. Write ${flagName(flag.name)}=${attached}.`,
		);
	}
	return attached ?? !flag.negated;
}

interface Flag {
	name: string;
	negated: boolean;
	form: string;
}

function flagsOf(options: Options): Map<string, Flag> {
	const flags = new Map<string, Flag>();
	for (const [name, { type, only }] of Object.entries(options)) {
		if (only === "file") continue;
		flags.set(flagName(name), { name, negated: false, form: type.form });
		if (type.form === "boolean") {
			flags.set(flagName(name).replace("--", "--no-"), {
				name,
				negated: true,
				form: type.form,
			});
		}
	}
	return flags;
}
