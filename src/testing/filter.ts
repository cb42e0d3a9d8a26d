/** Which exchanges a test looks for, and how it is told that there is none. */
import type { Exchange } from "./exchange.ts";

/** Plain text stands somewhere in it, upper and lower case alike; a regular expression finds something in it. */
export type TextFilter = string | RegExp;

/** What is looked for; every member given must hold. */
export interface ExchangeFilter<Operation extends string = string> {
	/** Such as `ConverseStream`; equal. */
	operation?: Operation;
	service?: TextFilter;
	/** The model id, inference-profile id or ARN as it was sent. */
	model?: TextFilter;
	/** Text of the last user message. */
	user?: TextFilter;
	/** The system prompt. */
	system?: TextFilter;
	/** What was answered, on Converse and ConverseStream. */
	reply?: TextFilter;
	/** A tool that the answer calls; equal. */
	callsTool?: string;
	/** A tool whose result the last message brings; equal. */
	toolResult?: string;
	/** `ok`, `error`, `broken`, or an HTTP status. */
	status?: "ok" | "error" | "broken" | number;
	/** Name of the exception that was answered; equal. */
	error?: string;
	/** Name of the engine, or of the rule, that answered; equal. */
	answeredBy?: string;
	/** Which attempt of its SDK it was, from 1. */
	attempt?: number;
	/** Whatever else. */
	where?(exchange: Exchange<Operation>): boolean;
}

const texts = ["service", "model", "user", "system", "reply"] as const;

/**
 * Why an exchange is not what is looked for.
 *
 * @returns the first member that does not hold, as `user is "Hello", not /weather/`; undefined when all hold
 */
export function mismatch(
	exchange: Exchange,
	filter: ExchangeFilter,
): string | undefined {
	const { operation, status, error, answeredBy, attempt, where } = filter;
	const differs = (name: string, met: unknown, wanted: unknown) =>
		`${name} is ${show(met)}, not ${show(wanted)}`;
	if (operation !== undefined && exchange.operation !== operation)
		return differs("operation", exchange.operation, operation);
	for (const name of texts) {
		const wanted = filter[name];
		const met = name === "model" ? exchange.modelId : exchange[name];
		if (wanted !== undefined && !holds(met ?? "", wanted))
			return differs(name, met, wanted);
	}
	const calls = exchange.toolCalls.map(({ name }) => name);
	if (filter.callsTool !== undefined && !calls.includes(filter.callsTool))
		return differs("callsTool", calls.join(", "), filter.callsTool);
	const results = exchange.toolResults;
	if (filter.toolResult !== undefined && !results.includes(filter.toolResult))
		return differs("toolResult", results.join(", "), filter.toolResult);
	const met = typeof status === "number" ? exchange.status : exchange.state;
	if (status !== undefined && met !== status)
		return differs("status", met, status);
	if (error !== undefined && exchange.error?.name !== error)
		return differs("error", exchange.error?.name, error);
	const { engine, rule } = exchange.notes;
	if (answeredBy !== undefined && ![engine, rule].includes(answeredBy))
		return differs("answeredBy", rule ?? engine, answeredBy);
	if (attempt !== undefined && exchange.attempt !== attempt)
		return differs("attempt", exchange.attempt, attempt);
	if (where && !where(exchange)) return "where says no";
	return undefined;
}

function holds(met: string, wanted: TextFilter): boolean {
	// `search` does not mind where a global expression has got to.
	return typeof wanted === "string"
		? met.toLowerCase().includes(wanted.toLowerCase())
		: met.search(wanted) >= 0;
}

/** A filter as its author wrote it. */
export function showFilter(filter: object): string {
	const members = Object.entries(filter)
		.filter(([, value]) => value !== undefined)
		.map(([name, value]) => `${name}: ${show(value)}`);
	return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

/** The most exchanges that a message lists. */
const maxListed = 20;

/** Exchanges as the numbered lines of a message, each with why it is not what was looked for. */
export function listExchanges(
	exchanges: readonly Exchange[],
	filter: ExchangeFilter,
): string {
	if (exchanges.length === 0) return "  no request at all";
	const hidden = exchanges.length - maxListed;
	return [
		...(hidden > 0 ? [`  … ${hidden} earlier ones`] : []),
		...exchanges.slice(-maxListed).map((exchange) => {
			const why = mismatch(exchange, filter);
			return `  ${exchange.sequence}. ${describe(exchange)}${why ? `\n     ${why}` : ""}`;
		}),
	].join("\n");
}

/** `Converse of amazon.nova-lite-v1:0, user "Hello": ok, answered by stub`. */
function describe(exchange: Exchange): string {
	const { operation, modelId, user, toolResults, state, error, notes } =
		exchange;
	const asked = [
		`${operation}${modelId === undefined ? "" : ` of ${modelId}`}`,
		...(user === "" ? [] : [`user ${show(user)}`]),
		...(toolResults.length === 0
			? []
			: [`tool result of ${toolResults.join(", ")}`]),
	];
	const by = notes.rule ?? notes.engine;
	const came = error
		? `${error.name}`
		: `${state}${by === undefined ? "" : `, answered by ${by}`}`;
	return `${asked.join(", ")}: ${came}`;
}

function show(value: unknown): string {
	if (value instanceof RegExp) return String(value);
	if (typeof value === "function") return "a function";
	if (value === undefined || value === "") return "nothing";
	const text = JSON.stringify(value);
	return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
