import type { Mode } from "../../call.ts";
import type { ModelFacts } from "../../models/facts.ts";
import {
	cachingRules,
	checkCachePoints,
	hasCachePoint,
} from "./rules/caching.ts";
import { mediaRules } from "./rules/media.ts";
import { checkMessages, messageRules } from "./rules/messages.ts";
import {
	checkPrompt,
	checkSettings,
	checkSystem,
	isPromptArn,
	requestRules,
} from "./rules/request.ts";
import { type ConverseInput, type ConverseRule, refuse } from "./rules/rule.ts";
import { checkToolConfig, checkToolPairs, toolRules } from "./rules/tools.ts";

export type { ConverseInput, ConverseRule } from "./rules/rule.ts";
export { mergeMessages } from "./rules/tools.ts";

/** Every rule across members of Converse, ConverseStream and CountTokens, by name: what the docs list. */
export const converseRules: Readonly<Record<string, ConverseRule>> = {
	...requestRules,
	...messageRules,
	...mediaRules,
	...toolRules,
	...cachingRules,
};

/**
 * Checks what no description says of a Converse request, in AWS's order as far as it is known.
 *
 * Observed: all this comes after the description's constraints and after the model is resolved; duplicate tool results are
 * refused before surplus ones. The rest of the order is assumed. What AWS leaves to the model (`The model returned the
 * following errors: `) is refused here where it is met, so a request that breaks two rules may hear of the other one first.
 *
 * @param facts - what is known of the model; what is not known is permitted
 * @param mode - `floci` asks for messages and nothing else; `default` and `strict` are the same here
 * @param streaming - whether the answer is a stream
 * @throws ServiceError with AWS's text on the first broken rule: `ValidationException`, but `AccessDeniedException` for a
 * cache point on a model without caching
 */
export function checkConverse(
	input: ConverseInput,
	facts: ModelFacts,
	mode: Mode,
	streaming: boolean,
): void {
	const { messages, toolConfig } = input;
	if (mode === "floci") {
		if (!messages || messages.length === 0)
			throw refuse(messageRules.startsWithUser);
		return;
	}
	const prompt = isPromptArn(input.modelId);
	if (prompt) checkPrompt(input);
	if (!messages || messages.length === 0) {
		if (prompt) return;
		throw refuse(messageRules.startsWithUser);
	}
	checkSystem(input, facts);
	if (toolConfig) checkToolConfig(toolConfig, facts, streaming);
	checkSettings(input, facts);
	const seen = checkMessages(messages, facts);
	if (seen.toolBlocks) {
		// A prompt resource brings its tools along.
		if (!toolConfig && !prompt) throw refuse(toolRules.toolConfigMissing);
		checkToolPairs(messages, facts);
	}
	if (
		seen.cachePoints ||
		hasCachePoint(input.system) ||
		hasCachePoint(toolConfig?.tools)
	)
		checkCachePoints(input, facts);
}
