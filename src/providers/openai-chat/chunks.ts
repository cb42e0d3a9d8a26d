/** Replies as the chunks of OpenAI's chat completion streams. */
import type { Json, JsonObject } from "../../json.ts";
import type { ReplyEvent } from "../../turn/turn.ts";
import type { ChatHead, ChatStyle } from "./write.ts";

/**
 * Writes the deltas of one reply, event by event: first the role, then text, reasoning and tool calls. Tool calls count from
 * 0 whatever other blocks stand between them; a tool call begins with its id, name and no arguments.
 *
 * Every delta is the `delta` of a chunk's only choice; the last chunk, with the reason, is the surface's to write.
 */
export class ChatDeltas {
	readonly #style: ChatStyle;
	readonly #before: number;
	/** The call's number by the index of its block. */
	readonly #calls = new Map<number, number>();
	/** The block whose reasoning stands in an open tag. */
	#tagged: number | undefined;

	/** @param before - how many tool calls the conversation holds already */
	constructor(style: ChatStyle, before: number) {
		this.#style = style;
		this.#before = before;
	}

	/** What one event says; undefined when it says nothing in this form. */
	write(event: ReplyEvent): JsonObject | undefined {
		if (event.contentBlockDelta) return this.#delta(event.contentBlockDelta);
		if (event.contentBlockStart) return this.#start(event.contentBlockStart);
		if (event.contentBlockStop)
			return this.#stop(event.contentBlockStop.contentBlockIndex);
		return event.messageStart && { content: "", role: "assistant" };
	}

	#start({
		contentBlockIndex = 0,
		start,
	}: NonNullable<ReplyEvent["contentBlockStart"]>): JsonObject | undefined {
		if (!start?.toolUse) return undefined;
		const { toolUseId = "", name = "" } = start.toolUse;
		const index = this.#calls.size;
		this.#calls.set(contentBlockIndex, index);
		const id = this.#style.toolCallId(toolUseId, name, this.#before + index);
		return {
			tool_calls: [
				{ function: { arguments: "", name }, id, index, type: "function" },
			],
		};
	}

	#delta({
		contentBlockIndex = 0,
		delta,
	}: NonNullable<ReplyEvent["contentBlockDelta"]>): JsonObject | undefined {
		if (delta?.text) return { content: delta.text };
		if (delta?.toolUse?.input) {
			const index = this.#calls.get(contentBlockIndex) ?? 0;
			return {
				tool_calls: [{ function: { arguments: delta.toolUse.input }, index }],
			};
		}
		const reasoning = delta?.reasoningContent?.text;
		if (!reasoning || this.#style.reasoning === "none") return undefined;
		if (this.#style.reasoning === "reasoning") return { reasoning };
		if (this.#tagged === contentBlockIndex) return { content: reasoning };
		this.#tagged = contentBlockIndex;
		return { content: `<reasoning>${reasoning}` };
	}

	#stop(contentBlockIndex: number | undefined): JsonObject | undefined {
		if (this.#tagged === undefined || this.#tagged !== contentBlockIndex)
			return undefined;
		this.#tagged = undefined;
		return { content: "</reasoning>" };
	}
}

/**
 * One chunk around a delta, its members sorted as Bedrock sends them (observed). `service_tier` is `auto` until it is known
 * (observed).
 */
export function chatChunk(
	head: ChatHead,
	delta: JsonObject,
	finishReason: string | null,
): JsonObject {
	return chunkOf(head, [{ delta, finish_reason: finishReason, index: 0 }]);
}

/** The chunk that `stream_options.include_usage` asks for, after the last choice (documented by OpenAI). */
export function usageChunk(head: ChatHead, usage: JsonObject): JsonObject {
	return { ...chunkOf(head, []), usage };
}

function chunkOf(
	{ created, id, model }: ChatHead,
	choices: Json[],
): JsonObject {
	return {
		choices,
		created,
		id,
		model,
		object: "chat.completion.chunk",
		service_tier: "auto",
	};
}
