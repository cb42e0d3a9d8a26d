import type { TokenUsage } from "@aws-sdk/client-bedrock-runtime";

/** What InvokeModel answers beside its modelled members, as headers (observed). */
export interface InvocationHeaders {
	/** Milliseconds. */
	invocationLatency: number;
	inputTokenCount?: number | undefined;
	outputTokenCount?: number | undefined;
	cacheReadInputTokenCount?: number | undefined;
	cacheWriteInputTokenCount?: number | undefined;
}

/**
 * What the headers say of the tokens.
 *
 * @param withCache - whether the cache's counters are there, as 0, where usage has none
 */
export function countHeaders(
	usage: TokenUsage,
	withCache = false,
): Partial<InvocationHeaders> {
	const none = withCache ? 0 : undefined;
	return {
		inputTokenCount: usage.inputTokens,
		outputTokenCount: usage.outputTokens,
		cacheReadInputTokenCount: usage.cacheReadInputTokens ?? none,
		cacheWriteInputTokenCount: usage.cacheWriteInputTokens ?? none,
	};
}
