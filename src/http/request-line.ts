import { splitTarget } from "./exchange.ts";
import { malformed, Refusal } from "./refusal.ts";

/** The first line of a request, read. */
export interface RequestLine {
	/** As it came, without its CRLF. */
	readonly text: string;
	readonly method: string;
	readonly path: string;
	readonly query: string;
	/** The second digit of the version: HTTP/1.0 or HTTP/1.1. */
	readonly minor: 0 | 1;
}

/** A target begins with `/`, is `*`, or names a scheme; `CONNECT` alone may name a host. */
const line =
	/^([!#$%&'*+.^_`|~0-9A-Za-z-]+) ((?:\/|\*|[A-Za-z][A-Za-z0-9+.-]*:\/\/|(?<=^CONNECT ))[\x21-\x7e]*) HTTP\/([0-9])\.([0-9])$/;

/**
 * Reads `METHOD target HTTP/1.1`.
 *
 * @param text - one character a byte, without its CRLF
 * @throws Refusal 400 on another form, 505 on another version (RFC 9110, 15.6.6)
 */
export function readRequestLine(text: string): RequestLine {
	const match = line.exec(text);
	if (!match) throw malformed();
	const [, method = "", target = "", major, minor] = match;
	if (major !== "1" || (minor !== "0" && minor !== "1"))
		throw new Refusal(
			505,
			`This port speaks HTTP/1.1 and HTTP/2, not HTTP/${major}.${minor}.`,
		);
	return { text, method, ...splitTarget(target), minor: minor === "1" ? 1 : 0 };
}

/** What may still become a request line's method. */
const beginning = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+(?: |$)/;

/**
 * Looks at a head that is not whole: bytes that are no HTTP are refused at once, without waiting for more of them.
 *
 * @throws Refusal
 */
export function checkBeginning(text: string): void {
	if (!beginning.test(text)) throw malformed();
	const end = text.indexOf("\r\n");
	if (end !== -1) readRequestLine(text.slice(0, end));
}
