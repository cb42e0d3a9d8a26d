import { ConfigError } from "../errors.ts";
import type { Exchange } from "../journal/exchange.ts";
import type { ExchangeFilter } from "../journal/journal.ts";
import { showExchange, summarize } from "../journal/show.ts";
import { wholeNumberOf } from "./query.ts";
import type { ApiRow } from "./row.ts";

/** The filters of every route that gives exchanges, as query parameters. */
export const filters: ApiRow["query"] = {
	namespace: "Only this namespace",
	service: "Only this service, such as bedrock-runtime",
	operation: "Only this operation, such as ConverseStream",
	model: "Only model ids that contain this",
	status: "ok, error, or an HTTP status",
	answeredBy: "Only what this engine or rule answered",
	text: "Only where this stands in what was asked or answered",
	afterSequence: "Only later ones",
	beforeSequence: "Only earlier ones",
	sequences: "Only these, such as 3,5,8",
	limit: "The newest so many; default 100",
};

/** Reads the filters of a query. @throws ConfigError on a value that cannot be meant */
export function readFilter(query: URLSearchParams): ExchangeFilter {
	const text = (name: string) => query.get(name) ?? undefined;
	const status = text("status");
	const sequences = text("sequences")?.split(",").map(Number);
	if (sequences?.some((sequence) => !Number.isSafeInteger(sequence)))
		throw new ConfigError(
			`The query parameter sequences takes numbers such as 3,5,8, not ${JSON.stringify(text("sequences")?.slice(0, 60))}.`,
		);
	return {
		namespace: text("namespace"),
		service: text("service"),
		operation: text("operation"),
		model: text("model"),
		status:
			status === "ok" || status === "error"
				? status
				: wholeNumberOf(query, "status", "ok, error or "),
		answeredBy: text("answeredBy"),
		text: text("text"),
		afterSequence: wholeNumberOf(query, "afterSequence"),
		beforeSequence: wholeNumberOf(query, "beforeSequence"),
		sequences: sequences && new Set(sequences),
		limit: wholeNumberOf(query, "limit") ?? sequences?.length,
	};
}

/** What `detail` asks for: exchanges whole, or in short. @throws ConfigError on any other word than full */
export function readDetail(
	query: URLSearchParams,
): (exchange: Exchange) => unknown {
	const detail = query.get("detail");
	if (detail === null) return summarize;
	if (detail === "full") return showExchange;
	throw new ConfigError(
		`The query parameter detail takes full, not ${JSON.stringify(detail.slice(0, 60))}.`,
	);
}
