/**
 * Regular expressions of users, run by RE2 (`re2js`): time is linear in the text whatever the pattern, so look-around and
 * back-references do not exist. None is ever given to the runtime's own engine.
 */
import type { RE2JS } from "re2js";
import { foldLiteral } from "./text.ts";

/** How much of a text a regular expression looks at, in characters. */
const maxSearched = 100_000;

/** The longest pattern, in characters. */
const maxPattern = 2_000;

/** A compiled regular expression. */
export interface Regex {
	/** Named groups; groups without a name are "1", "2" and so on. */
	readonly captures: readonly string[];
	/** Every text that matches holds one of these once it is folded; undefined: nothing is known of it. */
	readonly literals: readonly string[] | undefined;
	/** The groups that took part, or undefined when the text does not match. */
	match(text: string): Record<string, string> | undefined;
}

/** Tells `/pattern/flags` from plain text; `/usr/bin` is plain. */
export function readRegex(
	text: string,
): { pattern: string; flags: string } | undefined {
	const match = /^\/([\s\S]+)\/([gimsuy]*)$/.exec(text);
	return match ? { pattern: match[1] ?? "", flags: match[2] ?? "" } : undefined;
}

/**
 * Compiles a regular expression.
 *
 * @throws Error with RE2's reason
 */
export function compileRegex(
	pattern: string,
	flags: string,
	re2: typeof RE2JS,
): Regex {
	if (pattern.length > maxPattern)
		throw new Error(
			`It has ${pattern.length} characters; up to ${maxPattern} are allowed`,
		);
	let bits = 0;
	if (flags.includes("i")) bits |= re2.CASE_INSENSITIVE;
	if (flags.includes("m")) bits |= re2.MULTILINE;
	if (flags.includes("s")) bits |= re2.DOTALL;
	const compiled = re2.compile(re2.translateRegExp(pattern), bits);
	const named = compiled.namedGroups();
	const groups = Array.from({ length: compiled.groupCount() }, (_, index) => {
		const name = Object.keys(named).find((key) => named[key] === index + 1);
		return name ?? String(index + 1);
	});
	return {
		captures: groups,
		literals: requiredLiterals(pattern),
		match(text) {
			const matcher = compiled.matcher(text.slice(0, maxSearched));
			if (!matcher.find()) return undefined;
			const found: Record<string, string> = {};
			for (const [index, name] of groups.entries()) {
				const value = matcher.group(index + 1);
				if (typeof value === "string") found[name] = value;
			}
			return found;
		},
	};
}

/** More branches than this are not worth a place in the index. */
const maxBranches = 16;

/**
 * Texts of which a match must hold one: the longest run of plain characters of each branch, folded. Careful rather than
 * clever: what it does not understand ends a run, and a branch without a run means undefined.
 */
export function requiredLiterals(pattern: string): string[] | undefined {
	// Flags and comments in the middle of a pattern change what its characters mean.
	if (/\(\?[^:<P]/.test(pattern)) return undefined;
	const branches = splitBranches(pattern);
	if (branches === undefined || branches.length > maxBranches) return undefined;
	const literals: string[] = [];
	for (const branch of branches) {
		const literal = longestRun(branch);
		if (literal === undefined) return undefined;
		literals.push(literal);
	}
	return literals;
}

/** The branches of the outermost alternation. */
function splitBranches(pattern: string): string[] | undefined {
	const branches: string[] = [];
	let start = 0;
	let depth = 0;
	for (let at = 0; at < pattern.length; at++) {
		const character = pattern[at];
		if (character === "\\") {
			if (pattern[at + 1] === "Q") return undefined;
			at++;
		} else if (character === "[") at = endOfClass(pattern, at);
		else if (character === "(") depth++;
		else if (character === ")") depth--;
		else if (character === "|" && depth === 0) {
			branches.push(pattern.slice(start, at));
			start = at + 1;
		}
	}
	return [...branches, pattern.slice(start)];
}

function endOfClass(pattern: string, start: number): number {
	// A bracket right after the opening one, or after its ^, is a member.
	let at = start + 1;
	if (pattern[at] === "^") at++;
	if (pattern[at] === "]") at++;
	for (; at < pattern.length && pattern[at] !== "]"; at++) {
		if (pattern[at] === "\\") at++;
		else if (pattern.startsWith("[:", at)) {
			const end = pattern.indexOf(":]", at);
			if (end > 0) at = end + 1;
		}
	}
	return at;
}

function longestRun(branch: string): string | undefined {
	let best = "";
	let run = "";
	const flush = () => {
		const folded = foldLiteral(run);
		if (folded.length > best.length) best = folded;
		run = "";
	};
	let depth = 0;
	for (let at = 0; at < branch.length; at++) {
		const character = branch[at] as string;
		let literal: string | undefined;
		if (character === "[") at = endOfClass(branch, at);
		else if (character === "(") depth++;
		else if (character === ")") depth--;
		else if (character === "\\") {
			const escaped = branch[++at] ?? "";
			if (/[^a-z0-9]/i.test(escaped)) literal = escaped;
			// \p{Greek}, \x{1F600}, \x41: the rest of the escape is no text.
			else if (/[pPxu]/.test(escaped)) at = endOfEscape(branch, at);
		} else if (character === "{") {
			const end = branch.indexOf("}", at);
			if (end > 0) at = end;
		} else if (!"^$.*+?}".includes(character)) literal = character;

		if (literal === undefined || depth > 0) {
			flush();
			continue;
		}
		const next = branch[at + 1] ?? "";
		// A repeated character may be missing, or be there twice: it ends the run before it.
		if (next !== "" && "*?{+".includes(next)) flush();
		else run += literal;
	}
	flush();
	return best.trim() === "" ? undefined : best;
}

function endOfEscape(branch: string, at: number): number {
	if (branch[at + 1] === "{") {
		const end = branch.indexOf("}", at);
		return end < 0 ? branch.length : end;
	}
	const digits = { x: 2, u: 4 }[branch[at] as string] ?? 1;
	return at + digits;
}
