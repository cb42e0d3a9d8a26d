import { ConfigError } from "../../errors.ts";
import { matchesModel } from "../../models/glob.ts";
import type { Terminal } from "../terminal.ts";
import {
	type Named,
	openFolder,
	readAll,
	readArguments,
	staleness,
} from "./folder.ts";

/** `outcrop cassettes prune`: deletes those for which all that is given holds. */
export async function prune(
	args: readonly string[],
	terminal: Terminal,
): Promise<number> {
	const { values, positionals } = readArguments("prune", args, {
		"older-than": { type: "string" },
		stale: { type: "boolean" },
		model: { type: "string" },
		"dry-run": { type: "boolean" },
	});
	const { "older-than": age, model, stale } = values;
	const tests: ((named: Named) => boolean)[] = [];
	if (age !== undefined) tests.push(olderThan(age, Date.now()));
	if (model !== undefined)
		tests.push(({ cassette }) => matchesModel([model], cassette.request.model));
	if (stale) {
		const changesOf = await staleness(terminal);
		tests.push(({ cassette }) => changesOf(cassette).length > 0);
	}
	if (tests.length === 0)
		throw new ConfigError(
			"outcrop cassettes prune needs to know which: --older-than 90d, --stale or --model GLOB.",
		);
	const folder = await openFolder(positionals, terminal);
	const pruned = readAll(folder, terminal).filter((named) =>
		tests.every((test) => test(named)),
	);
	for (const { file } of pruned) {
		if (!values["dry-run"]) folder.remove(file);
		terminal.stdout.write(`${file}\n`);
	}
	const verb = values["dry-run"] ? "would be deleted" : "deleted";
	terminal.stdout.write(`${pruned.length} ${verb}.\n`);
	return 0;
}

const unitMs: Record<string, number> = {
	h: 3_600_000,
	d: 86_400_000,
	w: 604_800_000,
};

function olderThan(age: string, nowMs: number): (named: Named) => boolean {
	const [, amount, unit = ""] = /^(\d+)([hdw])$/u.exec(age) ?? [];
	const limitMs = Number(amount) * (unitMs[unit] ?? Number.NaN);
	if (Number.isNaN(limitMs))
		throw new ConfigError(
			`--older-than takes an age such as 12h, 90d or 8w, not ${JSON.stringify(age)}.`,
		);
	return ({ cassette }) => nowMs - Date.parse(cassette.recorded) > limitMs;
}
