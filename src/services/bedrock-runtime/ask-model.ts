import { isObject } from "../../json.ts";
import type { ModelFacts } from "../../models/facts.ts";
import { readClaude } from "../../providers/anthropic/claude.ts";
import type { Reply, Turn } from "../../turn/turn.ts";
import type { ServiceCall } from "../service.ts";
import { requestRules } from "./rules/request.ts";
import { type ConverseRules, refuse } from "./rules/rule.ts";

/** What each family says when a conversation is longer than its context window. */
export const contextRules = {
	contextAnthropic: {
		text: "prompt is too long: {tokens} tokens > {limit} maximum",
		source: "observed",
		reference: "daisuke-awaji/moca#254",
		models: "by facts",
	},
	contextWithReplyAnthropic: {
		text: "input length and `max_tokens` exceed context limit: {tokens} + {maxTokens} > {limit}",
		source: "observed",
		reference:
			"redpanda-data/ai-sdk-go: before Claude 4.5; since Claude 3.7 (Anthropic's notes, documented)",
		models: "by facts",
	},
	contextNova: {
		text: "Input Tokens Exceeded: Number of input tokens exceeds maximum length. Please update the input to try again.",
		source: "observed",
		reference: "redpanda-data/ai-sdk-go",
		models: "by facts",
	},
	contextMeta: {
		text: "This model's maximum context length is {limit} tokens. Please reduce the length of the prompt",
		source: "observed",
		reference: "redpanda-data/ai-sdk-go",
		models: "by facts",
	},
	contextTitan: {
		text: "Too many input tokens. Max input tokens: {limit}, request input token count: {tokens}",
		source: "observed",
		reference: "redpanda-data/ai-sdk-go",
		models: "by facts",
	},
	contextOthers: {
		text: "Input is too long for requested model.",
		source: "observed",
		reference:
			"redpanda-data/ai-sdk-go; without the prefix on Converse too; for which families is assumed",
		models: "by facts",
	},
} as const satisfies ConverseRules;

/**
 * Asks the engines for a turn, once it is within the model's limits: what InvokeModel's native bodies and Converse's
 * requests have in common, and what only the whole turn tells.
 *
 * @throws ServiceError `ValidationException` on too many tokens, asked or told
 */
export function askModel(
	turn: Turn,
	call: ServiceCall,
): Promise<Reply> | Reply {
	if (call.mode !== "floci") checkLimits(turn, call);
	return call.ask(turn);
}

function checkLimits(turn: Turn, call: ServiceCall): void {
	const { facts, baseId } = call.model(turn.modelId);
	const { maxOutputTokens: limit, contextWindow } = facts;
	const maxTokens = turn.inferenceConfig?.maxTokens ?? 0;
	if (limit !== undefined && maxTokens > limit)
		throw refuse(requestRules.maxTokens, { limit });
	// A body of this size cannot hold the tokens, so ordinary requests are not counted here. Twice: a token has one byte at
	// least, and estimates may put a factor on it.
	if (!contextWindow || 2 * call.bodyBytes + maxTokens <= contextWindow) return;
	const window = asksForLongContext(turn) ? 1_000_000 : contextWindow;
	const tokens = call.countTokens(turn);
	const rule = brokenRule(facts, baseId, tokens, maxTokens, window);
	if (!rule) return;
	const { text } = contextRules[rule];
	const native =
		call.operation.startsWith("Invoke") || rule === "contextOthers";
	const told = native
		? text
		: `The model returned the following errors: ${text}`;
	throw refuse(
		{ ...contextRules[rule], text: told },
		{ tokens, maxTokens, limit: window },
	);
}

function brokenRule(
	{ family }: ModelFacts,
	baseId: string,
	tokens: number,
	maxTokens: number,
	window: number,
): keyof typeof contextRules | undefined {
	if (tokens <= window) {
		if (family !== "anthropic" || tokens + maxTokens <= window)
			return undefined;
		const { version } = readClaude(baseId);
		return version >= 3.7 && version < 4.5
			? "contextWithReplyAnthropic"
			: undefined;
	}
	return byFamily[family ?? ""] ?? "contextOthers";
}

const byFamily: Partial<Record<string, keyof typeof contextRules>> = {
	anthropic: "contextAnthropic",
	"amazon-nova": "contextNova",
	"amazon-titan": "contextTitan",
	meta: "contextMeta",
};

/** Claude Sonnet 4 and 4.5 have a window of a million tokens for who asks by beta flag (documented). */
function asksForLongContext({ additionalModelRequestFields }: Turn): boolean {
	if (!isObject(additionalModelRequestFields)) return false;
	const { anthropic_beta: flags } = additionalModelRequestFields;
	return (
		Array.isArray(flags) &&
		flags.some((flag) => String(flag).startsWith("context-1m"))
	);
}
