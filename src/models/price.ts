import type { TokenUsage } from "@aws-sdk/client-bedrock-runtime";
import type { Model } from "./catalog.ts";

const perMillion = 1e-6;

/**
 * What AWS would charge for a reply, in US dollars, at the catalogue's on-demand prices.
 *
 * @param profilePrefix - of the cross-region profile it was asked by, such as `us.`
 * @returns undefined when the model's prices are not known
 */
export function priceOf(
	{ prices, pricesByProfile }: Model,
	profilePrefix: string | undefined,
	usage: TokenUsage,
): number | undefined {
	const byProfile = pricesByProfile?.[profilePrefix ?? ""];
	const input = byProfile?.[0] ?? prices?.input;
	const output = byProfile?.[1] ?? prices?.output;
	if (input === undefined || output === undefined) return undefined;
	// Where the price of caching is not known, AWS's usual tenth and five quarters of the input price (documented for Claude).
	const read = prices?.cacheRead ?? input * 0.1;
	const write = prices?.cacheWrite ?? input * 1.25;
	const { inputTokens = 0, outputTokens = 0 } = usage;
	const { cacheReadInputTokens = 0, cacheWriteInputTokens = 0 } = usage;
	return (
		perMillion *
		(input * inputTokens +
			output * outputTokens +
			read * cacheReadInputTokens +
			write * cacheWriteInputTokens)
	);
}
