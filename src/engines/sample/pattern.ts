import type { Random } from "../../call.ts";

/** A regular expression as a thing to make texts from. */
type Node =
	| { kind: "chars"; chars: string[] }
	| { kind: "sequence"; parts: Node[] }
	| { kind: "either"; options: Node[] }
	| { kind: "repeat"; of: Node; min: number; max: number };

/** A pattern that was read; look-arounds are not in the node. */
interface ReadPattern {
	node: Node;
	lookAround: boolean;
}

const maxPatternLength = 1000;
const maxTextLength = 1000;
/** Of texts that are asked to be longer, UTF-16 units. */
const maxLongText = 10_000;
const maxTries = 24;
const maxNesting = 20;
const maxClassSize = 400;

const digits = "0123456789";
const lower = "abcdefghijklmnopqrstuvwxyz";
const word = `${lower}${lower.toUpperCase()}${digits}_`;
const printable = Array.from({ length: 95 }, (_, index) =>
	String.fromCharCode(32 + index),
).join("");
/** `.` and negated classes choose from these first. */
const plain = `${lower}${digits}`;

/**
 * A text that matches the pattern, with a length from `min` to `max` where that can be had; undefined when the pattern
 * cannot be read (back-references, or longer than 1000 characters). Look-arounds are passed over. Bounded: the text has at
 * most about 1000 characters, or as many as `min` asks for up to 10,000, whatever the pattern's counts say.
 */
export function sampleText(
	pattern: string,
	min: number,
	max: number,
	random: Random,
): string | undefined {
	const budget = { left: 100_000 };
	const read = readPattern(pattern);
	if (!read) return undefined;
	const room = Math.max(maxTextLength, 2 * Math.min(min, maxLongText));
	let text: string | undefined;
	let shorter = 0;
	let longer = Number.POSITIVE_INFINITY;
	let extra = 1;
	for (let tries = 0; tries < maxTries; tries++) {
		const made = write(read.node, extra, random, { left: room });
		const fits = made.length >= min && made.length <= max;
		if (fits && matches(pattern, made, budget) !== false) return made;
		text ??= made;
		if (made.length < min) shorter = Math.max(shorter, extra);
		else if (made.length > max) longer = Math.min(longer, extra);
		extra = nextExtra(extra, shorter, longer, random);
	}
	return text;
}

/** How much longer the repeats should be next: between what was too short and what was too long. */
function nextExtra(
	extra: number,
	shorter: number,
	longer: number,
	random: Random,
): number {
	if (longer === Number.POSITIVE_INFINITY)
		return shorter >= extra ? Math.min(2 * extra + 1, maxLongText) : extra;
	// Chance is in the lengths, so a border once met is no proof.
	const low = Math.min(shorter, longer);
	return low + Math.floor(random.next() * (longer - low + 1));
}

/** How much work may still be spent on matching, in steps of the regular expression engine at worst. */
export interface MatchBudget {
	left: number;
}

/**
 * Whether the text has a match; undefined when finding out might cost more than is left of the budget (the worst case
 * counts, so nested repeats are never run), when the pattern has look-arounds, or is no regular expression.
 */
export function matches(
	pattern: string,
	text: string,
	budget: MatchBudget,
): boolean | undefined {
	budget.left -= Math.min(pattern.length, maxPatternLength);
	if (budget.left <= 0) return undefined;
	const read = readPattern(pattern);
	if (!read || read.lookAround) return undefined;
	const starts = pattern.startsWith("^") ? 1 : text.length + 1;
	const cost = (ways(read.node, text.length) + text.length) * starts;
	if (cost > budget.left) return undefined;
	budget.left -= cost;
	try {
		return new RegExp(pattern, "u").test(text);
	} catch {
		return undefined;
	}
}

/** In how many ways a node could be tried against a text of this length, at most. */
function ways(node: Node, length: number): number {
	if (node.kind === "chars") return 1;
	if (node.kind === "sequence")
		return node.parts.reduce(
			(product, part) => product * ways(part, length),
			1,
		);
	if (node.kind === "either")
		return node.options.reduce((sum, option) => sum + ways(option, length), 0);
	const inner = ways(node.of, length);
	const most = Math.min(node.max, length);
	if (node.max <= 1) return 1 + inner;
	if (inner > 1)
		return node.min === node.max ? inner ** most : Number.POSITIVE_INFINITY;
	return Math.max(1, most - node.min + 1);
}

function readPattern(pattern: string): ReadPattern | undefined {
	if (pattern.length > maxPatternLength) return undefined;
	const reader = new PatternReader(pattern);
	try {
		const node = reader.read();
		return { node, lookAround: reader.lookAround };
	} catch (error) {
		if (error instanceof UnreadablePattern) return undefined;
		throw error;
	}
}

class UnreadablePattern extends Error {}

/** Reads the part of JavaScript's regular expressions that schemas use. */
class PatternReader {
	lookAround = false;
	readonly #pattern: string;
	#at = 0;
	#nesting = 0;

	constructor(pattern: string) {
		this.#pattern = pattern;
	}

