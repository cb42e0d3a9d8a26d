import { checkCoding, type HeaderLine, readHeaderLine } from "./header-line.ts";
import { malformed, Refusal } from "./refusal.ts";
import {
	checkBeginning,
	type RequestLine,
	readRequestLine,
} from "./request-line.ts";

/** The head of a request: all before its body. */
export interface RequestHead extends RequestLine {
	readonly headers: Readonly<Record<string, string>>;
	/** The body's declared length in bytes; 0 when there is none, or when it comes in chunks. */
	readonly contentLength: number;
	readonly isChunked: boolean;
	/** The client means to send further requests. */
	readonly keepsAlive: boolean;
	readonly expectsContinue: boolean;
}

/** What is no HTTP shows itself in its first bytes. */
const beginningBytes = 4096;

/** How much of a connection's last head is remembered: up to so many bytes as a whole, and so many lines of up to so many. */
const longestRemembered = 4096;
const maxRememberedLines = 32;
const longestRememberedLine = 512;

const emptyBytes = Buffer.alloc(0);
const blankLine = "\r\n\r\n";
const carriageReturn = 0x0d;
const lineFeed = 0x0a;

/** Headers by name, and nothing else: no `constructor` or `__proto__` to be found. Keeps V8's fast form of objects. */
const NoNames = function NoNames() {} as unknown as new () => Record<
	string,
	string
>;
NoNames.prototype = Object.create(null);

/**
 * Reads the heads of one connection's requests.
 *
 * Clients send most lines of a head again with every request on a connection, in the same place. A line that is the same as
 * the one that stood there before was read already, as HPACK's table has it for HTTP/2.
 */
export class HeadReader {
	/** Where the last head ended: the place of its body's first byte. */
	end = 0;
	readonly #maxBytes: number;
	/** The last head, for clients that sign nothing and load generators: they send the very same again. */
	#head: RequestHead | undefined;
	readonly #last = new LastBytes();
	#first: RequestLine | undefined;
	readonly #lines: HeaderLine[] = [];
	/** How many bytes of a head that is not whole were looked through for its end. */
	#searched = 0;

	/** @param maxBytes - of a head, the blank line behind it included */
	constructor(maxBytes: number) {
		this.#maxBytes = maxBytes;
	}

	/**
	 * Reads a head, once it is whole; until then it is to be called with more of the same bytes. `end` then says how far.
	 *
	 * @throws Refusal 400 on what is no HTTP, 431 on a head that is too large, 501 and 505 on what is not spoken here
	 */
	read(bytes: Buffer, from: number, to: number): RequestHead | undefined {
		const start = skipLineEnds(bytes, from, to);
		this.end = start;
		if (start === to) return undefined;
		if (this.#head && this.#last.isAt(bytes, start, to)) {
			this.#searched = 0;
			this.end = start + this.#last.length;
			return this.#head;
		}
		const last = Math.min(to, start + this.#maxBytes);
		// A head that comes in many pieces is not looked through from its start each time.
		const searched = Math.max(0, this.#searched - 3);
		const blank = bytes.indexOf(blankLine, start + searched);
		const end = blank + blankLine.length;
		if (blank === -1 || end > last) return this.#wait(bytes, start, to);
		this.#searched = 0;
		this.end = end;
		const text = bytes.toString("latin1", start, end);
		const head = this.#readLines({ bytes, start, text }, text.length - 2);
		this.#head = this.#last.keep(bytes, start, end) ? head : undefined;
		return head;
	}

	/** More is to come. What is no HTTP is refused now. */
	#wait(bytes: Buffer, start: number, to: number): undefined {
		const size = to - start;
		if (size >= this.#maxBytes)
			throw new Refusal(
				431,
				`The request's headers are too large: they may have ${this.#maxBytes} bytes.`,
			);
		if (this.#searched < beginningBytes)
			checkBeginning(
				bytes.toString("latin1", start, Math.min(to, start + beginningBytes)),
			);
		this.#searched = size;
		return undefined;
	}

	/** @param end - of the last header's line */
	#readLines(head: HeadText, end: number): RequestHead {
		const firstEnd = head.text.indexOf("\r\n");
		const first = this.#readFirst(head, firstEnd);
		const fields = new Fields();
		let at = firstEnd + 2;
		for (let index = 0; at < end; index++) {
			const line =
				this.#known(head.text, at, index) ?? this.#read(head, at, index);
			fields.add(line);
			at += line.text.length + 2;
		}
		return fields.headOf(first);
	}

	#readFirst(head: HeadText, stop: number): RequestLine {
		const known = this.#first;
		if (known !== undefined && head.text.slice(0, stop) === known.text)
			return known;
		const first = readRequestLine(detached(head, 0, stop));
		this.#first = stop <= longestRememberedLine ? first : undefined;
		return first;
	}

	/** The line that stood in this place of the last head, if it stands there again. */
	#known(text: string, at: number, index: number): HeaderLine | undefined {
		const known = this.#lines[index];
		if (known === undefined) return undefined;
		const stop = at + known.text.length;
		return text.charCodeAt(stop) === carriageReturn &&
			text.charCodeAt(stop + 1) === lineFeed &&
			text.slice(at, stop) === known.text
			? known
			: undefined;
	}

