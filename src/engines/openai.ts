/** Engine `openai`: any server that speaks OpenAI's chat completions answers. */
import type { Call } from "../call.ts";
import { invalid, ServiceError } from "../errors.ts";
import { randomText } from "../random.ts";
import { countText, countTurn } from "../turn/tokens.ts";
import type { Reply, Turn } from "../turn/turn.ts";
import type { Engine } from "./engine.ts";
import { broken, readChatEvents, readEventData } from "./openai/events.ts";
import { writeChatRequest } from "./openai/request.ts";

/** Where the server is and which of its models stands for which of Bedrock's. */
export interface OpenAiOptions {
	/** Base URL, such as `http://localhost:11434/v1`. */
	url: string;
	apiKey: string | undefined;
	/** Bedrock model id to the server's model id. */
	modelMapping: Record<string, string>;
	/** Sends a model id that the mapping lacks as it is. */
	passthrough: boolean;
	defaultModel: string | undefined;
}

/**
 * Asks an OpenAI-compatible server. Its failures become AWS's typed errors with the cause named; nothing falls back.
 *
 * With `--compat floci` only Converse is asked, as there: InvokeModel passes to the next engine.
 */
export function openaiEngine(options: OpenAiOptions): Engine {
	return {
		name: "openai",
		reply(turn, call) {
			if (call.mode === "floci" && call.operation !== "Converse")
				return undefined;
			return ask(options, turn, call);
		},
	};
}

async function ask(
	options: OpenAiOptions,
	turn: Turn,
	call: Call,
): Promise<Reply> {
	const startedMs = call.clock.now();
	const model = resolveUpstream(options, turn.modelId);
	const response = await post(options, writeChatRequest(turn, model), call);
	if (!response.ok) throw await readFailure(response, model);
	if (!response.body) throw unreachable(options, "it answered without a body");
	return readChatEvents(readEventData(whole(response.body, call)), {
		usage(said) {
			const inputTokens = countTurn(turn).total;
			const outputTokens = countText(said, turn.modelId);
			return {
				inputTokens,
				outputTokens,
				totalTokens: inputTokens + outputTokens,
			};
		},
		latencyMs: () => call.clock.now() - startedMs,
		toolUseId: () => `tooluse_${randomText(call.random, 22)}`,
	});
}

/**
 * Mapping, then the id itself where that is allowed, then the default.
 *
 * @throws ServiceError `ValidationException` when none names a model
 */
function resolveUpstream(options: OpenAiOptions, modelId: string): string {
	const { modelMapping, passthrough, defaultModel } = options;
	const model =
		(Object.hasOwn(modelMapping, modelId)
			? modelMapping[modelId]
			: undefined) ??
		(passthrough ? modelId : undefined) ??
		defaultModel;
	if (model !== undefined) return model;
	throw invalid(
		`No model of the server at ${options.url} stands for ${modelId}. Map it (${modelId}=…), allow ids to pass through, or name a default model.`,
	);
}

async function post(
	options: OpenAiOptions,
	body: unknown,
	call: Call,
): Promise<Response> {
	const url = `${options.url.replace(/\/+$/u, "")}/chat/completions`;
	try {
		return await fetch(url, {
			method: "POST",
			headers: {
				"content-type": "application/json",
				...(options.apiKey !== undefined && {
					authorization: `Bearer ${options.apiKey}`,
				}),
			},
			body: JSON.stringify(body),
			signal: call.signal,
		});
	} catch (error) {
		if (call.signal.aborted) throw error;
		throw unreachable(options, reasonOf(error));
	}
}

function unreachable(options: OpenAiOptions, why: string): ServiceError {
	return new ServiceError(
		"ServiceUnavailableException",
		`The model server at ${options.url} cannot be reached: ${why}. Start it, or check its URL.`,
	);
}

/** `fetch failed` says nothing; its cause does. */
function reasonOf(error: unknown): string {
	const cause = error instanceof Error ? (error.cause ?? error) : error;
	return cause instanceof Error ? cause.message || cause.name : String(cause);
}

const longestQuote = 500;

/** The server's refusal, as the exception that Bedrock would give for it. */
async function readFailure(
	response: Response,
	model: string,
): Promise<ServiceError> {
	const text = (await response.text().catch(() => "")).slice(0, longestQuote);
	const message = `The model server refused (model ${model}, status ${response.status}): ${text || response.statusText}`;
	if (response.status === 429)
		return new ServiceError("ThrottlingException", message);
	if (response.status === 408 || response.status === 504)
		return new ServiceError("ModelTimeoutException", message);
	return new ServiceError("ModelErrorException", message, {
		originalStatusCode: response.status,
		resourceName: model,
	});
}

/** The body's bytes; a connection that breaks is a failure in mid-stream, unless it was our client who hung up. */
async function* whole(
	body: AsyncIterable<Uint8Array>,
	call: Call,
): AsyncGenerator<Uint8Array> {
	try {
		yield* body;
	} catch (error) {
		if (call.signal.aborted) throw error;
		throw broken(reasonOf(error));
	}
}
