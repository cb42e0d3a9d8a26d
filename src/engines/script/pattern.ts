import type { RE2JS } from "re2js";
import { compileRegex, readRegex } from "./regex.ts";
import type { PatternSource } from "./source.ts";
import { type FoldedText, foldLiteral, quote } from "./text.ts";

/** What patterns took out of texts, by name. */
export type Captures = Record<string, string>;

/** Finds something in a text. */
export interface Pattern {
	/** What was expected, for messages. */
	readonly expected: string;
	/** Names it may set. */
	readonly captures: readonly string[];
	/** Every text that matches holds one of these once it is folded; undefined: nothing is known of it. */
	readonly literals: readonly string[] | undefined;
	match(text: FoldedText): Captures | undefined;
}

/**
 * Compiles a pattern.
 *
 * @throws Error on a broken regular expression, or captures that cannot be told apart
 */
export function compilePattern(
	source: PatternSource,
	re2: typeof RE2JS | undefined,
): Pattern {
	if (Array.isArray(source))
		return anyOf(source.map((one) => compilePattern(one, re2)));
	if (typeof source === "object") return wholeText(source.is);
	const regex = readRegex(source);
	if (!regex) return plainText(source);
	if (!re2) throw new Error("The regular expressions' engine is not loaded");
	const compiled = compileRegex(regex.pattern, regex.flags, re2);
	return {
		expected: source,
		captures: compiled.captures,
		literals: compiled.literals,
		match: (text) => compiled.match(text.raw),
	};
}

function anyOf(patterns: Pattern[]): Pattern {
	const literals = patterns.flatMap((pattern) => pattern.literals ?? []);
	return {
		expected: patterns.map((pattern) => pattern.expected).join(" or "),
		captures: patterns.flatMap((pattern) => pattern.captures),
		literals: patterns.some((pattern) => pattern.literals === undefined)
			? undefined
			: literals,
		match(text) {
			for (const pattern of patterns) {
				const captures = pattern.match(text);
				if (captures) return captures;
			}
			return undefined;
		},
	};
}

function wholeText(source: string): Pattern {
	const wanted = foldLiteral(source).trim();
	return {
		expected: `exactly ${quote(source)}`,
		captures: [],
		literals: wanted === "" ? undefined : [wanted],
		match: (text) => (text.folded.trim() === wanted ? {} : undefined),
	};
}

const captureName = /\\[{}]|\{([A-Za-z_]\w*)\}/g;

/** The pieces of a plain pattern: texts at even places, names of captures between them. */
function splitPlain(source: string): {
	texts: string[];
	names: string[];
} {
	const texts: string[] = [];
	const names: string[] = [];
	let start = 0;
	let text = "";
	for (const match of source.matchAll(captureName)) {
		text += source.slice(start, match.index);
		start = match.index + match[0].length;
		if (match[1] === undefined) {
			text += match[0].slice(1);
			continue;
		}
		texts.push(text);
		names.push(match[1]);
		text = "";
	}
	texts.push(text + source.slice(start));
	return { texts, names };
}

/**
 * Text that stands anywhere, whatever its case and spaces. Each text is looked for from where the one before it ended, so
 * time is linear. A capture takes at least one character; one at an end of the pattern ends where the sentence or line
 * does, without its closing punctuation.
 */
function plainText(source: string): Pattern {
	const { texts, names } = splitPlain(source.trim());
	const literals = texts.map(foldLiteral);
	if (new Set(names).size < names.length)
		throw new Error("A capture stands in it twice; give each its own name");
	if (literals.slice(1, -1).some((literal) => literal.trim() === ""))
		throw new Error(
			"Two captures stand side by side; put text between them to tell them apart",
		);
	const longest = literals.toSorted((a, b) => b.length - a.length)[0] ?? "";
	return {
		expected: quote(source),
		captures: names,
		literals: longest.trim() === "" ? undefined : [longest],
		match: (text) => matchPlain(literals, names, text),
	};
}

function matchPlain(
	literals: readonly string[],
	names: readonly string[],
	{ even, folded }: FoldedText,
): Captures | undefined {
	const first = literals[0] ?? "";
	const found = folded.indexOf(first);
	if (found < 0) return undefined;
	const captures: Captures = {};
	let from = found + first.length;
	for (const [index, name] of names.entries()) {
		const literal = literals[index + 1] ?? "";
		const open = literal === "";
		const end = open
			? endOfCapture(even, from, first)
			: folded.indexOf(literal, from + 1);
		if (end < 0) return undefined;
		// A pattern that begins with a capture begins somewhere before its first text.
		const start =
			index === 0 && first === "" && !open ? startOfSentence(even, end) : from;
		const captured = tidy(even.slice(start, end), open);
		if (captured === "") return undefined;
		captures[name] = captured;
		from = end + literal.length;
	}
	return captures;
}

/** A capture that is the whole pattern takes the whole text. */
function endOfCapture(even: string, from: number, first: string): number {
	return from === 0 && first === "" ? even.length : endOfSentence(even, from);
}

const closing = ".!?";

function isBorder(text: string, at: number): boolean {
	if (text[at] === "\n") return true;
	if (!closing.includes(text[at] as string)) return false;
	const next = text[at + 1];
	return next === undefined || next === " " || next === "\n";
}

function endOfSentence(text: string, from: number): number {
	let begun = false;
	for (let at = from; at < text.length; at++) {
		const border = isBorder(text, at);
		// What stands before the first word is no sentence.
		if (border && begun) return at;
		if (!border && text[at] !== " ") begun = true;
	}
	return text.length;
}

function startOfSentence(text: string, end: number): number {
	let begun = false;
	for (let at = end - 1; at >= 0; at--) {
		const border = isBorder(text, at);
		if (border && begun) return at + 1;
		if (!border && text[at] !== " ") begun = true;
	}
	return 0;
}

/** Without the spaces around it, the punctuation that closes a sentence, and quotes around the whole. */
function tidy(text: string, atEnd: boolean): string {
	let tidied = text.trim();
	if (atEnd) {
		let end = tidied.length;
		while (end > 0 && ".!?,;:".includes(tidied[end - 1] as string)) end--;
		tidied = tidied.slice(0, end).trim();
	}
	const [open] = tidied;
	const quoted =
		tidied.length > 2 &&
		(open === '"' || open === "'") &&
		tidied.at(-1) === open;
	return quoted ? tidied.slice(1, -1).trim() : tidied;
}
