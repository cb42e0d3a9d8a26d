import type { Random } from "../call.ts";
import type { Json, JsonObject } from "../json.ts";
import { type CheckBudget, isValid } from "./sample/check.ts";
import { maxSteps } from "./sample/flatten.ts";
import { Sampler } from "./sample/sampler.ts";

/**
 * Values made before giving up: the fullest and most telling first, then with required properties only, and both again
 * without the schema's hints.
 */
const maxAttempts = 16;

/**
 * A value that is valid against a JSON Schema (draft 7 to 2020-12 as tools use them), the same for the same chance.
 * Values suit their property's name (`city` gives `Paris`); optional properties are there unless they would recurse.
 *
 * Every value is checked, and made anew in other ways when it is not valid. Where nothing made is surely valid (the
 * check does not run dangerous patterns) one that may be is given, and else, for a schema that nothing satisfies or
 * nothing this small (a list of a million items), the first one made. Depth, size and work are bounded for any schema.
 */
export function sampleJson(schema: unknown, random: Random): Json {
	const root = readSchema(schema);
	const budget: CheckBudget = { steps: 100_000, matching: { left: 3_000_000 } };
	let first: Json | undefined;
	let unsure: Json | undefined;
	let steps = 0;
	for (
		let attempt = 0;
		attempt < maxAttempts && steps < maxSteps && budget.steps > 0;
		attempt++
	) {
		const sampler = new Sampler(
			root,
			random,
			attempt % 2 === 0,
			attempt % 4 < 2,
		);
		const value = sampler.value(root, "", 0);
		const valid = isValid(root, value, budget);
		if (valid) return value;
		if (valid === undefined) unsure ??= value;
		first ??= value;
		steps += sampler.steps;
		// What is too large once is too large again, in much the same time.
		if (sampler.exhausted) attempt += 4;
	}
	return unsure ?? first ?? null;
}

/** Documents are JSON once they were read; whatever is no schema allows everything. */
function readSchema(schema: unknown): Json {
	return typeof schema === "object" && schema !== null
		? (schema as JsonObject)
		: schema !== false;
}
