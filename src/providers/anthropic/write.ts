/** Replies in the words of Anthropic Messages. */

import { isUtf8 } from "node:buffer";
import type {
	ContentBlock,
	StopReason,
	TokenUsage,
} from "@aws-sdk/client-bedrock-runtime";
import { isObject, type Json, type JsonObject } from "../../json.ts";
import type { Turn, WholeReply } from "../../turn/turn.ts";
import { encodeBase64 } from "../native.ts";
import type { NativeCall } from "../provider.ts";
import { writeCitation } from "./citations.ts";
import type { Claude } from "./claude.ts";

/**
 * The whole message. Key order and the members of usage are those of the model's generation (observed on 3, 3.7, 4.5 and 4.8;
 * those between like their elders).
 *
 * `model` is the id as received, where Bedrock says Anthropic's own name: the contract of the stub that Outcrop replaces
 * wants it so.
 */
export function writeMessage(
	reply: WholeReply,
	turn: Turn,
	call: NativeCall,
	claude: Claude,
): JsonObject {
	return messageOf(claude, turn, call, {
		content: reply.content.flatMap(writeBlock),
		stop_reason: stopReasons[reply.stopReason] ?? reply.stopReason,
		stop_sequence: stopSequenceOf(
			reply.stopReason,
			reply.additionalModelResponseFields,
			turn,
		),
		usage: usageOf(reply.usage, claude),
	});
}

/** The members of a message that depend on the reply. */
interface MessageParts {
	content: Json[];
	stop_reason: string | null;
	stop_sequence: string | null;
	usage: JsonObject;
}

/** A message, its members in the order of the model's generation. */
export function messageOf(
	claude: Claude,
	turn: Turn,
	call: NativeCall,
	parts: MessageParts,
): JsonObject {
	const id = `msg_bdrk_${claude.version >= 4.8 ? base32(call.text(52)) : `01${call.text(22)}`}`;
	const type = { type: "message", role: "assistant" };
	const head: JsonObject =
		claude.version >= 4.5
			? { model: turn.modelId, id, ...type }
			: { id, ...type, model: turn.modelId };
	const { content, stop_reason, stop_sequence, usage } = parts;
	const details: JsonObject =
		claude.version >= 4.8 ? { stop_details: null } : {};
	return { ...head, content, stop_reason, stop_sequence, ...details, usage };
}

function base32(text: string): string {
	return text
		.toLowerCase()
		.replace(/[0189]/g, (digit) => "abij"["0189".indexOf(digit)] as string);
}

/** What Converse's words for the end are in Claude's; those that are the same are left out. */
export const stopReasons: Partial<Record<StopReason, string>> = {
	// A guardrail's text is an ordinary end (assumed); that it intervened stands in `amazon-bedrock-guardrailAction`.
	guardrail_intervened: "end_turn",
	content_filtered: "refusal",
	malformed_model_output: "end_turn",
	malformed_tool_use: "end_turn",
};

/**
 * Which sequence ended the reply: what the engine says, else the only one it can have been.
 *
 * @param fields - `additionalModelResponseFields`; streams of Claude have them under `delta` (observed)
 */
export function stopSequenceOf(
	stopReason: StopReason | undefined,
	fields: Json | undefined,
	turn: Turn,
): string | null {
	if (stopReason !== "stop_sequence") return null;
	const said = isObject(fields)
		? (fields.stop_sequence ??
			(isObject(fields.delta) ? fields.delta.stop_sequence : null))
		: null;
	if (typeof said === "string") return said;
	const sequences = turn.inferenceConfig?.stopSequences;
	return sequences?.length === 1 ? (sequences[0] ?? null) : null;
}

/** Usage in Claude's words. Claude 3 and 3.5 name the cache only when it was used. */
export function usageOf(usage: TokenUsage, claude: Claude): JsonObject {
	const {
		inputTokens = 0,
		outputTokens = 0,
		cacheReadInputTokens = 0,
		cacheWriteInputTokens = 0,
	} = usage;
	const cached = cacheReadInputTokens + cacheWriteInputTokens > 0;
	const written: JsonObject = { input_tokens: inputTokens };
	if (claude.version >= 3.7 || cached) {
		written.cache_creation_input_tokens = cacheWriteInputTokens;
		written.cache_read_input_tokens = cacheReadInputTokens;
	}
	if (claude.version >= 4.5) written.cache_creation = cacheWrites(usage);
	written.output_tokens = outputTokens;
	if (claude.version >= 4.8) {
		written.output_tokens_details = { thinking_tokens: 0 };
		written.service_tier = "standard";
	}
	return written;
}

function cacheWrites({
	cacheDetails,
	cacheWriteInputTokens = 0,
}: TokenUsage): JsonObject {
	const hour = cacheDetails?.find(({ ttl }) => ttl === "1h")?.inputTokens ?? 0;
	return {
		ephemeral_5m_input_tokens: cacheWriteInputTokens - hour,
		ephemeral_1h_input_tokens: hour,
	};
}

/** A block of the reply; what Claude has no block for is left out. */
function writeBlock(block: ContentBlock): Json[] {
	if (block.text !== undefined) return [{ type: "text", text: block.text }];
	if (block.toolUse)
		return [
			writeToolUse(
				block.toolUse.toolUseId,
				block.toolUse.name,
				block.toolUse.input as Json,
				block.toolUse.type,
			),
		];
	if (block.reasoningContent?.reasoningText) {
		const { text = "", signature = "" } = block.reasoningContent.reasoningText;
		return [{ type: "thinking", thinking: text, signature }];
	}
	if (block.reasoningContent?.redactedContent) {
		return [
			{
				type: "redacted_thinking",
				data: writeRedacted(block.reasoningContent.redactedContent),
			},
		];
	}
	if (block.citationsContent) {
		const { content = [], citations = [] } = block.citationsContent;
		const text = content.map((part) => part.text ?? "").join("");
		return [{ type: "text", text, citations: citations.map(writeCitation) }];
	}
	return [];
}

/** `data` of redacted thinking: what Converse's blob holds, as characters (observed). Bytes that a script made up are no text. */
export function writeRedacted(blob: Uint8Array): string {
	return isUtf8(blob) ? new TextDecoder().decode(blob) : encodeBase64(blob);
}

/** A tool call; `input` is `{}` where a stream starts one. */
export function writeToolUse(
	id: string | undefined,
	name: string | undefined,
	input: Json,
	type: string | undefined,
): JsonObject {
	return {
		type: type === "server_tool_use" ? type : "tool_use",
		id: nativeToolId(id ?? ""),
		name: name ?? "",
		input,
	};
}

/**
 * Converse's `tooluse_` ids are Claude's `toolu_bdrk_01` ids by another name; the same one always gives the same. Other ids
 * (Claude's own, or written by hand) stay.
 */
function nativeToolId(id: string): string {
	if (!id.startsWith("tooluse_")) return id;
	const rest = id.slice("tooluse_".length).replace(/[^A-Za-z0-9]/g, "x");
	return `toolu_bdrk_01${rest.slice(0, 22).padEnd(22, "x")}`;
}
