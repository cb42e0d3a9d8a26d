import { readHeaderLine } from "./header-line.ts";
import { malformed, Refusal } from "./refusal.ts";

const carriageReturn = 0x0d;
const lineFeed = 0x0a;
const semicolon = 0x3b;

/** Of one body, as Node's parser has it; extensions mean nothing here, and nobody needs long ones. */
const maxExtensionBytes = 16_384;
/** Digits of a chunk's size: more could not be counted exactly. */
const maxDigits = 13;

/** Takes the bytes from `from` up to `to`. They may be used after the call only as a copy. */
export type TakeBytes = (bytes: Buffer, from: number, to: number) => void;

type State =
	| "size"
	| "extension"
	| "size end"
	| "data"
	| "data CR"
	| "data LF"
	| "trailer"
	| "trailer LF"
	| "done";

/** Takes the chunks of one body apart, whatever the pieces it comes in (RFC 9112, 7.1). Trailers are checked and dropped. */
export class ChunkedReader {
	#state: State = "size";
	/** Of the chunk at hand: its size while that is read, then what is still to come. */
	#left = 0;
	#digits = 0;
	#extensionBytes = 0;
	#trailer = "";
	#trailerBytes = 0;
	readonly #maxTrailerBytes: number;
	readonly #take: TakeBytes;

	constructor(maxTrailerBytes: number, take: TakeBytes) {
		this.#maxTrailerBytes = maxTrailerBytes;
		this.#take = take;
	}

	get isDone(): boolean {
		return this.#state === "done";
	}

	/**
	 * Reads on.
	 *
	 * @returns where it stopped: `to`, or behind the body's last byte
	 * @throws Refusal 400 on what is no chunk, 413 on long extensions, 431 on long trailers
	 */
	read(bytes: Buffer, from: number, to: number): number {
		let at = from;
		while (at < to && this.#state !== "done") {
			if (this.#state === "data") {
				const end = Math.min(to, at + this.#left);
				this.#take(bytes, at, end);
				this.#left -= end - at;
				at = end;
				if (this.#left === 0) this.#state = "data CR";
			} else {
				this.#readByte(bytes[at++] as number);
			}
		}
		return at;
	}

	#readByte(byte: number): void {
		switch (this.#state) {
			case "size":
				this.#readSize(byte);
				break;
			case "extension":
				this.#readExtension(byte);
				break;
			case "size end":
				expect(byte, lineFeed, "a chunk's size");
				this.#digits = 0;
				this.#state = this.#left === 0 ? "trailer" : "data";
				break;
			case "data CR":
				expect(byte, carriageReturn, "a chunk");
				this.#state = "data LF";
				break;
			case "data LF":
				expect(byte, lineFeed, "a chunk");
				this.#state = "size";
				break;
			case "trailer":
				this.#readTrailer(byte);
				break;
			case "trailer LF":
				expect(byte, lineFeed, "a trailer");
				this.#endTrailer();
		}
	}

	#readSize(byte: number): void {
		const digit = hexDigit(byte);
		if (digit !== undefined) {
			if (++this.#digits > maxDigits) throw malformed("a chunk is too large");
			this.#left = this.#left * 16 + digit;
			return;
		}
		if (this.#digits === 0) throw malformed("a chunk has no size");
		if (byte === semicolon) this.#state = "extension";
		else {
			expect(byte, carriageReturn, "a chunk's size");
			this.#state = "size end";
		}
	}

	#readExtension(byte: number): void {
		if (++this.#extensionBytes > maxExtensionBytes)
			throw new Refusal(413, "The request's chunk extensions are too large.");
		if (byte === carriageReturn) this.#state = "size end";
		else if (isControl(byte))
			throw malformed("a chunk's extension holds a control character");
	}

	#readTrailer(byte: number): void {
		if (++this.#trailerBytes > this.#maxTrailerBytes)
			throw new Refusal(431, "The request's trailers are too large.");
		if (byte === carriageReturn) this.#state = "trailer LF";
		else this.#trailer += String.fromCharCode(byte);
	}

	#endTrailer(): void {
		if (this.#trailer === "") {
			this.#state = "done";
			return;
		}
		readHeaderLine(this.#trailer);
		this.#trailer = "";
		this.#state = "trailer";
	}
}

function expect(byte: number, expected: number, behind: string): void {
	if (byte !== expected)
		throw malformed(`the end of a line is missing behind ${behind}`);
}

function hexDigit(byte: number): number | undefined {
	if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
	const lower = byte | 0x20;
	return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : undefined;
}

function isControl(byte: number): boolean {
	return (byte < 0x20 && byte !== 0x09) || byte === 0x7f;
}
