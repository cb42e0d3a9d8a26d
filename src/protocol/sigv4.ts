import type { Identity } from "../call.ts";
import type { HttpRequest } from "../http/message.ts";

/** The only signing algorithm that Bedrock takes; also the first word of a signed `Authorization` header. */
export const algorithm = "AWS4-HMAC-SHA256";

const shortTermPrefix = "bedrock-api-key-";
const shortTermHost = "bedrock.amazonaws.com/?";

// Key id, then the date, then the region. The lengths are bounded because ids and regions are echoed in ARNs and journal.
const headerCredential =
	/[ ,]Credential=([^/,\s]{1,128})(?![^/,\s])(?:\/[^/,\s]{0,32}\/([a-z0-9-]{1,64})\/)?/;
const queryCredential =
	/(?:^|&)X-Amz-Credential=([^/&%\s]{1,128})(?=\/|%2[Ff]|&|$)(?:(?:\/|%2[Ff])[^/&%]{0,32}(?:\/|%2[Ff])([a-z0-9-]{1,64})(?:\/|%2[Ff]))?/;
const twelveDigits = /^[0-9]{12}$/;
const bearerScheme = /^Bearer +/i;

/** A query without what a presigned URL puts in it: neither signature nor session token is kept. */
export function unsignedQuery(query: string): string {
	if (query === "") return "";
	return query
		.split("&")
		.filter((parameter) => !/^x-amz-/i.test(parameter))
		.join("&");
}

/** How many identities are remembered: clients have few, and an attacker must not fill the memory. */
const maxRemembered = 1000;

/**
 * Reads who calls, and gives the same object for the same caller. Its texts are its own: V8 keeps a part of a text as a
 * reference to the whole, and the journal must not hold a header with a signature in it.
 */
export class Identities {
	readonly #defaultRegion: string;
	readonly #byKeyId = new Map<string, Identity>();

	/** @param defaultRegion - the region of calls that name none */
	constructor(defaultRegion: string) {
		this.#defaultRegion = defaultRegion;
	}

