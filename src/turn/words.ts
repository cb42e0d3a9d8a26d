/**
 * Cuts UTF-8 text into the words that byte-pair encoding works on: the vocabularies' own regular expressions, written
 * out by hand. Compiling them costs milliseconds and their matches a string each; and what counts as a letter is read
 * from a checked-in table, so that every Node gives the same counts. Tests compare both.
 */

/** What a character is to the scanners; a bit each, so that a run can ask for several. Zero in a table means `other`. */
export const characterClasses = {
	/** Lu, Lt */
	upper: 1,
	/** Ll */
	lower: 2,
	/** Lm, Lo */
	letter: 4,
	/** M */
	mark: 8,
	/** N */
	digit: 16,
	/** `\s` without line ends */
	space: 32,
	/** CR, LF */
	newline: 64,
	other: 128,
} as const;

const { upper, lower, letter, mark, digit, space, newline, other } =
	characterClasses;
const letters = upper | lower | letter;
const white = space | newline;
const symbols = other | mark;
const upperRun = upper | letter | mark;
const lowerRun = lower | letter | mark;

/**
 * UTF-8 text under a scanner, up to `limit`. `touched` tells that the limit was looked at, so that the answer may be
 * another when more text follows.
 */
export class Words {
	readonly bytes: Uint8Array;
	readonly #classes: Uint8Array;
	limit = 0;
	touched = false;

	/** @param classes - the class of every code point */
	constructor(bytes: Uint8Array, classes: Uint8Array) {
		this.bytes = bytes;
		this.#classes = classes;
	}

	/** The class of the character at a position; `other` without a character there. */
	classAt(at: number): number {
		if (at >= this.limit) {
			this.touched = true;
			return 0;
		}
		const first = this.bytes[at] as number;
		return (
			this.#classes[first < 0x80 ? first : this.#codePoint(at, first)] || other
		);
	}

	/** The end of the character at a position. */
	after(at: number): number {
		return at + utf8Width(this.bytes[at] as number);
	}

