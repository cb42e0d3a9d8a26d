/** What an OpenAI-compatible server answers, as the events of a reply. */

import type { StopReason, TokenUsage } from "@aws-sdk/client-bedrock-runtime";
import type { Json } from "../../json.ts";
import type { Reply, ReplyEvent } from "../../turn/turn.ts";
import { Blocks } from "./blocks.ts";
import { type Choice, type Chunk, readChunk, type Usage } from "./chunk.ts";
import { BrokenStream } from "./failures.ts";
import { doneSign } from "./sse.ts";

/** What a reply needs beside the chunks. */
export interface Finish {
	/** Counts what the server did not; gets the text that was said. */
	countUsage(said: string): TokenUsage;
	/** What messageStop and metadata have to say beside reason and usage. */
	responseFields(
		stopReason: StopReason,
		stopSequence: string | undefined,
	): Json | undefined;
	metadata(): Omit<NonNullable<ReplyEvent["metadata"]>, "usage">;
	toolUseId(): string;
	/** Signs a thought; absent for models that do not sign theirs. */
	signature: (() => string) | undefined;
	stopSequences: readonly string[];
}

/** The chunks of a stream, until it says that it is done; whatever else it then says is not read. */
export async function* readChunks(
	data: AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<Chunk, void> {
	let ended = false;
	for await (const text of data) {
		if (text === "") continue;
		if (text.trim() === doneSign) {
			ended = true;
			break;
		}
		const chunk = readChunk(text);
		if (chunk.choices?.[0]?.finish_reason) ended = true;
		yield chunk;
	}
	if (!ended)
		throw new BrokenStream("the stream ended without a finish_reason");
}

/**
 * Reads chunks into a reply's events.
 *
 * @throws BrokenStream when the server breaks off, or says an error
 */
export async function* readChatEvents(
	chunks: AsyncIterable<Chunk>,
	finish: Finish,
): Reply {
	const blocks = new Blocks(finish);
	let last: Choice | undefined;
	let usage: Usage | undefined;
	yield { messageStart: { role: "assistant" } };
	for await (const chunk of chunks) {
		if (chunk.usage) usage = chunk.usage;
		const choice = chunk.choices?.[0];
		const delta = choice?.delta ?? choice?.message;
		if (delta) yield* blocks.take(delta);
		if (choice?.finish_reason) last = choice;
	}
	yield* blocks.end();
	const [stopReason, stopSequence] = readStop(
		last,
		blocks.calledTools,
		finish.stopSequences,
	);
	const fields = finish.responseFields(stopReason, stopSequence);
	yield {
		messageStop: {
			stopReason,
			...(fields !== undefined && { additionalModelResponseFields: fields }),
		},
	};
	yield {
		metadata: {
			...finish.metadata(),
			usage: readUsage(usage) ?? finish.countUsage(blocks.said),
		},
	};
}

const stopReasons: Record<string, StopReason> = {
	stop: "end_turn",
	length: "max_tokens",
	tool_calls: "tool_use",
	function_call: "tool_use",
	content_filter: "content_filtered",
};

/** Most servers say no more than `stop` of a stop sequence; vLLM says which. */
function readStop(
	choice: Choice | undefined,
	calledTools: boolean,
	stopSequences: readonly string[],
): [StopReason, stopSequence: string | undefined] {
	const reason = stopReasons[choice?.finish_reason ?? "stop"] ?? "end_turn";
	// Some say `stop` when a tool was called, some `tool_calls` when none was: what is there decides.
	if (reason === "end_turn" && calledTools) return ["tool_use", undefined];
	if (reason === "tool_use" && !calledTools) return ["end_turn", undefined];
	const met = stopSequences.find(
		(sequence) => sequence === choice?.stop_reason,
	);
	return met !== undefined && reason === "end_turn"
		? ["stop_sequence", met]
		: [reason, undefined];
}

/** Bedrock's `inputTokens` leaves out what was read from a cache (documented); OpenAI's `prompt_tokens` does not. */
function readUsage(usage: Usage | undefined): TokenUsage | undefined {
	const { prompt_tokens: prompt, completion_tokens: outputTokens } =
		usage ?? {};
	if (prompt === undefined || outputTokens === undefined) return undefined;
	const cached =
		usage?.prompt_tokens_details?.cached_tokens ??
		usage?.prompt_cache_hit_tokens ??
		0;
	return {
		inputTokens: prompt - cached,
		outputTokens,
		totalTokens: prompt + outputTokens,
		...(cached > 0 && { cacheReadInputTokens: cached }),
	};
}
