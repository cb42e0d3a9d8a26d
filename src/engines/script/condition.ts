/** Conditions of rules, and the kinds there are. */

import type { RE2JS } from "re2js";
import type { Json } from "../../json.ts";
import type { Glob } from "./glob.ts";
import { compileNumbers } from "./numbers.ts";
import { type Captures, compilePattern } from "./pattern.ts";
import type { ScriptRequest } from "./request.ts";
import type {
	NumbersSource,
	PatternSource,
	ToolResultSource,
} from "./source.ts";
import { type FoldedText, quote } from "./text.ts";
import { compileResults } from "./tool-results.ts";
import { showJson } from "./values.ts";

/** A text of the request that rules can be looked up by. */
export type Field =
	| "user"
	| "asked"
	| "system"
	| "messages"
	| "model"
	| "toolResult";

/** The condition can only hold when one of the literals, folded, stands in the field. */
export interface Key {
	field: Field;
	literals: readonly string[];
}

/** One member of `when`. */
export interface Condition {
	/** Such as `user`; it begins the explanation. */
	readonly member: string;
	/** Conditions are tried in this order: 0 a comparison, 1 a search in one text, 2 in all of the request. */
	readonly cost: 0 | 1 | 2;
	readonly key?: Key | undefined;
	/** Names it may set. */
	readonly captures: readonly string[];
	readonly expected: string;
	/** Adds to the captures where it holds. */
	test(request: ScriptRequest, captures: Captures): boolean;
	/** What was met in place of what was expected. */
	met(request: ScriptRequest): string;
}

export function globKey(field: Field, globs: readonly Glob[]): Key | undefined {
	const literals = globs.flatMap((glob) => glob.literals.slice(0, 1));
	return literals.length === globs.length ? { field, literals } : undefined;
}

export function names(
	member: string,
	globs: readonly Glob[],
	namesOf: (request: ScriptRequest) => readonly string[],
): Condition {
	return {
		member,
		cost: 0,
		captures: [],
		expected: globs.map(({ source }) => quote(source, 120)).join(" or "),
		test: (request) =>
			namesOf(request).some((name) => globs.some((glob) => glob.matches(name))),
		met: (request) =>
			namesOf(request)
				.map((name) => quote(name, 120))
				.join(", ") || "none",
	};
}

export function text(
	member: string,
	source: PatternSource,
	field: Field,
	textOf: (request: ScriptRequest) => FoldedText,
	re2: typeof RE2JS | undefined,
): Condition {
	const pattern = compilePattern(source, re2);
	return {
		member,
		cost: 1,
		key: pattern.literals && { field, literals: pattern.literals },
		captures: pattern.captures,
		expected: pattern.expected,
		test(request, captures) {
			const found = pattern.match(textOf(request));
			if (found) Object.assign(captures, found);
			return found !== undefined;
		},
		met: (request) => showText(textOf(request).raw),
	};
}

function showText(raw: string): string {
	return raw === "" ? "no text" : quote(raw);
}

/** A condition on the tool results of the last message. */
export function compileToolResult(
	source: ToolResultSource,
	re2: typeof RE2JS | undefined,
): Condition {
	const { globs, captures, test } = compileResults(source, re2);
	return {
		member: "toolResult",
		cost: 1,
		key: globs.length > 0 ? globKey("toolResult", globs) : undefined,
		captures,
		expected:
			typeof source === "boolean"
				? source
					? "any"
					: "none"
				: showJson(source),
		test: (request, found) => test(request.toolResults, found),
		met: (request) =>
			request.toolResults
				.map(({ name, status, value }) => showJson({ name, status, value }))
				.join(", ") || "none",
	};
}

export function number(
	member: string,
	source: NumbersSource,
	numberOf: (request: ScriptRequest) => number,
): Condition {
	const fits = compileNumbers(source);
	return {
		member,
		cost: 0,
		captures: [],
		expected: showJson(source as Json),
		test: (request) => fits(numberOf(request)),
		met: (request) => String(numberOf(request)),
	};
}

export function presence(
	kind: "image" | "document" | "video",
	wanted: boolean,
): Condition {
	return {
		member: kind,
		cost: 1,
		captures: [],
		expected: String(wanted),
		test: (request) => request.has(kind) === wanted,
		met: () => String(!wanted),
	};
}