	/** As `readIdentity`; what it gives is shared and not to be changed. */
	of(request: HttpRequest): Identity {
		const read = readIdentity(request, this.#defaultRegion);
		const known = this.#byKeyId.get(read.accessKeyId);
		if (known?.region === read.region && known.kind === read.kind) return known;
		if (this.#byKeyId.size >= maxRemembered) this.#byKeyId.clear();
		const identity = {
			...read,
			accessKeyId: detached(read.accessKeyId),
			region: detached(read.region),
		};
		this.#byKeyId.set(identity.accessKeyId, identity);
		return identity;
	}
}

function detached(text: string): string {
	return Buffer.from(text).toString();
}

/**
 * Reads who calls, for which region, from a signed header, a presigned query or an API key. Nothing is checked here.
 *
 * Runs for every call and never throws: a credential that cannot be read makes the call anonymous, a scope that cannot
 * be read leaves the default region.
 *
 * @param defaultRegion - the region of calls that name none, such as those with a long-term API key
 *
 * Source: Signature Version 4 signing process (documented); an access key id of 12 digits is the account's own number by
 * the convention of emulators, not by AWS.
 */
export function readIdentity(
	request: HttpRequest,
	defaultRegion: string,
): Identity {
	const authorization = request.headers.authorization;
	if (authorization !== undefined && authorization !== "") {
		if (authorization.startsWith(algorithm)) {
			return identify(
				"sigv4",
				headerCredential.exec(authorization),
				defaultRegion,
			);
		}
		const key = readBearerKey(authorization);
		if (key === undefined) return identify("sigv4", null, defaultRegion);
		const query = readShortTermKey(key);
		const scope = query === undefined ? null : queryCredential.exec(query);
		return { ...identify("bearer", scope, defaultRegion), kind: "bearer" };
	}
	const scope =
		request.query === "" ? null : queryCredential.exec(request.query);
	return identify("presigned", scope, defaultRegion);
}

function identify(
	kind: Identity["kind"],
	scope: RegExpExecArray | null,
	defaultRegion: string,
): Identity {
	const accessKeyId = scope?.[1];
	if (accessKeyId === undefined) {
		return {
			kind: "anonymous",
			accessKeyId: "",
			accountId: "000000000000",
			region: defaultRegion,
		};
	}
	return {
		kind,
		accessKeyId,
		accountId: twelveDigits.test(accessKeyId) ? accessKeyId : "000000000000",
		region: scope?.[2] ?? defaultRegion,
	};
}

/** The API key of an `Authorization: Bearer <key>` header, or undefined when the header is of another scheme. */
export function readBearerKey(authorization: string): string | undefined {
	const scheme = bearerScheme.exec(authorization);
	return scheme === null
		? undefined
		: authorization.slice(scheme[0].length).trimEnd();
}

/**
 * The presigned query inside a short-term API key, or undefined for a long-term key or another text.
 *
 * Such a key is `bedrock-api-key-` and the base64 of a presigned `https://bedrock.amazonaws.com/?…` without its scheme.
 *
 * Source: @aws/bedrock-token-generator 1.1.0 (observed by running it).
 */
export function readShortTermKey(key: string): string | undefined {
	if (!key.startsWith(shortTermPrefix)) return undefined;
	const url = Buffer.from(key.slice(shortTermPrefix.length), "base64").toString(
		"utf8",
	);
	return url.startsWith(shortTermHost)
		? url.slice(shortTermHost.length)
		: undefined;
}

/** The part of a request that a signature covers; an HttpRequest is one. */
export type Signed = Pick<HttpRequest, "method" | "path" | "headers">;

/** A query's names and values, percent-decoded once, in the order sent. */
export type Pairs = [name: string, value: string][];

/**
 * The text that is hashed into the string to sign.
 *
 * The path is encoded once more than it was sent, and empty, `.` and `..` segments are taken out, as all services but S3
 * do; over HTTP/2 `:authority` may be signed in place of `host`.
 *
 * @param query - without the signature itself
 * @param names - the signed headers, in lower case and sorted
 * @param payloadHash - the body's SHA-256 in hex, or one of the words that stand for it
 *
 * Source: Create a signed AWS API request (documented); `%3A` becoming `%253A` (observed, BerriAI/litellm#14763).
 */
export function writeCanonicalRequest(
	request: Signed,
	query: Pairs,
	names: string[],
	payloadHash: string,
): string {
	let headers = "";
	for (const name of names) {
		headers += `${name}:${(headerOf(request, name) ?? "").trim().replace(/\s+/g, " ")}\n`;
	}
	const path = encode(normalise(request.path)).replaceAll("%2F", "/");
	return `${request.method}\n${path}\n${writeQuery(query)}\n${headers}\n${names.join(";")}\n${payloadHash}`;
}

function writeQuery(query: Pairs): string {
	return query
		.map(([name, value]): [string, string] => [encode(name), encode(value)])
		.sort(
			([nameA, valueA], [nameB, valueB]) =>
				compare(nameA, nameB) || compare(valueA, valueB),
		)
		.map(([name, value]) => `${name}=${value}`)
		.join("&");
}

function compare(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}

/** Takes empty, `.` and `..` segments out, as all services but S3 do. */
function normalise(path: string): string {
	if (!path.includes("//") && !path.includes("/.")) return path;
	const kept: string[] = [];
	for (const segment of path.split("/")) {
		if (segment === "..") kept.pop();
		else if (segment !== "" && segment !== ".") kept.push(segment);
	}
	return `/${kept.join("/")}${kept.length > 0 && path.endsWith("/") ? "/" : ""}`;
}

/** Percent-encodes all but `A-Z a-z 0-9 - . _ ~`; what is encoded already is encoded again. */
function encode(text: string): string {
	return encodeURIComponent(text.toWellFormed()).replace(
		/[!'()*]/g,
		(character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
	);
}

/** Splits a query as sent; what is no UTF-8 stays encoded, so that its signature will not match. */
export function readQuery(query: string): Pairs {
	if (query === "") return [];
	return query
		.split("&")
		.filter((part) => part !== "")
		.map((part) => {
			const equals = part.indexOf("=");
			return equals < 0
				? [decode(part), ""]
				: [decode(part.slice(0, equals)), decode(part.slice(equals + 1))];
		});
}

function decode(text: string): string {
	if (!text.includes("%")) return text;
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

/** A header by its name in lower case, which comes from the caller: `constructor` must not reach the prototype. */
export function headerOf(request: Signed, name: string): string | undefined {
	return Object.hasOwn(request.headers, name)
		? request.headers[name]
		: undefined;
}
