import type { Clock } from "../call.ts";
import { MovableClock } from "../clock.ts";
import { ConfigError } from "../errors.ts";
import type { Log } from "../log.ts";
import { Catalog } from "../models/catalog.ts";
import { matchesModel } from "../models/glob.ts";
import { Spend } from "../models/spend.ts";
import type { PromptCache } from "../turn/prompt-cache.ts";
import * as tokens from "../turn/tokens.ts";
import { type BedrockOptions, bedrockEngine } from "./bedrock.ts";
import { chosenEngines, type EngineList, type EngineName } from "./choice.ts";
import type { Engine } from "./engine.ts";
import { type LocalOptions, localEngine } from "./local.ts";
import { type FlociProxy, flociUpstream } from "./openai/floci.ts";
import type { UpstreamOptions } from "./openai/upstream.ts";
import { openaiEngine } from "./openai.ts";
import { type OpenRecordings, replayEngine } from "./replay.ts";
import { type ScriptEngine, scriptEngine } from "./script.ts";
import { stubEngine } from "./stub.ts";

/** What engines need of the configuration. */
export interface EngineOptions extends BedrockOptions, EngineList {
	/** Files and folders of scripts, absolute; asked before all others, unless the list says where. */
	script: readonly string[];
	onMiss: "next" | "error";
	seed: number;
	firstTokenMs: number;
	tokensPerSecond: number;
	jitter: number;
	/** The engine local's model, and how much of the machine it gets; see `ModelOptions`. */
	localModel: string | undefined;
	localContext: number;
	localParallel: number;
	localGpu: "auto" | "off" | "cuda" | "vulkan" | "metal";
	/** Model servers for the engine openai, which is asked before the named ones unless the list says where. */
	upstream: readonly UpstreamOptions[];
	/** Floci's proxy backend: such a server too. */
	proxy: FlociProxy | undefined;
}

/** What engines share with the emulator that they answer for. */
export interface EngineParts {
	log?: Log;
	clock?: Clock;
	/** What was recorded, once it is open; absent: nothing. */
	recordings?: OpenRecordings;
	/** Where real calls are counted; absent: nowhere. */
	spend?: Spend;
}

/**
 * The engines of a configuration, in the order in which they are asked. The script engine is always there, so that rules can
 * be added while the emulator runs.
 *
 * @throws ConfigError when an engine is named and lacks what it needs
 */
export function createEngines(
	options: EngineOptions,
	cache: PromptCache,
	{
		log,
		clock = new MovableClock(),
		recordings = () => undefined,
		spend = new Spend(new Catalog()),
	}: EngineParts = {},
): Engine[] {
	const { seed, firstTokenMs, tokensPerSecond, jitter } = options;
	const pace = { firstTokenMs, tokensPerSecond, jitter };
	const playing = { seed, cache, tokens, pace };
	const { script: paths, onMiss } = options;
	const cwd = process.cwd();
	const choices = chosenEngines(options);
	const names = choices.map(({ name }) => name);
	const makers: Record<EngineName, () => Engine> = {
		script: () =>
			scriptEngine({ ...playing, paths, cwd, onMiss, engines: names, log }),
		replay: () => replayEngine(recordings),
		openai: () => openaiEngine(requireUpstreams(options), clock, log),
		local: () => localEngine(readLocal(options, log)),
		bedrock: () => bedrockEngine(options, spend),
		stub: () => stubEngine(playing),
	};
	requireFolder(options);
	return choices.map((choice) => limited(makers[choice.name](), choice.models));
}

function requireFolder(options: EngineOptions): void {
	if ((options.record ?? options.replay) !== undefined) return;
	if (options.engine.some(({ name }) => name === "replay"))
		throw new ConfigError(
			"The engine replay has no cassettes. Name their folder: --replay DIR, or --record DIR to make some.",
		);
}

function upstreamsOf({
	upstream,
	proxy,
}: EngineOptions): readonly UpstreamOptions[] {
	return proxy ? [flociUpstream(proxy)] : upstream;
}

function requireUpstreams(options: EngineOptions): readonly UpstreamOptions[] {
	const upstreams = upstreamsOf(options);
	if (upstreams.length > 0) return upstreams;
	throw new ConfigError(
		"The engine openai has no server to ask. Name one: --upstream http://localhost:11434/v1, or upstreams: in the configuration file.",
	);
}

function readLocal(options: EngineOptions, log: Log | undefined): LocalOptions {
	const { localModel: model, localContext, localParallel, localGpu } = options;
	if (model === undefined)
		throw new ConfigError(
			"The engine local has no model. Name a GGUF file with --local-model.",
		);
	return {
		model,
		contextSize: localContext,
		parallel: localParallel,
		gpu: localGpu === "off" ? false : localGpu,
		cwd: process.cwd(),
		log,
	};
}

/** An engine that is asked for some models only. */
function limited(engine: Engine, models: readonly string[]): Engine {
	if (models.length > 0)
		engine.serves = (modelId) => matchesModel(models, modelId);
	return engine;
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
