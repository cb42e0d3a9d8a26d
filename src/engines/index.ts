import type { PromptCache } from "../turn/prompt-cache.ts";
import * as tokens from "../turn/tokens.ts";
import type { Engine } from "./engine.ts";
import { type OpenAiOptions, openaiEngine } from "./openai.ts";
import { stubEngine } from "./stub.ts";

/** What engines need of the configuration. */
export interface EngineOptions {
	/** Names, in the order in which they are asked. */
	engine: readonly "stub"[];
	seed: number;
	firstTokenMs: number;
	tokensPerSecond: number;
	jitter: number;
	/** Floci's proxy backend; asked before all others. */
	proxy: OpenAiOptions | undefined;
}

/** The engines of a configuration, in the order in which they are asked. */
export function createEngines(
	options: EngineOptions,
	cache: PromptCache,
): Engine[] {
	const { seed, firstTokenMs, tokensPerSecond, jitter } = options;
	const pace = { firstTokenMs, tokensPerSecond, jitter };
	const makers = {
		stub: () => stubEngine({ seed, cache, tokens, pace }),
	};
	const named = options.engine.map((name) => makers[name]());
	return options.proxy ? [openaiEngine(options.proxy), ...named] : named;
}
