import type { StopReason, TokenUsage } from "@aws-sdk/client-bedrock-runtime";
import type { Call } from "../../call.ts";
import { invalid, ServiceError } from "../../errors.ts";
import type { Json } from "../../json.ts";
import { randomText } from "../../random.ts";
import { selectResponseFields } from "../../turn/response-fields.ts";
import type { Reply, ReplyEvent, Turn } from "../../turn/turn.ts";
import type {
	ChatWrapper,
	Ending,
	GenerateOptions,
	HistoryItem,
	LlamaSequence,
} from "./binding.ts";
import { Blocks } from "./blocks.ts";
import { Events } from "./events.ts";
import { writeHistory } from "./history.ts";
import type { LocalModel } from "./model.ts";
import { countPrompt, type Limits, readLimits } from "./prompt.ts";
import { callingWrapper, type LocalRequest, readRequest } from "./request.ts";

/** What one reply is made from. */
interface Generation {
	turn: Turn;
	call: Call;
	request: LocalRequest;
	history: HistoryItem[];
	wrapper: ChatWrapper;
	inputTokens: number;
	limits: Limits;
	/** Aborts when nobody listens any more. */
	signal: AbortSignal;
	startedMs: number;
}

/**
 * Starts a reply as soon as a sequence is free. It is generated whether or not it is read, and ends at its limits, when the
 * client hangs up, or when its reader goes.
 *
 * @throws ServiceError `ValidationException` for what a text model cannot read, for a prompt beyond the context and, with
 * `--strict`, for schemas that no grammar holds; `ThrottlingException` when too many wait
 */
export async function generate(
	local: LocalModel,
	turn: Turn,
	call: Call,
): Promise<Reply> {
	const startedMs = call.clock.now();
	const request = readRequest(turn);
	noteLost(request, call);
	const thinks = local.wrapper.settings.segments?.thought !== undefined;
	const history = writeHistory(turn, thinks);
	const wrapper = request.mustCall
		? callingWrapper(local.wrapper)
		: local.wrapper;
	const inputTokens = countPrompt(local, history, request);
	const limits = readLimits(local, turn, request, inputTokens);
	const sequence = await local.sequences.take(call.signal);
	const gone = new AbortController();
	const events = new Events(gone);
	const signal = AbortSignal.any([call.signal, gone.signal]);
	const generation = {
		...{ turn, call, request, history, wrapper },
		...{ inputTokens, limits, signal, startedMs },
	};
	void run(local, sequence, generation, (event) => events.push(event))
		.finally(() => local.sequences.giveBack(sequence))
		.then(
			() => events.end(),
			(error: unknown) => events.fail(signal.aborted ? signal.reason : error),
		);
	return events;
}

/** What of the request's schemas no grammar holds changes nothing; with `--strict` that is refused. */
function noteLost({ lost }: LocalRequest, { notes, mode }: Call): void {
	if (lost.length === 0) return;
	if (mode === "strict")
		throw invalid(
			`The engine local cannot hold a reply to ${lost.join(", ")}. Leave that out, or start without --strict.`,
		);
	notes.ignored = [...(notes.ignored ?? []), ...lost];
}

async function run(
	{ module, llama }: LocalModel,
	sequence: LlamaSequence,
	generation: Generation,
	emit: (event: ReplyEvent) => void,
): Promise<void> {
	const { call, request, wrapper, history } = generation;
	const meter = sequence.tokenMeter;
	const saidBefore = meter.usedOutputTokens;
	const chat = new module.LlamaChat({
		contextSequence: sequence,
		chatWrapper: wrapper,
	});
	const blocks = new Blocks(
		emit,
		() => `tooluse_${randomText(call.random, 22)}`,
	);
	emit({ messageStart: { role: "assistant" } });
	try {
		const grammar =
			request.schema &&
			(await llama.createGrammarForJsonSchema(request.schema));
		const { metadata } = await chat.generateResponse(history, {
			...generateOptions(generation, blocks),
			...(grammar && { grammar }),
		});
		blocks.end();
		const outputTokens = meter.usedOutputTokens - saidBefore;
		for (const event of writeEnd(generation, metadata, outputTokens))
			emit(event);
	} catch (error) {
		if (generation.signal.aborted) throw error;
		throw failed(error, call);
	} finally {
		chat.dispose();
	}
}

function generateOptions(
	{ call, request, limits, signal }: Generation,
	blocks: Blocks,
): GenerateOptions {
	const { functions, mustCall, thoughtTokens } = request;
	return {
		...request.sampling,
		signal,
		maxTokens: limits.maxTokens,
		seed: Math.floor(call.random.next() * 0x1_0000_0000),
		repeatPenalty: false,
		customStopTriggers: request.customStopTriggers,
		...(thoughtTokens !== undefined && { budgets: { thoughtTokens } }),
		contextShift: {
			strategy() {
				// It would forget the first messages. The limits leave room enough that it is not asked.
				throw new Error("the context is full");
			},
		},
		onResponseChunk: (chunk) => blocks.say(chunk),
		...(functions && {
			functions,
			...(mustCall && { maxParallelFunctionCalls: 1 }),
			onFunctionCallParamsChunk: (chunk) => blocks.addInput(chunk),
			onFunctionCall: ({ functionName }) => blocks.endCall(functionName),
		}),
	};
}

function* writeEnd(
	{ turn, call, inputTokens, limits, startedMs }: Generation,
	{ stopReason: ending, customStopTrigger = [] }: Ending,
	outputTokens: number,
): Generator<ReplyEvent> {
	const stopReason = readStopReason(ending, limits.endsAt);
	const stopSequence =
		stopReason === "stop_sequence" ? customStopTrigger.join("") : undefined;
	const fields: Json | undefined = selectResponseFields(
		turn.additionalModelResponseFieldPaths ?? [],
		{ stopReason, stopSequence },
		turn.modelId.includes("anthropic."),
		call.operation.endsWith("Stream"),
	);
	yield {
		messageStop: {
			stopReason,
			...(fields !== undefined && { additionalModelResponseFields: fields }),
		},
	};
	const usage: TokenUsage = {
		inputTokens,
		outputTokens,
		totalTokens: inputTokens + outputTokens,
	};
	const metrics = { latencyMs: call.clock.now() - startedMs };
	yield { metadata: { usage, metrics } };
}

function readStopReason(ending: string, endsAt: Limits["endsAt"]): StopReason {
	if (ending === "functionCalls") return "tool_use";
	if (ending === "customStopTrigger") return "stop_sequence";
	if (ending !== "maxTokens") return "end_turn";
	return endsAt === "request" ? "max_tokens" : "model_context_window_exceeded";
}

/** Before the whole reply and within a stream AWS has each its own exception for it. */
function failed(error: unknown, { operation }: Call): ServiceError {
	const why = error instanceof Error ? error.message : String(error);
	const message = `The local model failed: ${why}`;
	return operation.endsWith("Stream")
		? new ServiceError("ModelStreamErrorException", message, {
				originalStatusCode: 500,
				originalMessage: why,
			})
		: new ServiceError("ModelErrorException", message, {
				originalStatusCode: 500,
			});
}
