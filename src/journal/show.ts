import { parseJson } from "../protocol/json.ts";
import type { Exchange } from "./exchange.ts";

/** Longest piece of bytes that is shown whole, in base64 characters. */
const longestBytes = 4096;

/**
 * An exchange as JSON: native bodies decoded, other bytes as base64 (cut when long, with their length).
 */
export function showExchange(exchange: Exchange): Record<string, unknown> {
	const { kind, accountId, region } = exchange.identity;
	const { method, path, httpVersion, requestHeaders } = exchange;
	return plain({
		...summarize(exchange),
		identity: { kind, accountId, region },
		method,
		path,
		httpVersion,
		requestHeaders,
		input: exchange.input,
		output: exchange.output,
		events: exchange.events,
		notes: exchange.notes,
	}) as Record<string, unknown>;
}

/** What a list of exchanges needs of each; the price in US dollars, to a millionth of a cent. */
export function summarize(exchange: Exchange): Record<string, unknown> {
	return {
		id: exchange.id,
		sequence: exchange.sequence,
		namespace: exchange.namespace,
		service: exchange.service,
		operation: exchange.operation,
		modelId: exchange.modelId,
		startedAtMs: exchange.startedAtMs,
		firstEventMs: exchange.firstEventMs,
		durationMs: exchange.durationMs,
		status: exchange.status,
		state: stateOf(exchange),
		error: exchange.error,
		usage: exchange.usage,
		priceUsd: rounded(exchange.priceUsd),
		engine: exchange.notes.engine,
		upstream: exchange.notes.upstream,
		rule: exchange.notes.rule,
		faults: exchange.notes.faults,
		attempt: exchange.attempt,
		firstWords: firstWords(exchange),
	};
}

/** To a millionth of a cent: what is finer is the binary's, not the price list's. */
function rounded(priceUsd: number | undefined): number | undefined {
	return priceUsd === undefined ? undefined : Math.round(priceUsd * 1e8) / 1e8;
}

function stateOf(exchange: Exchange): "ok" | "error" | "broken" {
	if (exchange.error) return "error";
	return exchange.status === undefined ? "broken" : "ok";
}

/** The last thing the user said, cut to a line; what a tool brought, when that is all. */
function firstWords(exchange: Exchange): string | undefined {
	const body = decodeBytes(exchange.requestBody ?? new Uint8Array());
	const { messages } = (body ?? {}) as {
		messages?: { role?: string; content?: unknown }[];
	};
	const last = Array.isArray(messages)
		? messages.findLast((message) => message?.role === "user")
		: undefined;
	const content: unknown = last?.content;
	const text =
		typeof content === "string"
			? content
			: Array.isArray(content)
				? content.map(textOf).join(" ")
				: "";
	return text === "" ? undefined : text.slice(0, 120);
}

function textOf(block: Record<string, unknown> | null): string {
	if (typeof block?.text === "string") return block.text;
	// Converse's result of a tool, and Claude's.
	const result = block?.toolResult ?? (block?.tool_use_id ? block : undefined);
	return result ? `[tool result] ${lineOf(contentOf(result))}` : "";
}

function lineOf(value: unknown): string {
	return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

function contentOf({ content }: { content?: unknown }): unknown {
	const [only] = Array.isArray(content) && content.length === 1 ? content : [];
	return only?.json ?? only?.text ?? content;
}

/** JSON that holds no bytes and no dates. */
function plain(value: unknown): unknown {
	if (value instanceof Uint8Array) return showBytes(value);
	if (value instanceof Date) return value.toISOString();
	if (Array.isArray(value)) return value.map(plain);
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, member]) => [key, plain(member)]),
	);
}

function showBytes(bytes: Uint8Array): unknown {
	return (
		decodeBytes(bytes) ?? {
			base64: Buffer.from(bytes).toString("base64").slice(0, longestBytes),
			byteLength: bytes.byteLength,
		}
	);
}

function decodeBytes(bytes: Uint8Array): unknown {
	const first = bytes[0];
	// Only what begins like a JSON object, list or string is tried.
	if (first !== 0x7b && first !== 0x5b && first !== 0x22) return undefined;
	try {
		// Of bounded depth, for whoever walks it: a refused body is kept too, and may be anything.
		return parseJson(Buffer.from(bytes).toString("utf8"));
	} catch {
		return undefined;
	}
}
