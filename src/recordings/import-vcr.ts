/** Cassettes of vcrpy, and of VCR libraries that write the same form. */
import { gunzipSync } from "node:zlib";
import { parse } from "yaml";
import { ConfigError } from "../errors.ts";
import { keepAnswerHeaders } from "../journal/headers.ts";
import { readFrames } from "../protocol/frames.ts";
import { readableBody } from "./body.ts";
import type { RecordedResponse } from "./cassette.ts";
import { readableEvents } from "./events.ts";
import type { Foreign } from "./import.ts";

/** An interaction, or why it cannot be taken. */
export type VcrExchange = Foreign | { why: string };

/** Whether a text is such a cassette. */
export function isVcr(text: string): boolean {
	return /^(?:\s*\{\s*"(?:version|(?:http_)?interactions)"|(?:---\s*)?(?:http_)?interactions:|version:)/mu.test(
		text.slice(0, 2000),
	);
}

/** @throws ConfigError when the text cannot be read */
export function readVcr(text: string, file: string): VcrExchange[] {
	let value: unknown;
	try {
		// PyYAML writes YAML 1.1, bytes as !!binary.
		value = parse(text, { schema: "yaml-1.1", maxAliasCount: 10_000 });
	} catch (error) {
		const why = error instanceof Error ? error.message.split("\n")[0] : error;
		throw new ConfigError(`${file} is no YAML: ${why}`);
	}
	const { interactions, http_interactions } = mapping(value);
	const list = interactions ?? http_interactions;
	return Array.isArray(list) ? list.map(readInteraction) : [];
}

function readInteraction(interaction: unknown): VcrExchange {
	const { request, response, recorded_at: recordedAt } = mapping(interaction);
	const { method, uri, body, headers } = mapping(request);
	const url = URL.parse(String(uri));
	if (!url || typeof method !== "string")
		return { why: "the request has no method and URI" };
	const given = readHeaders(headers);
	const time = Date.parse(String(recordedAt));
	return withResponse(
		{
			method,
			path: url.pathname,
			headers: given,
			body: bytesOf(body),
			region:
				/\b[a-z]{2,4}(?:-[a-z]+)+-\d\b/u.exec(url.hostname)?.[0] ?? "us-east-1",
			recorded: Number.isNaN(time) ? undefined : new Date(time).toISOString(),
		},
		mapping(response),
	);
}

function withResponse(
	request: Omit<Foreign, "response">,
	response: Record<string, unknown>,
): VcrExchange {
	const { status, headers, body } = response;
	const code = Number(mapping(status).code ?? status);
	if (!Number.isInteger(code)) return { why: "the response has no status" };
	const given = readHeaders(headers);
	const bytes = bytesOf(body);
	const isGzip = given["content-encoding"] === "gzip" && bytes[0] === 0x1f;
	try {
		const said = isGzip ? gunzipSync(bytes) : bytes;
		return {
			...request,
			response: {
				status: code,
				headers: keepAnswerHeaders(given),
				durationMs: 0,
				...readAnswer(said, given["content-type"]),
			},
		};
	} catch (error) {
		return { why: error instanceof Error ? error.message : String(error) };
	}
}

/** @throws Error when an event stream is cut */
function readAnswer(
	bytes: Buffer,
	type: string | undefined,
): Partial<RecordedResponse> {
	if (!type?.includes("eventstream")) return readableBody(bytes);
	// When each event came is not recorded.
	return readableEvents(
		readFrames(bytes).map((frame) => ({ atMs: 0, frame: frame.bytes })),
	);
}

/** A body is text, bytes, or a mapping of either by what it is. */
function bytesOf(body: unknown): Buffer {
	if (typeof body === "string") return Buffer.from(body);
	if (body instanceof Uint8Array) return Buffer.from(body);
	const { string, base64_string: base64 } = mapping(body);
	if (typeof base64 === "string") return Buffer.from(base64, "base64");
	return string === undefined ? Buffer.alloc(0) : bytesOf(string);
}

/** In lower case; of several values of one header the first. */
function readHeaders(headers: unknown): Record<string, string> {
	return Object.fromEntries(
		Object.entries(mapping(headers)).map(([name, value]) => [
			name.toLowerCase(),
			asText(Array.isArray(value) ? value[0] : value),
		]),
	);
}

function asText(value: unknown): string {
	return value instanceof Uint8Array
		? Buffer.from(value).toString()
		: String(value);
}

function mapping(value: unknown): Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value)
		? (value as Record<string, unknown>)
		: {};
}
