import type { RE2JS } from "re2js";
import { isObject, type Json } from "../../json.ts";
import type { Condition } from "./condition.ts";
import { compileRegex, readRegex } from "./regex.ts";
import type { ScriptRequest } from "./request.ts";
import type { Tools } from "./tools.ts";
import { holds, showJson } from "./values.ts";

/**
 * Compiles a JSONPath and what is expected to be found by it.
 *
 * @throws Error on a broken path or regular expression
 */
export function compileQuery(
	query: string,
	expected: Json | undefined,
	{ jsonPath, re2 }: Tools,
): Condition {
	if (!jsonPath) throw new Error("The JSONPath library is not loaded");
	const compiled = jsonPath.compile(query);
	const valuesOf = (request: ScriptRequest): Json[] => {
		try {
			return compiled.query(request.json as never).values() as Json[];
		} catch {
			// Documents deeper than the library goes hold nothing for a script.
			return [];
		}
	};
	const fits = compileValue(expected ?? null, re2);
	return {
		member: query,
		cost: 2,
		captures: [],
		expected: showJson(expected ?? null),
		test: (request) => fits(valuesOf(request)),
		met: (request) => valuesOf(request).map(showJson).join(", ") || "nothing",
	};
}

function compileValue(
	expected: Json,
	re2: typeof RE2JS | undefined,
): (values: Json[]) => boolean {
	if (isObject(expected) && typeof expected.exists === "boolean") {
		const { exists } = expected;
		return (values) => values.length > 0 === exists;
	}
	const regex = typeof expected === "string" ? readRegex(expected) : undefined;
	if (!regex || !re2)
		return (values) => values.some((value) => holds(value, expected));
	const compiled = compileRegex(regex.pattern, regex.flags, re2);
	return (values) =>
		values.some(
			(value) =>
				typeof value === "string" && compiled.match(value) !== undefined,
		);
}
