/** What a real answer says of the tokens that it used. */
import type { TokenUsage } from "@aws-sdk/client-bedrock-runtime";

type Counts = Record<string, unknown>;

/** Of Converse's bodies and of its stream's `metadata`. */
export function readUsage(holder: unknown): TokenUsage | undefined {
	const usage = memberOf(holder, "usage");
	return usage && "inputTokens" in usage
		? countsOf(usage, "Tokens")
		: undefined;
}

/** Of the headers that InvokeModel answers with (observed). */
export function readUsageHeaders(
	headers: Readonly<Record<string, string>>,
): TokenUsage | undefined {
	const count = (name: string) => {
		const header = headers[`x-amzn-bedrock-${name}-token-count`];
		return header === undefined ? undefined : Number(header);
	};
	const input = count("input");
	if (input === undefined) return undefined;
	return usageOf({
		input,
		output: count("output"),
		cacheRead: count("cache-read-input"),
		cacheWrite: count("cache-write-input"),
	});
}

const metricsName = "amazon-bedrock-invocationMetrics";

/** Of the last chunk of a native stream (observed); all other chunks have none. */
export function readUsageMetrics(chunk: Buffer): TokenUsage | undefined {
	if (!chunk.includes(metricsName)) return undefined;
	const metrics = memberOf(parse(chunk), metricsName);
	return metrics && countsOf(metrics, "TokenCount");
}

/** JSON, or undefined where there is none. */
export function parse(bytes: Buffer): unknown {
	try {
		return JSON.parse(bytes.toString("utf8"));
	} catch {
		return undefined;
	}
}

function countsOf(counts: Counts, suffix: string): TokenUsage {
	const count = (name: string) => {
		const value = counts[name + suffix];
		return typeof value === "number" ? value : undefined;
	};
	return usageOf({
		input: count("input"),
		output: count("output"),
		cacheRead: count("cacheReadInput"),
		cacheWrite: count("cacheWriteInput"),
	});
}

function usageOf(counts: {
	input: number | undefined;
	output: number | undefined;
	cacheRead: number | undefined;
	cacheWrite: number | undefined;
}): TokenUsage {
	const { input = 0, output = 0, cacheRead, cacheWrite } = counts;
	return {
		inputTokens: input,
		outputTokens: output,
		totalTokens: input + output + (cacheRead ?? 0) + (cacheWrite ?? 0),
		...(cacheRead !== undefined && { cacheReadInputTokens: cacheRead }),
		...(cacheWrite !== undefined && { cacheWriteInputTokens: cacheWrite }),
	};
}

function memberOf(value: unknown, name: string): Counts | undefined {
	if (typeof value !== "object" || value === null) return undefined;
	const member = (value as Counts)[name];
	return typeof member === "object" && member !== null
		? (member as Counts)
		: undefined;
}
