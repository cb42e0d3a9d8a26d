import type { RE2JS } from "re2js";
import { compileGlobs, type Glob } from "./glob.ts";
import { type Captures, compilePattern } from "./pattern.ts";
import type { ToolResult } from "./request.ts";
import type { ToolResultSource } from "./source.ts";
import { foldText } from "./text.ts";
import { holds } from "./values.ts";

/** Makes the test of tool results against what a script says of them. */
export function compileResults(
	source: ToolResultSource,
	re2: typeof RE2JS | undefined,
): {
	globs: Glob[];
	captures: readonly string[];
	test(results: readonly ToolResult[], captures: Captures): boolean;
} {
	const wanted = readToolResult(source);
	const globs = wanted.name === undefined ? [] : compileGlobs(wanted.name);
	const pattern =
		wanted.text === undefined ? undefined : compilePattern(wanted.text, re2);
	const fits = (result: ToolResult, captures: Captures) => {
		if (globs.length > 0 && !globs.some((glob) => glob.matches(result.name)))
			return false;
		if (wanted.status !== undefined && wanted.status !== result.status)
			return false;
		if (wanted.value !== undefined && !holds(result.value, wanted.value))
			return false;
		const found = pattern ? pattern.match(foldText(result.text)) : {};
		if (found) Object.assign(captures, found);
		return found !== undefined;
	};
	const present = source !== false;
	return {
		globs,
		captures: pattern?.captures ?? [],
		test: (results, captures) =>
			results.some((result) => fits(result, captures)) === present,
	};
}

/** The members of a tool result's condition. */
function readToolResult(
	source: ToolResultSource,
): Exclude<ToolResultSource, boolean | string> {
	if (typeof source === "boolean") return {};
	return typeof source === "string" ? { name: source } : source;
}
