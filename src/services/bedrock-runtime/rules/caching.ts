import type { CachePointBlock } from "@aws-sdk/client-bedrock-runtime";
import type { ModelFacts } from "../../../models/facts.ts";
import { type ConverseInput, type ConverseRules, refuse } from "./rule.ts";

/** Rules on cache points. */
export const cachingRules = {
	cachingUnsupported: {
		text: "You invoked an unsupported model or your request did not allow prompt caching. See the documentation for more information.",
		source: "observed",
		reference:
			"BerriAI/litellm#39210: 403, so an access error; the second sentence is from other live logs",
		models: "by facts",
		error: "AccessDeniedException",
	},
	cachePointCount: {
		text: "The model returned the following errors: A maximum of 4 blocks with cache_control may be provided. Found {count}.",
		source: "observed",
		reference:
			"Bike4Mind/bike4mind#2208 for Claude; the limit holds for all (documented), their words are assumed",
		models: "all",
	},
	cacheTtlOrder: {
		text: "The model returned the following errors: {path}.cache_control.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. Note that blocks are processed in the following order: `tools`, `system`, `messages`.",
		source: "observed",
		reference: "Portkey-AI/gateway#1762, Claude, 2026-08",
		models: "by facts",
	},
} as const satisfies ConverseRules;

type Marked = readonly { cachePoint?: CachePointBlock | undefined }[];

/** Whether there is a cache point among tools or blocks. */
export function hasCachePoint(blocks: Marked | undefined): boolean {
	return blocks?.some((block) => block.cachePoint) ?? false;
}

/** Checks all cache points of a request, in the order that models read them: tools, system, messages. */
export function checkCachePoints(
	input: ConverseInput,
	facts: ModelFacts,
): void {
	let count = 0;
	let short = false;
	const visit = (blocks: Marked, path: string) => {
		// The native body has no block for a cache point: it marks the block before it.
		let marked = -1;
		for (const { cachePoint } of blocks) {
			if (!cachePoint) {
				marked++;
				continue;
			}
			if (facts.promptCaching === false)
				throw refuse(cachingRules.cachingUnsupported);
			count++;
			const long = cachePoint.ttl === "1h";
			if (long && short && facts.family === "anthropic") {
				throw refuse(cachingRules.cacheTtlOrder, {
					path: `${path}.${Math.max(marked, 0)}`,
				});
			}
			short ||= !long;
		}
	};
	visit(input.toolConfig?.tools ?? [], "tools");
	visit(input.system ?? [], "system");
	for (const [index, message] of (input.messages ?? []).entries()) {
		visit(message.content ?? [], `messages.${index}.content`);
	}
	if (count > 4) throw refuse(cachingRules.cachePointCount, { count });
}
