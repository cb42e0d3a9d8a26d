/** What is used of node-llama-cpp, and how it is found. It is an optional peer: types of our own stand for its own. */

import { findPackageJSON } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { ConfigError } from "../../errors.ts";
import type { Json } from "../../json.ts";

/** The module itself. Source: its own declarations, 3.22.1 (documented); `npm run test:upstreams` holds these to them. */
export interface LlamaModule {
	getLlama(options: LlamaOptions): Promise<Llama>;
	resolveChatWrapper(model: LlamaModel): ChatWrapper;
	LlamaChat: new (options: {
		contextSequence: LlamaSequence;
		chatWrapper: ChatWrapper;
	}) => LlamaChat;
}

/** Where it computes. */
export type Gpu = "auto" | "metal" | "cuda" | "vulkan" | false;

interface LlamaOptions {
	gpu: Gpu;
	/** Never: a prebuilt binary or none, for a build from source takes minutes that nobody asked for. */
	build: "never";
	maxThreads: number;
	progressLogs: false;
	logger(level: string, message: string): void;
}

export interface Llama {
	readonly gpu: string | false;
	loadModel(options: {
		modelPath: string;
		loadSignal?: AbortSignal;
	}): Promise<LlamaModel>;
	createGrammarForJsonSchema(schema: GrammarJson): Promise<Grammar>;
	dispose(): Promise<void>;
}

/** A schema that `grammarSchema` made; its own type names each form that a schema may have. */
export type GrammarJson = object;
/** Opaque: what holds a reply to a schema. */
export type Grammar = object;
/** Opaque: reads and writes tokens. */
export type Tokenizer = object;

export interface LlamaModel {
	readonly tokenizer: Tokenizer;
	readonly trainContextSize: number;
	tokenize(text: string, specialTokens: boolean): readonly unknown[];
	createContext(options: {
		sequences: number;
		contextSize: number | { max: number };
	}): Promise<LlamaContext>;
	createEmbeddingContext(): Promise<EmbeddingContext>;
}

export interface LlamaContext {
	/** Tokens of one sequence. */
	readonly contextSize: number;
	getSequence(): LlamaSequence;
}

export interface LlamaSequence {
	readonly tokenMeter: { readonly usedOutputTokens: number };
}

export interface EmbeddingContext {
	getEmbeddingFor(
		text: string,
	): Promise<{ readonly vector: readonly number[] }>;
	/** Tokens of a text, those that the model wants around it included. */
	calculateInputLength(text: string): number;
}

/** How one family of models writes a conversation. */
export interface ChatWrapper {
	readonly settings: {
		/** How it marks what the model thinks, if it does. */
		readonly segments?: {
			readonly thought?: {
				readonly prefix: string | TokenText | { readonly type: string };
				/** The mark is put after the prompt, as if the model had said it. */
				readonly openOnResponseStart?: boolean;
			};
		};
	};
	generateContextState(options: {
		/** Of `HistoryItem`s. */
		chatHistory: readonly object[];
		/** `Functions`. */
		availableFunctions?: object;
	}): ContextState;
}

/** Text with special tokens in it. */
interface TokenText {
	tokenize(tokenizer: Tokenizer): readonly unknown[];
}

export interface ContextState {
	contextText: TokenText;
	stopGenerationTriggers: unknown[];
	functionCall?: {
		initiallyEngaged: boolean;
		disengageInitiallyEngaged: object[];
	};
}

/** Tools by name. */
export type Functions = Record<
	string,
	{ description?: string; params?: GrammarJson }
>;

export type HistoryItem =
	| { type: "system"; text: string }
	| { type: "user"; text: string }
	| { type: "model"; response: (string | FunctionCall | Segment)[] };

export interface FunctionCall {
	type: "functionCall";
	name: string;
	params: Json;
	result: Json;
}

interface Segment {
	type: "segment";
	segmentType: "thought";
	text: string;
	ended: true;
}

export interface LlamaChat {
	generateResponse(
		history: HistoryItem[],
		options: GenerateOptions,
	): Promise<{ metadata: Ending }>;
	dispose(): void;
}

/** Why it stopped. */
export interface Ending {
	stopReason: string;
	/** With `customStopTrigger`: the sequence, in pieces. */
	customStopTrigger?: readonly unknown[];
}

export interface GenerateOptions {
	signal: AbortSignal;
	maxTokens: number;
	temperature: number;
	topP: number;
	topK: number;
	minP: number;
	seed: number;
	repeatPenalty: false;
	customStopTriggers: string[];
	budgets?: { thoughtTokens: number };
	grammar?: Grammar;
	functions?: Functions;
	maxParallelFunctionCalls?: number;
	contextShift: { strategy(): never };
	onResponseChunk(chunk: ResponseChunk): void;
	onFunctionCallParamsChunk?(chunk: ParamsChunk): void;
	onFunctionCall?(call: { functionName: string; params: unknown }): void;
}

export interface ResponseChunk {
	type: "segment" | undefined;
	text: string;
}

export interface ParamsChunk {
	callIndex: number;
	functionName: string;
	paramsChunk: string;
}

const range = "3";

/** The package with the binary for this machine's CPU (on macOS: Metal), which node-llama-cpp has among its optional ones. */
export function binaryPackage(): string {
	const { platform, arch } = process;
	const names: Record<string, string> = {
		"darwin-arm64": "mac-arm64-metal",
		"darwin-x64": "mac-x64",
		"win32-x64": "win-x64",
		"win32-arm64": "win-arm64",
		"linux-arm": "linux-armv7l",
	};
	const key = `${platform}-${arch}`;
	return `@node-llama-cpp/${names[key] ?? key}`;
}

function installHint(): string {
	return (
		`Install it: npm install node-llama-cpp@${range} (some 700 MB with what it needs for CUDA and Vulkan), ` +
		`or for the CPU alone: npm install --omit=optional --ignore-scripts node-llama-cpp@${range} ${binaryPackage()}@${range}`
	);
}

/**
 * Imports node-llama-cpp from beside Outcrop, or else from the working folder, as a global install has it nowhere beside.
 *
 * @throws ConfigError with the command that installs it
 */
export async function loadLlama(cwd: string): Promise<LlamaModule> {
	const name = "node-llama-cpp";
	const found =
		findPackage(name, import.meta.url) ??
		findPackage(name, pathToFileURL(join(cwd, "package.json")).href);
	if (found === undefined)
		throw new ConfigError(
			`The engine local needs the package ${name}, which is neither beside Outcrop nor in ${cwd}. ${installHint()}`,
		);
	return await import(pathToFileURL(found).href);
}

/** The package's main file; it has no other export that we need. */
function findPackage(name: string, base: string): string | undefined {
	try {
		const manifest = findPackageJSON(name, base);
		return manifest && join(dirname(manifest), "dist/index.js");
	} catch {
		return undefined;
	}
}

/** @throws ConfigError when no binary for this machine is installed */
export async function startLlama(
	module: LlamaModule,
	options: Omit<LlamaOptions, "build" | "progressLogs">,
): Promise<Llama> {
	try {
		return await module.getLlama({
			...options,
			build: "never",
			progressLogs: false,
		});
	} catch (error) {
		const why = error instanceof Error ? error.message : String(error);
		throw new ConfigError(
			`The engine local found node-llama-cpp, but no binary of it that runs here (${why}). ${installHint()}`,
		);
	}
}
