/** A regular expression as a thing to make texts from. */
export type Node =
	| { kind: "chars"; chars: string[] }
	| { kind: "sequence"; parts: Node[] }
	| { kind: "either"; options: Node[] }
	| { kind: "repeat"; of: Node; min: number; max: number };

/** A pattern that was read; look-arounds are not in the node. */
export interface ReadPattern {
	node: Node;
	lookAround: boolean;
}

/** A longer pattern is not read. */
export const maxPatternLength = 1000;
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

/** Reads a regular expression; undefined when it cannot be (back-references, too long). */
export function readPattern(pattern: string): ReadPattern | undefined {
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
