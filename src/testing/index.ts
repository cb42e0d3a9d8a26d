/** Outcrop in tests: start it, say what the model says, look at what it was asked. */
export { OutcropApiError } from "./api.ts";
export { OutcropClock } from "./clock.ts";
export {
	all,
	any,
	type Condition,
	message,
	metadata,
	model,
	not,
	nth,
	operation,
	request,
	system,
	type TextPattern,
	type ToolResultPattern,
	toolResult,
	tools,
	turn,
	user,
} from "./conditions.ts";
export type { Exchange, Inputs, NativeInput, Outputs } from "./exchange.ts";
export type { ExchangeFilter, TextFilter } from "./filter.ts";
export {
	type Asked,
	type MatcherResult,
	outcropMatchers,
	toHaveBeenAsked,
} from "./matchers.ts";
export type {
	ClientConfig,
	Fault,
	Quota,
	RuleInForce,
	WaitOptions,
} from "./options.ts";
export { Outcrop } from "./outcrop.ts";
export type { Next, Rule, Says, When } from "./rule.ts";
export type { StartOptions } from "./server.ts";
export { type AttachOptions, attachOutcrop, startOutcrop } from "./start.ts";
