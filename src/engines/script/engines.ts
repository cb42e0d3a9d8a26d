/** Rules that send what they match to another engine. */
import { hintFor } from "../../nearest.ts";
import { engineNames } from "../choice.ts";
import type { CompiledRule } from "./compile.ts";
import { ScriptError } from "./problems.ts";
import type { ScriptPath, ScriptProblem } from "./source.ts";

/** Every engine but the one that reads the rules. */
const known = engineNames.filter((name) => name !== "script");

/**
 * Reads the engine that a reply is left to.
 *
 * @throws ScriptError when there is none of that name
 */
export function readEngine(
	name: string | undefined,
	path: ScriptPath,
): string | undefined {
	if (name === undefined || known.some((engine) => engine === name))
		return name;
	const hint = hintFor(name, known, `There are: ${known.join(", ")}.`);
	throw new ScriptError(
		[...path, "engine"],
		`There is no engine ${name} to send a turn to.${hint}`,
	);
}

/**
 * What rules ask for that this Outcrop was not started with, a problem a rule.
 *
 * @param engines - names of those that are there
 */
export function findMissingEngines(
	rules: readonly CompiledRule[],
	engines: readonly string[],
): ScriptProblem[] {
	return rules.flatMap((rule) => {
		const missing = rule.replies.find(
			({ engine }) => engine !== undefined && !engines.includes(engine),
		);
		if (!missing) return [];
		const list = [
			...engines.filter((name) => name !== "script"),
			missing.engine,
		];
		const message = `${rule.name} sends turns to the engine ${missing.engine}, which this Outcrop was not started with. Name it: --engine ${list.join(",")}. Behind stub it is asked by rules only.`;
		// The rule's name says where it stands.
		return [{ file: "", line: 1, column: 1, message, severity: "error" }];
	});
}
