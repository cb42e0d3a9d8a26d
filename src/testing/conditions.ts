/** What a rule, written in a test, asks of a request. Each is a part of a script's `when`. */

import type {
	GlobsSource,
	NumbersSource,
	PatternSource,
	WhenSource,
} from "../engines/script/source.ts";
import type { Json } from "../json.ts";
import { showMet } from "../show-met.ts";

/**
 * Text to look for: a regular expression (run by RE2: without look-around and back-references), plain text with
 * `{captures}`, `{ is: "the whole text" }`, or a list of which one is enough. Plain text ignores case.
 */
export type TextPattern =
	| string
	| RegExp
	| { is: string }
	| readonly TextPattern[];

/** A part of a script's `when`, made by `user()`, `model()` and their like, or written by hand. */
export type Condition = WhenSource;

/** What a tool gave back. */
export interface ToolResultPattern {
	/** The tool's name; `*` stands for any characters. */
	name?: GlobsSource;
	status?: "success" | "error";
	/** The result as text. */
	text?: TextPattern;
	/** What the result's JSON must hold at least. */
	value?: Json;
}

/** The text of the last user message. */
export function user(pattern: TextPattern): Condition {
	return { user: readPattern(pattern) };
}

/** The system prompt. */
export function system(pattern: TextPattern): Condition {
	return { system: readPattern(pattern) };
}

/** The text of any message of the conversation. */
export function message(pattern: TextPattern): Condition {
	return { message: readPattern(pattern) };
}

/**
 * A tool result in the last message.
 *
 * @param tool - the tool's name, what the result is, or nothing for any result
 */
export function toolResult(
	tool?: string | ToolResultPattern,
	result: Omit<ToolResultPattern, "name"> = {},
): Condition {
	if (tool === undefined) return { toolResult: true };
	const { text, ...rest } =
		typeof tool === "string" ? { ...result, name: tool } : tool;
	return {
		toolResult: {
			...rest,
			...(text !== undefined && { text: readPattern(text) }),
		},
	};
}

/** The model id, inference-profile id or ARN; `*` stands for any characters: `model("anthropic.*")`. */
export function model(id: GlobsSource): Condition {
	return { model: id };
}

/** The operation, such as `Converse` or `*Stream`. */
export function operation(name: GlobsSource): Condition {
	return { operation: name };
}

/** Tools that the request offers; of a list, all. */
export function tools(names: GlobsSource): Condition {
	return { tools: names };
}

/** Which turn of its conversation the request is: 1 for the first question, each answer adds 1. */
export function turn(numbers: NumbersSource): Condition {
	return { turn: numbers };
}

/** Counts the requests that meet the rule's other conditions, from 1: `nth(2)`, `nth({ from: 3 })`. */
export function nth(numbers: NumbersSource): Condition {
	return { nth: numbers };
}

/** JSONPath to expected value over the request in Converse's form: `request("$.inferenceConfig.temperature", 0)`. */
export function request(path: string, value: Json): Condition {
	return { request: { [path]: value } };
}

/** `requestMetadata`: a glob a key. */
export function metadata(entries: Record<string, GlobsSource>): Condition {
	return { metadata: entries };
}

/** One of these must hold. */
export function any(...conditions: Condition[]): Condition {
	return { any: conditions };
}

/** This must not hold. */
export function not(condition: Condition): Condition {
	return { not: condition };
}

/** All of these must hold; without any, every request will do. */
export function all(...conditions: Condition[]): Condition {
	return conditions.reduce(both, {});
}

/** The type says so too, but not to JavaScript. @throws TypeError on what is no condition */
export function checkConditions(conditions: readonly unknown[]): void {
	for (const condition of conditions)
		if (typeof condition !== "object" || condition === null)
			throw new TypeError(
				`when() takes conditions such as user("hello"), not ${showMet(condition)}.`,
			);
}

/** Two conditions on the same thing go into `any` of one: a `when` has each of its members once. */
function both(one: Condition, other: Condition): Condition {
	if (!Object.keys(other).some((name) => name in one))
		return { ...one, ...other };
	return {
		...one,
		any: one.any ? one.any.map((branch) => both(branch, other)) : [other],
	};
}

/**
 * A pattern as scripts write it.
 *
 * @throws TypeError on a flag of regular expressions that RE2 has no word for
 */
function readPattern(pattern: TextPattern): PatternSource {
	if (pattern instanceof RegExp) return readRegExp(pattern);
	if (isList(pattern)) return pattern.map(readPattern);
	return pattern;
}

function readRegExp({ source, flags }: RegExp): string {
	if (/[dv]/.test(flags))
		throw new TypeError(
			`/${source}/${flags}: scripts know the flags g, i, m, s, u and y. Leave ${flags.replace(/[gimsuy]/g, "")} out.`,
		);
	return `/${source}/${flags}`;
}

/** `Array.isArray` forgets that a list may be read-only. */
function isList(pattern: TextPattern): pattern is readonly TextPattern[] {
	return Array.isArray(pattern);
}
