import type {
	Citation,
	ImageBlock,
	StopReason,
	TokenUsage,
} from "@aws-sdk/client-bedrock-runtime";
import type { Json, JsonObject } from "../json.ts";

/**
 * What an authored reply says as a whole, before it is cut to the request's limits and put into events. Engines that
 * write replies (stub, scripts) make drafts; `play` makes replies of them.
 */
export interface Draft {
	content: DraftBlock[];
	/**
	 * Default: `tool_use` when the content holds a tool call for the client, else `end_turn`. A limit of the request that
	 * cuts the draft wins over both.
	 */
	stopReason?: StopReason | undefined;
	/** Members that stand in place of the counted ones; `totalTokens` is summed anew unless it is given too. */
	usage?: Partial<TokenUsage> | undefined;
	/** Default: the engine's. */
	pace?: Pace | undefined;
	/** Returned whether the request asks for them or not, beside what it does ask for. */
	additionalModelResponseFields?: JsonObject | undefined;
}

/** A block of a draft: exactly one of the members. */
export type DraftBlock =
	| DraftText
	| { toolUse: DraftToolUse }
	| { reasoning: DraftReasoning }
	| { redactedReasoning: Uint8Array }
	| { citations: { text: string; citations: Citation[] } }
	| { image: ImageBlock };

export interface DraftText {
	text: string;
	/** How the stream says the text, in place of token borders; joined they are the text. */
	deltas?: string[] | undefined;
}

export interface DraftToolUse {
	name: string;
	input: Json;
	/** Default: `tooluse_` and 22 characters from the call's chance. */
	toolUseId?: string | undefined;
	/** A tool that the service itself runs; it does not end the turn. */
	type?: "server_tool_use" | undefined;
}

export interface DraftReasoning {
	text: string;
	/** Base64. Default: Claude signs with text from the call's chance, other models do not sign. */
	signature?: string | undefined;
}

/** How fast a stream comes. */
export interface Pace {
	/** Before the first event, 0 or more. */
	firstTokenMs: number;
	/** 0: without a wait between tokens. */
	tokensPerSecond: number;
	/** 0 to 1: by how much of itself each wait may be shorter or longer. */
	jitter: number;
}

/** No wait at all, the default. */
export const atOnce: Pace = { firstTokenMs: 0, tokensPerSecond: 0, jitter: 0 };
