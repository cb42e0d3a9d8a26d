import type { Emulator } from "../emulator.ts";
import { writeJson } from "../http/router.ts";
import type { Exchange } from "../journal/exchange.ts";
import { filters, readFilter } from "./exchange-filter.ts";
import type { ApiRow } from "./row.ts";

/** What a long list needs before it shows a part of itself: which exchanges there are, and by what they can be told apart. */
export function exchangeIndexRoutes({ journal }: Emulator): ApiRow[] {
	return [
		{
			method: "GET",
			path: "/_outcrop/api/exchanges/sequences",
			summary:
				"The sequence numbers of all that match, in the order in which they ended; without limit",
			query: filters,
			answer(request) {
				const filter = readFilter(new URLSearchParams(request.query));
				const found = journal.find({ ...filter, limit: Infinity });
				return writeJson({
					capacity: journal.capacity,
					sequences: found.map(({ sequence }) => sequence),
				});
			},
		},
		{
			method: "GET",
			path: "/_outcrop/api/exchanges/facets",
			summary:
				"Namespaces, operations, models and who answered, each with how many exchanges have it",
			answer() {
				const all = journal.find({ limit: Infinity });
				return writeJson({
					namespaces: count(all, ({ namespace }) => namespace),
					operations: count(all, ({ operation }) => operation),
					models: count(all, ({ modelId }) => modelId),
					answeredBy: count(all, ({ notes }) => notes.rule ?? notes.engine),
				});
			},
		},
	];
}

function count(
	exchanges: readonly Exchange[],
	read: (exchange: Exchange) => string | undefined,
): { value: string; count: number }[] {
	const counts = new Map<string, number>();
	for (const exchange of exchanges) {
		const value = read(exchange);
		if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
	}
	return [...counts]
		.map(([value, count]) => ({ value, count }))
		.sort((one, other) => other.count - one.count);
}
