import { malformed, Refusal } from "./refusal.ts";

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** What no field value may hold: control characters but the tab (RFC 9110, 5.5). */
const forbidden = /[^\t\x20-\x7e\x80-\xff]/;

/** What a header's name says of the message it stands in. */
export type HeaderRole =
	/** One of several is joined to a list with `, `. */
	| "list"
	/** Of several the first counts, as `node:http` has it. */
	| "single"
	| "cookie"
	| "host"
	| "content-length"
	| "transfer-encoding"
	| "connection"
	| "expect";

/** One line of a head, read. */
export interface HeaderLine {
	/** As it came, without its CRLF. */
	readonly text: string;
	/** In lower case. */
	readonly name: string;
	/** Without the white space around it. */
	readonly value: string;
	readonly role: HeaderRole;
	/** Of `Content-Length`; 0 for all others. */
	readonly length: number;
	/** Of `Connection`. */
	readonly closes: boolean;
	readonly keepsAlive: boolean;
}

/** Source: node:http's `headers` (documented), which joins the others. */
const roles = new Map<string, HeaderRole>([
	["host", "host"],
	["content-length", "content-length"],
	["transfer-encoding", "transfer-encoding"],
	["connection", "connection"],
	["expect", "expect"],
	["cookie", "cookie"],
	...[
		"age",
		"authorization",
		"content-type",
		"etag",
		"expires",
		"from",
		"if-modified-since",
		"if-unmodified-since",
		"last-modified",
		"location",
		"max-forwards",
		"proxy-authorization",
		"referer",
		"retry-after",
		"server",
		"user-agent",
	].map((name): [string, HeaderRole] => [name, "single"]),
]);

/**
 * Reads `Name: value`.
 *
 * @param text - one character a byte, without its CRLF
 * @throws Refusal on what RFC 9112 forbids: a space in or behind the name, a line that goes on the one before it, control
 * characters, a length that is no number, a transfer coding other than `chunked`
 */
export function readHeaderLine(text: string): HeaderLine {
	const colon = text.indexOf(":");
	const spelt = text.slice(0, Math.max(0, colon));
	if (!token.test(spelt)) throw malformed("a header's name is none");
	const value = trim(text, colon + 1);
	if (forbidden.test(value))
		throw malformed(`the header ${spelt} holds a control character`);
	const name = spelt.toLowerCase();
	const role = roles.get(name) ?? "list";
	return {
		text,
		name,
		value,
		role,
		length: role === "content-length" ? readLength(value) : 0,
		closes: role === "connection" && closeOption.test(value),
		keepsAlive: role === "connection" && keepAliveOption.test(value),
	};
}

const closeOption = /(?:^|,)[ \t]*close[ \t]*(?:,|$)/i;
const keepAliveOption = /(?:^|,)[ \t]*keep-alive[ \t]*(?:,|$)/i;
const digits = /^[0-9]{1,15}$/;

function readLength(value: string): number {
	if (!digits.test(value))
		throw malformed("Content-Length is no whole number of bytes");
	return Number(value);
}

/**
 * Checks that a body comes in chunks and in no other coding on top.
 *
 * @throws Refusal 501 on another coding (RFC 9112, 6.1)
 */
export function checkCoding(value: string): void {
	if (value.toLowerCase() !== "chunked")
		throw new Refusal(
			501,
			`The transfer coding is not known: expected chunked, not ${value.slice(0, 100)}.`,
		);
}

/** Takes spaces and tabs off both ends, and nothing else: `String.trim` would take 0xA0 too. */
function trim(text: string, from: number): string {
	let start = from;
	let end = text.length;
	while (start < end && isBlank(text.charCodeAt(start))) start++;
	while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
	return text.slice(start, end);
}

function isBlank(code: number): boolean {
	return code === 0x20 || code === 0x09;
}
