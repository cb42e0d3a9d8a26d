import type { Log } from "../log.ts";
import type { PromptCache } from "../turn/prompt-cache.ts";
import * as tokens from "../turn/tokens.ts";
import type { Engine } from "./engine.ts";
import { type OpenAiOptions, openaiEngine } from "./openai.ts";
import { type ScriptEngine, scriptEngine } from "./script.ts";
import { stubEngine } from "./stub.ts";

/** What engines need of the configuration. */
export interface EngineOptions {
	/** Names, in the order in which they are asked. */
	engine: readonly "stub"[];
	/** Files and folders of scripts, absolute; asked before all others. */
	script: readonly string[];
	onMiss: "next" | "error";
	seed: number;
	firstTokenMs: number;
	tokensPerSecond: number;
	jitter: number;
	/** Floci's proxy backend; asked before the named ones. */
	proxy: OpenAiOptions | undefined;
}

/**
 * The engines of a configuration, in the order in which they are asked. The script engine is always there, so that rules can
 * be added while the emulator runs.
 */
export function createEngines(
	options: EngineOptions,
	cache: PromptCache,
	log?: Log,
): Engine[] {
	const { seed, firstTokenMs, tokensPerSecond, jitter } = options;
	const pace = { firstTokenMs, tokensPerSecond, jitter };
	const playing = { seed, cache, tokens, pace };
	const makers = {
		stub: () => stubEngine(playing),
	};
	const named = options.engine.map((name) => makers[name]());
	if (options.proxy) named.unshift(openaiEngine(options.proxy));
	const { script: paths, onMiss } = options;
	const cwd = process.cwd();
	return [scriptEngine({ ...playing, paths, cwd, onMiss, log }), ...named];
}

/** The script engine among engines. */
export function findScriptEngine(
	engines: readonly Engine[],
): ScriptEngine | undefined {
	return engines.find(
		(engine): engine is ScriptEngine =>
			engine.name === "script" && "add" in engine,
	);
}
