import type { PromptCache } from "../turn/prompt-cache.ts";
import * as tokens from "../turn/tokens.ts";
import type { Engine } from "./engine.ts";
import { stubEngine } from "./stub.ts";

/** What engines need of the configuration. */
export interface EngineOptions {
  seed: number;
  firstTokenMs: number;
  tokensPerSecond: number;
  jitter: number;
}

/** The engines of a configuration, in the order in which they are asked; the last one always answers. */
export function createEngines(options: EngineOptions, cache: PromptCache): Engine[] {
  const { seed, firstTokenMs, tokensPerSecond, jitter } = options;
  return [stubEngine({ seed, cache, tokens, pace: { firstTokenMs, tokensPerSecond, jitter } })];
}