	/** The end of the longest run of the given classes from a position; the position itself when there is none. */
	run(classes: number, from: number): number {
		const { bytes, limit } = this;
		let at = from;
		while (at < limit) {
			const first = bytes[at] as number;
			const point = first < 0x80 ? first : this.#codePoint(at, first);
			if (((this.#classes[point] || other) & classes) === 0) return at;
			at += first < 0x80 ? 1 : utf8Width(first);
		}
		this.touched = true;
		return at;
	}

	/** The start of the character that ends at a position. */
	before(end: number): number {
		let at = end - 1;
		while (((this.bytes[at] as number) & 0xc0) === 0x80) at--;
		return at;
	}

	/** The end of an English contraction such as `'ll` at a position, or the position. */
	contraction(at: number, anyCase: boolean): number {
		if (at + 2 >= this.limit) this.touched = true;
		if (at + 1 >= this.limit || this.bytes[at] !== 0x27) return at;
		const fold = anyCase ? 0x20 : 0;
		const first = (this.bytes[at + 1] as number) | fold;
		if (first === 0x73 || first === 0x74 || first === 0x6d || first === 0x64)
			return at + 2;
		if (at + 2 >= this.limit) return at;
		const second = (this.bytes[at + 2] as number) | fold;
		const isPair =
			(first === 0x72 && second === 0x65) || // 're
			(first === 0x76 && second === 0x65) || // 've
			(first === 0x6c && second === 0x6c); // 'll
		return isPair ? at + 3 : at;
	}

	#codePoint(at: number, first: number): number {
		const { bytes } = this;
		const second = (bytes[at + 1] as number) & 0x3f;
		if (first < 0xe0) return ((first & 0x1f) << 6) | second;
		const third = (bytes[at + 2] as number) & 0x3f;
		if (first < 0xf0) return ((first & 0x0f) << 12) | (second << 6) | third;
		return (
			((first & 0x07) << 18) |
			(second << 12) |
			(third << 6) |
			((bytes[at + 3] as number) & 0x3f)
		);
	}
}

/** How many bytes the UTF-8 character takes that starts with this byte, 1 to 4. */
export function utf8Width(first: number): number {
	if (first < 0x80) return 1;
	if (first < 0xe0) return 2;
	return first < 0xf0 ? 3 : 4;
}

/** The end of the word that starts at a position below the limit. */
export type Scanner = (words: Words, at: number) => number;

/** The scanner of each vocabulary; `scripts/vocabulary.ts` holds the patterns they stand for. */
export const scanners: Record<string, Scanner> = {
	claude: gpt2Word,
	cl100k_base: cl100kWord,
	o200k_base: o200kWord,
};

/** `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+` */
function gpt2Word(words: Words, at: number): number {
	const short = words.contraction(at, false);
	if (short > at) return short;
	const start = words.bytes[at] === 0x20 ? at + 1 : at;
	const kind = words.classAt(start);
	if (kind & letters) return words.run(letters, start);
	if (kind & digit) return words.run(digit, start);
	if (kind & symbols) return words.run(symbols, start);
	return whiteRun(words, at);
}

/** `(?:'[sS]|…)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+` */
function cl100kWord(words: Words, at: number): number {
	const short = words.contraction(at, true);
	if (short > at) return short;
	const kind = words.classAt(at);
	if (kind & letters) return words.run(letters, at);
	if (kind & digit) return upToThreeDigits(words, at);
	if ((kind & newline) === 0) {
		const start = words.after(at);
		if (words.classAt(start) & letters) return words.run(letters, start);
	}
	const start = words.bytes[at] === 0x20 ? at + 1 : at;
	if (words.classAt(start) & symbols)
		return words.run(newline, words.run(symbols, start));
	return linesOrWhiteRun(words, at);
}

/** As cl100k, but words end where a capital follows a small letter, contractions stay with their word, `/` with symbols. */
function o200kWord(words: Words, at: number): number {
	const kind = words.classAt(at);
	const hasPrefix = (kind & (newline | letters | digit)) === 0;
	const start = hasPrefix ? words.after(at) : at;
	// The four ways the pattern may read a word, in its order: with small letters or capitals only, with a prefix or without.
	let end = smallEnding(words, start);
	if (end === 0 && hasPrefix) end = smallEnding(words, at);
	if (end === 0) end = capitals(words, start);
	if (end === 0 && hasPrefix) end = capitals(words, at);
	if (end > 0) return words.contraction(end, true);

	if (kind & digit) return upToThreeDigits(words, at);
	const symbol = words.bytes[at] === 0x20 ? at + 1 : at;
	if (words.classAt(symbol) & symbols)
		return lineEndsAndSlashes(words, words.run(symbols, symbol));
	return linesOrWhiteRun(words, at);
}

/** `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+`; 0 where it does not match. */
function smallEnding(words: Words, start: number): number {
	const capitalsEnd = words.run(upperRun, start);
	const end = words.run(lowerRun, capitalsEnd);
	if (end > capitalsEnd) return end;
	// The capitals give back characters until one of them may be read as a small letter, as ideographs may.
	for (let back = capitalsEnd; back > start; ) {
		const previous = words.before(back);
		if (words.classAt(previous) & lowerRun) return back;
		back = previous;
	}
	return 0;
}

/** `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*`; 0 where it does not match. */
function capitals(words: Words, start: number): number {
	const end = words.run(upperRun, start);
	return end > start ? words.run(lowerRun, end) : 0;
}

function upToThreeDigits(words: Words, at: number): number {
	let end = at;
	for (let taken = 0; taken < 3 && words.classAt(end) & digit; taken++)
		end = words.after(end);
	return end;
}

/** `[\r\n/]*` */
function lineEndsAndSlashes(words: Words, from: number): number {
	let at = from;
	while (at < words.limit) {
		const byte = words.bytes[at];
		if (byte !== 0x0a && byte !== 0x0d && byte !== 0x2f) return at;
		at++;
	}
	words.touched = true;
	return at;
}

/** `\s*[\r\n]+|\s+(?!\S)|\s+` */
function linesOrWhiteRun(words: Words, at: number): number {
	const end = words.run(white, at);
	for (let back = end; back > at; back--) {
		const byte = words.bytes[back - 1];
		if (byte === 0x0a || byte === 0x0d) return back;
	}
	return whiteBefore(words, at, end);
}

/** `\s+(?!\S)|\s+` */
function whiteRun(words: Words, at: number): number {
	return whiteBefore(words, at, words.run(white, at));
}

/** White space leaves its last character to the word that follows, unless it is the only one. */
function whiteBefore(words: Words, at: number, end: number): number {
	if (end >= words.limit) return end;
	const last = words.before(end);
	return last > at ? last : end;
}
