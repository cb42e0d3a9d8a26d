import { Memo } from "./memo.ts";
import {
	type EncodingName,
	rankOf,
	readClasses,
	readVocabulary,
	type Vocabulary,
} from "./vocabulary.ts";
import { type Scanner, scanners, utf8Width, Words } from "./words.ts";

/**
 * Words are cut after this many bytes, at a character's border: merging is quadratic in a word's length, and a client
 * may send one word of 25 MB. Longer tokens (nine of Claude's, all runs of one character) are never used.
 */
export const longestPieceBytes = 255;

/** Text is worked on through a window of this many bytes, whatever its length. */
const windowBytes = 1 << 16;

const loaded = new Map<EncodingName, Encoding>();

/** A vocabulary, read from its file on first use (packed ones: 12 ms for cl100k_base, 18 for o200k_base) and kept. */
export function loadEncoding(name: EncodingName): Encoding {
	let encoding = loaded.get(name);
	if (!encoding) {
		encoding = new Encoding(readVocabulary(name), scanners[name] as Scanner);
		loaded.set(name, encoding);
	}
	return encoding;
}

/**
 * Byte-pair encoding with one vocabulary, of ordinary text only: what looks like a special token is text here, and half
 * a surrogate pair counts as U+FFFD.
 */
class Encoding {
	readonly #vocabulary: Vocabulary;
	readonly #nextWord: Scanner;
	readonly #counts = new Memo<number>(1024, 1 << 20);
	/** Short: a text's parts weigh several times what it does. */
	readonly #splits = new Memo<readonly string[]>(256, 1 << 17);
	/** Of the piece at hand: where its tokens start, ended by its end, and the rank of each with its successor. */
	readonly #starts = new Int32Array(longestPieceBytes + 1);
	readonly #ranks = new Int32Array(longestPieceBytes + 1);

	constructor(vocabulary: Vocabulary, nextWord: Scanner) {
		this.#vocabulary = vocabulary;
		this.#nextWord = nextWord;
	}

	/** How many tokens a text is. Linear in its length; a text that was counted lately is looked up. */
	count(text: string): number {
		if (text.length === 0) return 0;
		const known = this.#counts.get(text);
		if (known !== undefined) return known;
		let tokens = 0;
		this.eachPiece(text, (bytes, start, end) => {
			tokens += this.#merge(bytes, start, end);
		});
		this.#counts.set(text, tokens);
		return tokens;
	}

	/**
	 * A text cut on the borders of its tokens; tokens that hold part of a character stay with their neighbours. Authored
	 * replies are few, and said again and again: one that was cut lately is looked up.
	 */
	split(text: string): readonly string[] {
		const known = this.#splits.get(text);
		if (known) return known;
		const parts = this.#split(text);
		this.#splits.set(text, parts);
		return parts;
	}

	#split(text: string): string[] {
		const parts: string[] = [];
		let from = 0;
		let to = 0;
		this.eachPiece(text, (bytes, start, end) => {
			const tokens = this.#merge(bytes, start, end);
			for (let token = 0; token < tokens; token++) {
				const tokenEnd = this.#starts[token + 1] as number;
				for (let at = this.#starts[token] as number; at < tokenEnd; at++)
					to += utf16Units(bytes[at] as number);
				if (tokenEnd < end && isContinuation(bytes[tokenEnd] as number))
					continue;
				parts.push(text.slice(from, to));
				from = to;
			}
		});
		return parts;
	}

	/**
	 * Shows every piece of a text in order: a word, or part of one that is longer than `longestPieceBytes`.
	 *
	 * @param visit - gets UTF-8 bytes, valid during the call, and where the piece starts and ends in them
	 */
	eachPiece(
		text: string,
		visit: (bytes: Uint8Array, start: number, end: number) => void,
	): void {
		const words = new Words(
			new Uint8Array(Math.min(windowBytes, text.length * 3)),
			readClasses(),
		);
		const { bytes } = words;
		let read = 0;
		let at = 0;
		for (;;) {
			bytes.copyWithin(0, at, words.limit);
			words.limit -= at;
			at = 0;
			const added = encodeFrom(text, read, bytes.subarray(words.limit));
			read += added.read;
			words.limit += added.written;
			const isLast = read === text.length;
			while (at < words.limit) {
				words.touched = false;
				const end = this.#nextWord(words, at);
				// More text may lengthen the word; a word that fills the window is taken as it is.
				if (words.touched && !isLast && at > 0) break;
				for (let start = at; start < end; ) {
					const pieceEnd = cutPiece(bytes, start, end);
					visit(bytes, start, pieceEnd);
					start = pieceEnd;
				}
				at = end;
			}
			if (isLast && at === words.limit) return;
		}
	}

	/** Merges a piece's bytes into tokens, lowest rank first, and returns how many are left; they are in `#starts`. */
	#merge(bytes: Uint8Array, start: number, end: number): number {
		const starts = this.#starts;
		const ranks = this.#ranks;
		const vocabulary = this.#vocabulary;
		starts[0] = start;
		starts[1] = end;
		if (end - start === 1 || rankOf(vocabulary, bytes, start, end) >= 0)
			return 1;

		let tokens = end - start;
		for (let index = 0; index < tokens; index++) {
			starts[index] = start + index;
			ranks[index] =
				index + 1 < tokens
					? rankOf(vocabulary, bytes, start + index, start + index + 2)
					: -1;
		}
		starts[tokens] = end;
		for (;;) {
			let lowest = 0x7fffffff;
			let found = -1;
			for (let index = 0; index < tokens - 1; index++) {
				const rank = ranks[index] as number;
				if (rank >= 0 && rank < lowest) {
					lowest = rank;
					found = index;
				}
			}
			if (found < 0) return tokens;
			starts.copyWithin(found + 1, found + 2, tokens + 1);
			ranks.copyWithin(found + 1, found + 2, tokens);
			tokens--;
			ranks[found] = this.#pairRank(bytes, found, tokens);
			if (found > 0)
				ranks[found - 1] = this.#pairRank(bytes, found - 1, tokens);
		}
	}

	#pairRank(bytes: Uint8Array, index: number, tokens: number): number {
		if (index + 2 > tokens) return -1;
		return rankOf(
			this.#vocabulary,
			bytes,
			this.#starts[index] as number,
			this.#starts[index + 2] as number,
		);
	}
}

const utf8 = new TextEncoder();

/** Encodes what fits, never half of a surrogate pair. */
function encodeFrom(
	text: string,
	from: number,
	into: Uint8Array,
): { read: number; written: number } {
	if (from === text.length) return { read: 0, written: 0 };
	let to = Math.min(text.length, from + into.length);
	if (to < text.length && (text.charCodeAt(to - 1) & 0xfc00) === 0xd800) to--;
	return utf8.encodeInto(
		from === 0 && to === text.length ? text : text.slice(from, to),
		into,
	);
}

function cutPiece(bytes: Uint8Array, start: number, end: number): number {
	if (end - start <= longestPieceBytes) return end;
	let cut = start + longestPieceBytes;
	while (isContinuation(bytes[cut] as number)) cut--;
	return cut;
}

function isContinuation(byte: number): boolean {
	return (byte & 0xc0) === 0x80;
}

/** How many UTF-16 units the character takes that starts with this byte; 0 within a character. */
function utf16Units(byte: number): number {
	if (isContinuation(byte)) return 0;
	return utf8Width(byte) === 4 ? 2 : 1;
}
