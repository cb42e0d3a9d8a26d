/** Requests as cassettes hold them: what does not matter to the answer, and what must not be kept, left out. */

import { createHash } from "node:crypto";
import type { Json, JsonObject } from "../json.ts";
import { unsignedQuery } from "../protocol/sigv4.ts";
import { looseJson } from "./body.ts";
import type { RecordedRequest } from "./cassette.ts";
import type { Redact } from "./redact.ts";

/** What a request is told by. */
export interface AskedRequest {
	operation: string;
	/** Undefined for operations that name none: their path says what they are about. */
	modelId: string | undefined;
	/** Not decoded, without the query. */
	path: string;
	/** As sent, without `?`. */
	query: string;
	/** Names in lower case; all but those of the allow-list are left out. */
	headers: Readonly<Record<string, string>>;
	body: Uint8Array;
}

/** Bytes in base64 that are longer than this are kept by their hash: their text tells a reader nothing. */
const longestBase64 = 256;

/**
 * A request as it is recorded and matched: members sorted, bytes by hash and length, texts redacted. Neither signature nor
 * key, token or cookie has a place in it: they travel in headers that are left out, or in a presigned query.
 */
export function recordedRequest(
	{ operation, modelId, path, query, headers, body }: AskedRequest,
	redact: Redact,
): RecordedRequest {
	const request: RecordedRequest = { operation, model: modelId ?? "" };
	const asked = unsignedQuery(query);
	if (modelId === undefined)
		request.path = asked === "" ? path : `${path}?${asked}`;
	const kept = inputHeaders(headers);
	if (Object.keys(kept).length > 0) request.headers = kept;
	if (body.byteLength > 0) request.body = readable(body, redact);
	return request;
}

function inputHeaders(
	headers: Readonly<Record<string, string>>,
): Record<string, string> {
	const names = Object.keys(headers)
		.filter((name) => name.startsWith("x-amzn-bedrock-"))
		.sort();
	return Object.fromEntries(names.map((name) => [name, headers[name] ?? ""]));
}

function readable(body: Uint8Array, redact: Redact): Json {
	const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
	const text = bytes.toString("utf8");
	const json = looseJson(text);
	if (json !== undefined) return normalise(json, redact);
	return Buffer.from(text).equals(bytes)
		? redact(text)
		: hashOf(bytes.toString("base64"), bytes.byteLength);
}

function normalise(value: Json, redact: Redact): Json {
	if (typeof value === "string") return normaliseText(value, redact);
	if (Array.isArray(value)) return value.map((item) => normalise(item, redact));
	if (typeof value !== "object" || value === null) return value;
	return sorted(value, (item) => normalise(item, redact));
}

/** A mapping with its members in order of their names. */
export function sorted(
	value: JsonObject,
	each: (item: Json, name: string) => Json = (item) => item,
): JsonObject {
	const names = Object.keys(value).sort();
	return Object.fromEntries(
		names.map((name) => [name, each(value[name] ?? null, name)]),
	);
}

function normaliseText(text: string, redact: Redact): string {
	if (isLongBase64(text))
		return hashOf(text, Buffer.byteLength(text, "base64"));
	// What is no Unicode could not be written to a file.
	return redact(text.toWellFormed());
}

function isLongBase64(text: string): boolean {
	return (
		text.length > longestBase64 &&
		text.length % 4 === 0 &&
		/^[A-Za-z\d+/]+={0,2}$/u.test(text)
	);
}

function hashOf(base64: string, byteLength: number): string {
	const hash = createHash("sha256").update(Buffer.from(base64, "base64"));
	return `sha256 ${hash.digest("hex").slice(0, 32)}, ${byteLength} bytes`;
}
