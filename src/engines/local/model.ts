import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { ConfigError } from "../../errors.ts";
import type { Log } from "../../log.ts";
import {
	type ChatWrapper,
	type EmbeddingContext,
	type Gpu,
	type Llama,
	type LlamaContext,
	type LlamaModel,
	type LlamaModule,
	type LlamaSequence,
	loadLlama,
	startLlama,
} from "./binding.ts";
import { Slots } from "./slots.ts";

/** Which model, and how much of the machine it gets. */
export interface ModelOptions {
	/** Path of a GGUF file. */
	model: string;
	/** Tokens that prompt and reply may have together; 0: what the model was trained on, memory has and `usualContext` allows. */
	contextSize: number;
	/** How many replies are made at a time; each has a context of its own. */
	parallel: number;
	gpu: Gpu;
	/** Where node-llama-cpp is looked for when it is not beside Outcrop. */
	cwd: string;
	log: Log | undefined;
}

/** A loaded model. */
export interface LocalModel {
	module: LlamaModule;
	llama: Llama;
	model: LlamaModel;
	context: LlamaContext;
	/** The model's own chat template. */
	wrapper: ChatWrapper;
	sequences: Slots<LlamaSequence>;
	/** Made on first use: most models that chat are never asked for vectors. */
	embedding(): Promise<EmbeddingContext>;
	/** Embedding contexts read one text at a time. */
	embedders: Slots<undefined>;
	close(): Promise<void>;
}

/** Models are trained on up to a million tokens, whose context would fill a laptop's memory. */
const usualContext = 8192;

/** How many calls may wait for a free sequence; whoever has more wants a server. */
const maxWaiting = 100;

/**
 * Loads a model and makes its contexts.
 *
 * @throws ConfigError when node-llama-cpp or its binary is not installed, or the file is no model that it can load
 */
export async function loadModel(options: ModelOptions): Promise<LocalModel> {
	const { model: path, cwd, gpu, log } = options;
	if (!existsSync(path))
		throw new ConfigError(
			`The engine local finds no model at ${path}. Name a GGUF file with --local-model.`,
		);
	const startedMs = Date.now();
	log?.info("Loading the local model", { path });
	const module = await loadLlama(cwd);
	const llama = await startLlama(module, {
		gpu,
		// llama.cpp's threads wait by spinning: with one for every core, each waits for the one that shares its core with Node
		// (observed: 2 threads on 2 busy cores take 60 times as long as 1).
		maxThreads: Math.max(1, availableParallelism() - 1),
		logger: (level, message) => log?.debug(`llama.cpp ${level}: ${message}`),
	});
	try {
		const loaded = await openModel(module, llama, options);
		log?.info("The local model is loaded", {
			milliseconds: Date.now() - startedMs,
			contextTokens: loaded.context.contextSize,
			parallel: options.parallel,
			computes: llama.gpu === false ? "CPU" : llama.gpu,
		});
		return loaded;
	} catch (error) {
		await llama.dispose();
		const why = error instanceof Error ? error.message : String(error);
		throw new ConfigError(
			`The engine local cannot load ${path}: ${why}. It takes GGUF files that llama.cpp knows; when memory is short, a smaller one or a lower --local-context.`,
		);
	}
}

async function openModel(
	module: LlamaModule,
	llama: Llama,
	{ model: modelPath, contextSize, parallel }: ModelOptions,
): Promise<LocalModel> {
	const model = await llama.loadModel({ modelPath });
	const max = Math.min(usualContext, model.trainContextSize);
	const context = await model.createContext({
		sequences: parallel,
		contextSize: contextSize === 0 ? { max } : contextSize,
	});
	const sequences = Array.from({ length: parallel }, () =>
		context.getSequence(),
	);
	let embedding: Promise<EmbeddingContext> | undefined;
	return {
		module,
		llama,
		model,
		context,
		wrapper: module.resolveChatWrapper(model),
		sequences: new Slots(sequences, maxWaiting),
		embedding: () => (embedding ??= model.createEmbeddingContext()),
		embedders: new Slots([undefined], maxWaiting),
		close: () => llama.dispose(),
	};
}
