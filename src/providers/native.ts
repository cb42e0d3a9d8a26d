/** What the native bodies of several families share. */

import type { TokenUsage } from "@aws-sdk/client-bedrock-runtime";
import { invalid, type ServiceError } from "../errors.ts";
import type { JsonObject } from "../json.ts";
import type { ReplyEvent } from "../turn/turn.ts";
import type { InvocationMetrics, NativeCall } from "./provider.ts";

/**
 * The refusal of a body that breaks the family's schema.
 *
 * @param detail - what is wrong; without it the body is no JSON object at all
 *
 * Source: both forms observed on several families.
 */
export function malformed(detail?: string): ServiceError {
	const what = detail === undefined ? "" : `: ${detail}`;
	return invalid(
		`Malformed input request${what}, please reformat your input and try again.`,
	);
}

/**
 * Bytes of padded base64; undefined when the text is anything else. A character outside the alphabet shortens the decoded
 * bytes, which is how it is seen: a pattern would keep a step for every character of a large file.
 */
export function decodeBase64(text: string): Uint8Array | undefined {
	const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
	const bytes = Buffer.from(text, "base64");
	if (text.length % 4 !== 0 || bytes.length !== (text.length / 4) * 3 - padding)
		return undefined;
	return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Bytes as standard base64. */
export function encodeBase64(bytes: Uint8Array): string {
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(
		"base64",
	);
}

/**
 * Watches the events of one reply for what the end of a native stream says. Make it when the stream begins and show it
 * every event before the chunk of that event is written.
 */
export class StreamMeter {
	readonly #call: NativeCall;
	readonly #startedAt: number;
	#firstByteMs: number | undefined;
	#latencyMs: number | undefined;
	/** Until `metadata` comes, the input tokens are the call's own count and the output is 0. */
	usage: TokenUsage;

	constructor(call: NativeCall) {
		this.#call = call;
		this.#startedAt = call.now();
		this.usage = {
			inputTokens: call.inputTokens,
			outputTokens: 0,
			totalTokens: call.inputTokens,
		};
	}

	see(event: ReplyEvent): void {
		this.#firstByteMs ??= this.#call.now() - this.#startedAt;
		if (!event.metadata) return;
		this.usage = event.metadata.usage ?? this.usage;
		this.#latencyMs = event.metadata.metrics?.latencyMs;
	}

	/**
	 * The member of the last chunk. Cache counters are there when the reply's usage has them, or with `always` (Nova).
	 *
	 * Source: names and order observed.
	 */
	metrics(cacheCounts?: "always"): {
		"amazon-bedrock-invocationMetrics": JsonObject;
	} {
		const {
			inputTokens = 0,
			outputTokens = 0,
			cacheReadInputTokens,
			cacheWriteInputTokens,
		} = this.usage;
		const latency = this.#latencyMs ?? this.#call.now() - this.#startedAt;
		const metrics: InvocationMetrics = {
			inputTokenCount: inputTokens,
			outputTokenCount: outputTokens,
			invocationLatency: latency,
			firstByteLatency: Math.min(this.#firstByteMs ?? latency, latency),
		};
		if (
			cacheCounts ||
			cacheReadInputTokens !== undefined ||
			cacheWriteInputTokens !== undefined
		) {
			metrics.cacheReadInputTokenCount = cacheReadInputTokens ?? 0;
			metrics.cacheWriteInputTokenCount = cacheWriteInputTokens ?? 0;
		}
		return { "amazon-bedrock-invocationMetrics": { ...metrics } };
	}
}
