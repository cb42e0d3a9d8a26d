/** Replies in the words of Amazon Nova. */

import type {
	ContentBlock,
	StopReason,
	TokenUsage,
} from "@aws-sdk/client-bedrock-runtime";
import type { Json, JsonObject } from "../../json.ts";
import { hashText, seededRandom, uuid } from "../../random.ts";
import type { WholeReply } from "../../turn/turn.ts";
import { textOf } from "../prompt.ts";

/** The whole reply; its keys are not sorted as Converse's are. Source: key order observed. */
export function writeNovaReply({
	content,
	stopReason,
	usage,
}: WholeReply): JsonObject {
	return {
		output: {
			message: { content: content.flatMap(writeBlock), role: "assistant" },
		},
		stopReason: writeStopReason(stopReason),
		usage: {
			inputTokens: usage.inputTokens ?? 0,
			outputTokens: usage.outputTokens ?? 0,
			totalTokens: usage.totalTokens ?? 0,
			...cacheCounts(usage),
		},
	};
}

/** The cache counters, which Nova always says. */
export function cacheCounts({
	cacheReadInputTokens = 0,
	cacheWriteInputTokens = 0,
}: TokenUsage): JsonObject {
	return {
		cacheReadInputTokenCount: cacheReadInputTokens,
		cacheWriteInputTokenCount: cacheWriteInputTokens,
	};
}

/** Converse's words are Nova's own, but for those that Nova does not have (assumed). */
const stopReasons: Partial<Record<StopReason, string>> = {
	guardrail_intervened: "end_turn",
	malformed_model_output: "end_turn",
	malformed_tool_use: "end_turn",
	model_context_window_exceeded: "max_tokens",
};

/** Why the reply ended: `end_turn`, `max_tokens`, `stop_sequence`, `tool_use` or `content_filtered`. */
export function writeStopReason(stopReason: StopReason | undefined): string {
	return stopReason === undefined
		? "end_turn"
		: (stopReasons[stopReason] ?? stopReason);
}

/**
 * Nova's own ids of tool calls are plain UUIDs, which Converse rewrites (observed): the same `tooluse_` id always gives the same
 * UUID. Other ids (Nova's own, or written by hand) stay.
 */
export function nativeToolId(id: string): string {
	return id.startsWith("tooluse_") ? uuid(seededRandom(hashText(id))) : id;
}

/** A block of the reply; what Nova has no block for is left out. */
function writeBlock(block: ContentBlock): Json[] {
	if (block.text !== undefined) return [{ text: block.text }];
	if (block.toolUse) {
		const { name = "", toolUseId = "", input } = block.toolUse;
		return [
			{
				toolUse: {
					name,
					toolUseId: nativeToolId(toolUseId),
					input: input as Json,
				},
			},
		];
	}
	if (block.reasoningContent?.reasoningText) {
		return [
			{
				reasoningContent: {
					reasoningText: {
						text: block.reasoningContent.reasoningText.text ?? "",
					},
				},
			},
		];
	}
	return block.citationsContent ? [{ text: textOf([block]) }] : [];
}
