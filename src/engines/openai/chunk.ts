/** The answers of OpenAI-compatible servers, as far as they are read; servers differ in the rest. */
import { parseJson } from "../../protocol/json.ts";
import { BrokenStream } from "./failures.ts";

/** A `chat.completion.chunk`, or a `chat.completion` in its place. */
export interface Chunk {
	choices?: Choice[] | null;
	usage?: Usage | null;
	error?: ChunkError | string | null;
}

export interface Choice {
	delta?: Delta | null;
	/** In place of `delta` when the answer came whole. */
	message?: Delta | null;
	finish_reason?: string | null;
	/** vLLM: the stop sequence that was met, or the id of a token. */
	stop_reason?: string | number | null;
}

export interface Delta {
	/** Mistral's reasoning models send parts. */
	content?: string | ContentPart[] | null;
	refusal?: string | null;
	/** DeepSeek, llama.cpp, vLLM before 0.9, SGLang, LM Studio. */
	reasoning_content?: string | null;
	/** vLLM, Ollama, OpenRouter, Groq. */
	reasoning?: string | null;
	/** OpenRouter, where a model has more to say of it. */
	reasoning_details?: ReasoningDetail[] | null;
	tool_calls?: ToolCallDelta[] | null;
	/** What tool calls were called before there could be several. */
	function_call?: ToolCallDelta["function"] | null;
}

export interface ContentPart {
	type?: string;
	text?: string;
	thinking?: { text?: string }[];
}

export interface ReasoningDetail {
	text?: string | null;
	summary?: string | null;
}

export interface ToolCallDelta {
	index?: number | null;
	id?: string | null;
	/** Arguments are text; some servers send the object itself. */
	function?: { name?: string | null; arguments?: unknown } | null;
}

export interface Usage {
	prompt_tokens?: number;
	completion_tokens?: number;
	prompt_tokens_details?: { cached_tokens?: number | null } | null;
	/** DeepSeek. */
	prompt_cache_hit_tokens?: number;
}

interface ChunkError {
	message?: string;
	code?: number | string | null;
	status?: number;
}

/**
 * Reads an event's data.
 *
 * @throws BrokenStream when it is no JSON, or says an error
 */
export function readChunk(text: string): Chunk {
	let chunk: Chunk | null;
	try {
		// Every member is read with care: servers send null, or other kinds, where they have nothing to say.
		chunk = parseJson(text) as Chunk | null;
	} catch {
		throw new BrokenStream("the server sent an event that is not JSON");
	}
	if (typeof chunk !== "object" || chunk === null) return {};
	if (chunk.error) throw errorOf(chunk.error);
	return chunk;
}

function errorOf(error: ChunkError | string): BrokenStream {
	if (typeof error === "string") return new BrokenStream(error);
	const { message, code, status } = error;
	const number = Number(status ?? code);
	return new BrokenStream(
		message ?? "the server said an error without a message",
		number >= 400 && number < 600 ? number : 500,
	);
}

/** The text of a delta. */
export function textOf({ content, refusal }: Delta): string {
	const said =
		typeof content === "string"
			? content
			: (content ?? []).map((part) => part.text ?? "").join("");
	return said + (refusal ?? "");
}

/** The reasoning of a delta, by whichever name the server calls it. */
export function reasoningOf(delta: Delta): string {
	const { reasoning_content, reasoning, reasoning_details, content } = delta;
	if (typeof reasoning_content === "string") return reasoning_content;
	if (typeof reasoning === "string") return reasoning;
	if (Array.isArray(reasoning_details))
		return reasoning_details
			.map(({ text, summary }) => text ?? summary ?? "")
			.join("");
	if (!Array.isArray(content)) return "";
	return content
		.flatMap(({ thinking }) => thinking ?? [])
		.map(({ text }) => text ?? "")
		.join("");
}

/** The tool calls of a delta. */
export function toolCallsOf(delta: Delta): ToolCallDelta[] {
	const { tool_calls, function_call } = delta;
	if (Array.isArray(tool_calls)) return tool_calls;
	return function_call ? [{ index: 0, function: function_call }] : [];
}
