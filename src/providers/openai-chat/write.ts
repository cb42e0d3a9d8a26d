/** Replies as OpenAI's chat completions. */

import type {
	ContentBlock,
	StopReason,
	TokenUsage,
} from "@aws-sdk/client-bedrock-runtime";
import type { JsonObject } from "../../json.ts";
import { hashText } from "../../random.ts";
import type { Turn, WholeReply } from "../../turn/turn.ts";
import { textOf } from "../prompt.ts";

/** What servers of OpenAI's form differ in. */
export interface ChatStyle {
	/** Where reasoning stands: in tags at the begin of `content`, in a member beside it, or nowhere. */
	reasoning: "tags" | "reasoning" | "none";
	/** The id of a tool call; `index` counts the calls of the conversation from 0. */
	toolCallId(id: string, name: string, index: number): string;
}

/** What stands around the message or delta, the same in all chunks of a stream. */
export interface ChatHead {
	id: string;
	/** Seconds since the epoch. */
	created: number;
	model: string;
}

/**
 * A whole chat completion: `choices, created, id, model, object, service_tier, usage`, sorted as Bedrock sends them (observed
 * for chunks on bedrock-runtime and for whole answers on its sister service).
 */
export function writeCompletion(
	reply: WholeReply,
	turn: Turn,
	head: ChatHead,
	style: ChatStyle,
): JsonObject {
	return {
		choices: [
			{
				finish_reason: finishReasonOf(reply.stopReason),
				index: 0,
				logprobs: null,
				message: writeMessage(reply.content, style, toolUsesOf(turn)),
			},
		],
		created: head.created,
		id: head.id,
		model: head.model,
		object: "chat.completion",
		service_tier: reply.serviceTier?.type ?? "default",
		usage: usageOf(reply.usage),
	};
}

/**
 * The assistant's message of a reply. `content` is null when there is only tool calls; blocks that the form has no place for
 * are left out.
 *
 * @param before - how many tool calls the conversation holds already
 */
export function writeMessage(
	blocks: ContentBlock[],
	style: ChatStyle,
	before = 0,
): JsonObject {
	const reasoning = reasoningOf(blocks);
	const calls = blocks.flatMap(({ toolUse }) => (toolUse ? [toolUse] : []));
	const text = style.reasoning === "tags" ? taggedText(blocks) : textOf(blocks);
	const message: JsonObject = {
		content: text === "" && calls.length > 0 ? null : text,
	};
	if (reasoning !== "" && style.reasoning === "reasoning")
		message.reasoning = reasoning;
	message.refusal = null;
	message.role = "assistant";
	if (calls.length > 0) {
		message.tool_calls = calls.map(
			({ toolUseId = "", name = "", input }, index) => ({
				function: { arguments: JSON.stringify(input ?? {}), name },
				id: style.toolCallId(toolUseId, name, before + index),
				type: "function",
			}),
		);
	}
	return message;
}

/** The reasoning of a reply, joined; an empty string when there is none. */
export function reasoningOf(blocks: ContentBlock[]): string {
	return blocks
		.map(({ reasoningContent }) => reasoningContent?.reasoningText?.text ?? "")
		.join("");
}

/** The text with the reasoning where it was said. */
function taggedText(blocks: ContentBlock[]): string {
	return blocks
		.map((block) => {
			const reasoning = reasoningOf([block]);
			return reasoning === ""
				? textOf([block])
				: `<reasoning>${reasoning}</reasoning>`;
		})
		.join("");
}

/** How many tool calls the turn's messages hold. */
export function toolUsesOf(turn: Turn): number {
	let count = 0;
	for (const { content = [] } of turn.messages)
		for (const { toolUse } of content) if (toolUse) count++;
	return count;
}

const finishReasons: Partial<Record<StopReason, string>> = {
	max_tokens: "length",
	model_context_window_exceeded: "length",
	tool_use: "tool_calls",
	content_filtered: "content_filter",
};

/** `stop`, `length`, `tool_calls` or `content_filter`. */
export function finishReasonOf(stopReason: StopReason | undefined): string {
	return (stopReason && finishReasons[stopReason]) ?? "stop";
}

/** Usage as the form has it: what was read from or written to a cache is part of the prompt. */
export function usageOf(usage: TokenUsage): JsonObject {
	const { outputTokens = 0 } = usage;
	const { cacheReadInputTokens = 0, cacheWriteInputTokens = 0 } = usage;
	const promptTokens =
		(usage.inputTokens ?? 0) + cacheReadInputTokens + cacheWriteInputTokens;
	const written: JsonObject = {
		completion_tokens: outputTokens,
		prompt_tokens: promptTokens,
	};
	if (cacheReadInputTokens > 0)
		written.prompt_tokens_details = { cached_tokens: cacheReadInputTokens };
	written.total_tokens = promptTokens + outputTokens;
	return written;
}

/**
 * Converse's `tooluse_…` by another name: `chatcmpl-tool-` and 32 hexadecimal digits (observed), the same for the same id.
 * Other ids, the model's own or written by hand, stay.
 */
export function vllmToolId(id: string): string {
	if (!id.startsWith("tooluse_")) return id;
	const words = [1, 2, 3, 4].map((seed) =>
		hashText(id, seed).toString(16).padStart(8, "0"),
	);
	return `chatcmpl-tool-${words.join("")}`;
}