	#read(head: HeadText, at: number, index: number): HeaderLine {
		const stop = head.text.indexOf("\r\n", at);
		const line = readHeaderLine(detached(head, at, stop));
		if (index < maxRememberedLines && stop - at <= longestRememberedLine)
			this.#lines[index] = line;
		return line;
	}
}

/** Some bytes that may come again. */
class LastBytes {
	length = 0;
	#bytes: Buffer = emptyBytes;

	/** Whether they come again at `start`, as a whole and in front of `to`. */
	isAt(bytes: Buffer, start: number, to: number): boolean {
		const end = start + this.length;
		return (
			end <= to && bytes.compare(this.#bytes, 0, this.length, start, end) === 0
		);
	}

	/** Keeps a copy; false when they are too many. */
	keep(bytes: Buffer, start: number, end: number): boolean {
		const length = end - start;
		if (length > longestRemembered) return false;
		if (length > this.#bytes.length)
			this.#bytes = Buffer.allocUnsafeSlow(length);
		bytes.copy(this.#bytes, 0, start, end);
		this.length = length;
		return true;
	}
}

/** A head as text, one character a byte, and the bytes it was made of. */
interface HeadText {
	bytes: Buffer;
	start: number;
	text: string;
}

/**
 * A line as a text of its own. V8 keeps a part of a text as a reference to the whole, and what the journal keeps of a head
 * must hold neither the memory of the rest nor the credentials in it.
 */
function detached({ bytes, start }: HeadText, at: number, stop: number) {
	return bytes.toString("latin1", start + at, start + stop);
}

/** Puts the lines of one head together. */
class Fields {
	readonly #headers = new NoNames();
	#length: number | undefined;
	#isChunked = false;
	#closes = false;
	#keepsAlive = false;

	add(line: HeaderLine): void {
		const { name, value, role } = line;
		const before = this.#headers[name];
		if (before === undefined) this.#headers[name] = value;
		else this.#addAgain(line, before);
		switch (role) {
			case "content-length":
				// RFC 9112, 6.3: repeated lengths may be an attack, and no client sends them.
				if (before !== undefined)
					throw malformed("there are two Content-Length");
				this.#length = line.length;
				break;
			case "transfer-encoding":
				if (before !== undefined)
					throw malformed("there are two Transfer-Encoding");
				checkCoding(value);
				this.#isChunked = true;
				break;
			case "connection":
				this.#closes ||= line.closes;
				this.#keepsAlive ||= line.keepsAlive;
				break;
		}
	}

	#addAgain({ name, value, role }: HeaderLine, before: string): void {
		if (role === "host") throw malformed("there are two Host");
		if (role === "single") return;
		this.#headers[name] = `${before}${role === "cookie" ? "; " : ", "}${value}`;
	}

	headOf(first: RequestLine): RequestHead {
		const { text, method, path, query, minor } = first;
		const headers = this.#headers;
		if (this.#isChunked) {
			// Both may mean that somebody on the way read the other one (RFC 9112, 6.1 and 11.2).
			if (this.#length !== undefined)
				throw malformed("there are both Content-Length and Transfer-Encoding");
			if (minor === 0) throw malformed("HTTP/1.0 has no Transfer-Encoding");
		}
		if (minor === 1 && headers.host === undefined)
			throw new Refusal(400, "The Host header is missing.");
		return {
			text,
			method,
			path,
			query,
			minor,
			headers,
			contentLength: this.#length ?? 0,
			isChunked: this.#isChunked,
			keepsAlive:
				minor === 1 ? !this.#closes : this.#keepsAlive && !this.#closes,
			expectsContinue: minor === 1 && expectsContinue(headers.expect),
		};
	}
}

/** @throws Refusal 417 on another expectation (RFC 9110, 10.1.1) */
function expectsContinue(expect: string | undefined): boolean {
	// curl's `-H "Expect;"` and some proxies send it with nothing in it.
	if (expect === undefined || expect === "") return false;
	if (expect.toLowerCase() === "100-continue") return true;
	throw new Refusal(
		417,
		`What is expected is not known: 100-continue would be, not ${expect.slice(0, 100)}.`,
	);
}

/** Some clients send a CRLF too many behind a body (RFC 9112, 2.2). */
function skipLineEnds(bytes: Buffer, from: number, to: number): number {
	let start = from;
	while (
		start < to &&
		(bytes[start] === carriageReturn || bytes[start] === lineFeed)
	)
		start++;
	return start;
}