	read(): Node {
		const node = this.#either();
		if (this.#at < this.#pattern.length) throw new UnreadablePattern();
		return node;
	}

	#either(): Node {
		if (++this.#nesting > maxNesting) throw new UnreadablePattern();
		const options = [this.#sequence()];
		while (this.#take("|")) options.push(this.#sequence());
		this.#nesting--;
		return options.length === 1
			? (options[0] as Node)
			: { kind: "either", options };
	}

	#sequence(): Node {
		const parts: Node[] = [];
		while (
			this.#at < this.#pattern.length &&
			!this.#sees("|") &&
			!this.#sees(")")
		) {
			parts.push(this.#repeat(this.#atom()));
		}
		return { kind: "sequence", parts };
	}

	#atom(): Node {
		if (this.#take("(")) return this.#group();
		if (this.#take("[")) return this.#class();
		if (this.#take("^") || this.#take("$"))
			return { kind: "sequence", parts: [] };
		if (this.#take(".")) return chars(plain);
		if (this.#take("\\")) return this.#escape();
		if (this.#sees("*") || this.#sees("+") || this.#sees("?"))
			throw new UnreadablePattern();
		return chars(this.#next());
	}

	#group(): Node {
		const around = ["?=", "?!", "?<=", "?<!"].some((opening) =>
			this.#take(opening),
		);
		if (!around && !this.#take("?:") && this.#take("?<")) {
			while (!this.#take(">")) this.#next();
		}
		const node = this.#either();
		if (!this.#take(")")) throw new UnreadablePattern();
		if (!around) return node;
		this.lookAround = true;
		return { kind: "sequence", parts: [] };
	}

	#class(): Node {
		const negated = this.#take("^");
		let found = "";
		while (!this.#take("]")) {
			const from = this.#classChars();
			if (found.length > maxClassSize) continue;
			if (
				from.length === 1 &&
				this.#sees("-") &&
				this.#pattern[this.#at + 1] !== "]"
			) {
				this.#at++;
				found += range(from, this.#classChars());
			} else {
				found += from;
			}
		}
		if (negated) found = negate(found);
		if (found === "") throw new UnreadablePattern();
		return chars(found);
	}

	#classChars(): string {
		if (!this.#take("\\")) return this.#next();
		if (this.#take("b")) return "\b";
		const escaped = this.#escape();
		return escaped.kind === "chars" ? escaped.chars.join("") : "";
	}

	#escape(): Node {
		const char = this.#next();
		const known = {
			d: digits,
			D: lower,
			w: word,
			W: " -",
			s: " ",
			S: plain,
			n: "\n",
			r: "\r",
			t: "\t",
			f: "\f",
			v: "\v",
		};
		if (char === "b" || char === "B") return { kind: "sequence", parts: [] };
		if (char === "u" || char === "x")
			return chars(this.#codePoint(char === "u" ? 4 : 2));
		if (char === "p" || char === "P") {
			while (!this.#take("}")) this.#next();
			return chars(lower);
		}
		if (/[1-9k]/.test(char)) throw new UnreadablePattern();
		return chars(
			Object.hasOwn(known, char) ? known[char as keyof typeof known] : char,
		);
	}

	#codePoint(length: number): string {
		let hex = "";
		if (this.#take("{")) {
			while (!this.#take("}")) hex += this.#next();
		} else {
			while (hex.length < length) hex += this.#next();
		}
		const code = Number.parseInt(hex, 16);
		if (!(code <= 0x10ffff)) throw new UnreadablePattern();
		return String.fromCodePoint(code);
	}

	#repeat(of: Node): Node {
		const counts = this.#counts();
		if (!counts) return of;
		this.#take("?");
		const [min, max] = counts;
		return this.#repeat({ kind: "repeat", of, min, max });
	}

	#counts(): [number, number] | undefined {
		if (this.#take("*")) return [0, Number.POSITIVE_INFINITY];
		if (this.#take("+")) return [1, Number.POSITIVE_INFINITY];
		if (this.#take("?")) return [0, 1];
		const braces = /^\{(\d+)(,?)(\d*)\}/.exec(
			this.#pattern.slice(this.#at, this.#at + 24),
		);
		if (!braces) return undefined;
		this.#at += braces[0].length;
		const min = Number(braces[1]);
		if (!braces[2]) return [min, min];
		return [min, braces[3] ? Number(braces[3]) : Number.POSITIVE_INFINITY];
	}

	#sees(text: string): boolean {
		return this.#pattern.startsWith(text, this.#at);
	}

	#take(text: string): boolean {
		if (!this.#sees(text)) return false;
		this.#at += text.length;
		return true;
	}

	#next(): string {
		const code = this.#pattern.codePointAt(this.#at);
		if (code === undefined) throw new UnreadablePattern();
		const char = String.fromCodePoint(code);
		this.#at += char.length;
		return char;
	}
}

function chars(text: string): Node {
	return { kind: "chars", chars: [...text.slice(0, maxClassSize)] };
}

function negate(excluded: string): string {
	const without = new Set(excluded);
	return [...plain, ...printable].filter((char) => !without.has(char)).join("");
}

/** A range's characters, of a large one the first 256. */
function range(from: string, to: string): string {
	const first = from.codePointAt(0) ?? 0;
	const last = Math.min(to.codePointAt(0) ?? first, first + 255);
	let chars = "";
	for (let code = first; code <= last; code++)
		chars += String.fromCodePoint(code);
	return chars;
}

/** @param extra - by how much open repeats pass their minimum, at most */
function write(
	node: Node,
	extra: number,
	random: Random,
	room: { left: number },
): string {
	if (room.left <= 0) return "";
	if (node.kind === "chars") {
		room.left--;
		return node.chars[Math.floor(random.next() * node.chars.length)] ?? "";
	}
	if (node.kind === "sequence")
		return node.parts.map((part) => write(part, extra, random, room)).join("");
	if (node.kind === "either") {
		const option =
			node.options[Math.floor(random.next() * node.options.length)];
		return option ? write(option, extra, random, room) : "";
	}
	const count = Math.min(
		node.max,
		Math.max(node.min, 1) + extra + Math.floor(random.next() * 3) - 1,
	);
	let text = "";
	for (
		let index = 0;
		index < Math.max(node.min, count) && room.left > 0;
		index++
	) {
		room.left--;
		text += write(
			node.of,
			extra > 1 ? Math.ceil(extra / 2) : extra,
			random,
			room,
		);
	}
	return text;
}
