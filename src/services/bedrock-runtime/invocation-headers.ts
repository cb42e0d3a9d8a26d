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

/** What the headers say of the tokens. */
export function countHeaders(usage: TokenUsage): Partial<InvocationHeaders> {
	const { cacheReadInputTokens, cacheWriteInputTokens } = usage;
	return {
		inputTokenCount: usage.inputTokens,
		outputTokenCount: usage.outputTokens,
		cacheReadInputTokenCount: cacheReadInputTokens,
		cacheWriteInputTokenCount: cacheWriteInputTokens,
	};
}
