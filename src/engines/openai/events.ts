/** What an OpenAI-compatible server streams, as the events of a reply. */
import type { StopReason, TokenUsage } from "@aws-sdk/client-bedrock-runtime";
import { ServiceError } from "../../errors.ts";
import { parseJson } from "../../protocol/json.ts";
import type { Reply, ReplyEvent } from "../../turn/turn.ts";

/** The members of a `chat.completion.chunk` that are read; servers differ in the rest. */
interface Chunk {
	choices?: {
		delta?: {
			content?: string | null;
			/** vLLM, llama.cpp, DeepSeek; `reasoning` at others. */
			reasoning_content?: string | null;
			reasoning?: string | null;
			tool_calls?: ToolCallDelta[] | null;
		};
		finish_reason?: string | null;
	}[];
	usage?: {
		prompt_tokens?: number;
		completion_tokens?: number;
		total_tokens?: number;
	} | null;
	error?: { message?: string } | string | null;
}

interface ToolCallDelta {
	index?: number;
	id?: string;
	function?: { name?: string; arguments?: string };
}

/** What a reply needs beside the chunks. */
export interface Finish {
	/** Counts what the server did not; gets the text that was said. */
	usage(said: string): TokenUsage;
	latencyMs(): number;
	toolUseId(): string;
}

const longestLine = 16 * 1024 * 1024;

/** The `data:` lines of a stream of server-sent events, `[DONE]` left out. */
export async function* readEventData(
	body: AsyncIterable<Uint8Array>,
): AsyncGenerator<string> {
	const decoder = new TextDecoder();
	let pending = "";
	for await (const bytes of body) {
		pending += decoder.decode(bytes, { stream: true });
		const lines = pending.split(/\r?\n/u);
		pending = lines.pop() ?? "";
		if (pending.length > longestLine)
			throw new Error("The server sent a line without an end.");
		for (const line of lines) {
			if (!line.startsWith("data:")) continue;
			const data = line.slice(5).trim();
			if (data !== "" && data !== "[DONE]") yield data;
		}
	}
}

/**
 * Reads the stream into a reply's events.
 *
 * @throws ServiceError `ModelStreamErrorException` when the server breaks off, or says an error, in mid-stream
 */
export async function* readChatEvents(
	data: AsyncIterable<string>,
	finish: Finish,
): Reply {
	const blocks = new Blocks(finish);
	let stopReason: StopReason | undefined;
	let usage: Chunk["usage"];
	yield { messageStart: { role: "assistant" } };
	for await (const text of data) {
		const chunk = readChunk(text);
		if (chunk.usage) usage = chunk.usage;
		const choice = chunk.choices?.[0];
		if (choice?.delta) {
			const { content, reasoning_content, reasoning, tool_calls } =
				choice.delta;
			yield* blocks.reasoning(reasoning_content ?? reasoning ?? "");
			yield* blocks.text(content ?? "");
			for (const call of tool_calls ?? []) yield* blocks.toolCall(call);
		}
		if (choice?.finish_reason)
			stopReason = stopReasons[choice.finish_reason] ?? "end_turn";
	}
	if (stopReason === undefined)
		throw broken("the stream ended without a finish_reason");
	yield* blocks.end();
	if (blocks.calledTools && stopReason === "end_turn") stopReason = "tool_use";
	yield { messageStop: { stopReason } };
	yield {
		metadata: {
			usage: readUsage(usage, finish, blocks.said),
			metrics: { latencyMs: finish.latencyMs() },
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

function readChunk(text: string): Chunk {
	let chunk: Chunk | null;
	try {
		chunk = parseJson(text) as Chunk | null;
	} catch {
		throw broken("the server sent an event that is not JSON");
	}
	if (typeof chunk !== "object" || chunk === null) return {};
	if (chunk.error) {
		const message =
			typeof chunk.error === "string" ? chunk.error : chunk.error.message;
		throw broken(message ?? "the server said an error without a message");
	}
	return chunk;
}

/** In mid-stream every failure of the server is one exception. */
export function broken(why: string): ServiceError {
	return new ServiceError(
		"ModelStreamErrorException",
		`The model server failed in mid-stream: ${why}.`,
		{ originalStatusCode: 500, originalMessage: why },
	);
}

function readUsage(
	usage: Chunk["usage"],
	finish: Finish,
	said: string,
): TokenUsage {
	const inputTokens = usage?.prompt_tokens;
	const outputTokens = usage?.completion_tokens;
	if (inputTokens === undefined || outputTokens === undefined)
		return finish.usage(said);
	return { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens };
}

/** Opens and closes content blocks as the kind of what comes changes. */
class Blocks {
	/** All that was said, to be counted where the server does not count. */
	said = "";
	calledTools = false;
	readonly #finish: Finish;
	#index = -1;
	#open: string | undefined;

	constructor(finish: Finish) {
		this.#finish = finish;
	}

	*text(text: string): Generator<ReplyEvent> {
		if (text === "") return;
		yield* this.#turnTo("text");
		this.said += text;
		yield {
			contentBlockDelta: { contentBlockIndex: this.#index, delta: { text } },
		};
	}

	*reasoning(text: string): Generator<ReplyEvent> {
		if (text === "") return;
		yield* this.#turnTo("reasoning");
		this.said += text;
		yield {
			contentBlockDelta: {
				contentBlockIndex: this.#index,
				delta: { reasoningContent: { text } },
			},
		};
	}

	*toolCall(call: ToolCallDelta): Generator<ReplyEvent> {
		const kind = `tool ${call.index ?? call.id ?? 0}`;
		if (this.#open !== kind) {
			yield* this.#turnTo(kind);
			this.calledTools = true;
			yield {
				contentBlockStart: {
					contentBlockIndex: this.#index,
					start: {
						toolUse: {
							toolUseId: call.id || this.#finish.toolUseId(),
							name: call.function?.name ?? "",
						},
					},
				},
			};
		}
		const input = call.function?.arguments ?? "";
		if (input === "") return;
		this.said += input;
		yield {
			contentBlockDelta: {
				contentBlockIndex: this.#index,
				delta: { toolUse: { input } },
			},
		};
	}

	/** Closes the last block; a reply that said nothing is an empty text. */
	*end(): Generator<ReplyEvent> {
		if (this.#open === undefined) {
			yield* this.#turnTo("text");
			yield {
				contentBlockDelta: {
					contentBlockIndex: this.#index,
					delta: { text: "" },
				},
			};
		}
		yield { contentBlockStop: { contentBlockIndex: this.#index } };
	}

	*#turnTo(kind: string): Generator<ReplyEvent> {
		if (this.#open === kind) return;
		if (this.#open !== undefined)
			yield { contentBlockStop: { contentBlockIndex: this.#index } };
		this.#open = kind;
		this.#index++;
	}
}
