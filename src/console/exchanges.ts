import type { Emulator } from "../emulator.ts";
import type { HttpResponse } from "../http/message.ts";
import { writeJson } from "../http/router.ts";
import { writeHar } from "../journal/har.ts";
import { showExchange } from "../journal/show.ts";
import { version } from "../version.ts";
import { filters, readDetail, readFilter } from "./exchange-filter.ts";
import type { ApiRow } from "./row.ts";

/** What happened: list, one, exports. */
export function exchangeRoutes(emulator: Emulator): ApiRow[] {
	const { journal } = emulator;
	return [
		{
			method: "GET",
			path: "/_outcrop/api/exchanges",
			summary: "Exchanges, oldest first; summaries unless detail=full",
			query: { ...filters, detail: "full gives each exchange whole" },
			answer(request) {
				const query = new URLSearchParams(request.query);
				return writeJson({
					exchanges: journal.find(readFilter(query)).map(readDetail(query)),
				});
			},
		},
		{
			method: "DELETE",
			path: "/_outcrop/api/exchanges",
			summary: "Forgets the exchanges of a namespace, or all",
			query: { namespace: "Only this namespace" },
			answer(request) {
				const namespace = new URLSearchParams(request.query).get("namespace");
				journal.reset(namespace ?? undefined);
				return writeJson({});
			},
		},
		{
			method: "GET",
			path: "/_outcrop/api/exchanges/export.jsonl",
			summary: "Exchanges as JSON lines",
			query: filters,
			answer(request) {
				const found = journal.find(
					readFilter(new URLSearchParams(request.query)),
				);
				const lines = found.map(
					(one) => `${JSON.stringify(showExchange(one))}\n`,
				);
				return download(
					lines.join(""),
					"application/x-ndjson",
					"exchanges.jsonl",
				);
			},
		},
		{
			method: "GET",
			path: "/_outcrop/api/exchanges/export.har",
			summary: "Exchanges as an HTTP archive (HAR 1.2)",
			query: filters,
			answer(request) {
				const found = journal.find(
					readFilter(new URLSearchParams(request.query)),
				);
				const har = writeHar(found, version, emulator.url);
				return download(
					JSON.stringify(har),
					"application/json",
					"exchanges.har",
				);
			},
		},
		{
			method: "GET",
			path: "/_outcrop/api/exchanges/{id}",
			summary: "One exchange, whole",
			answer(_request, { id = "" }) {
				const exchange = journal.get(id);
				return exchange
					? writeJson(showExchange(exchange))
					: writeJson(
							{ message: `There is no exchange ${id}, or it was forgotten.` },
							404,
						);
			},
		},
	];
}

function download(body: string, type: string, name: string): HttpResponse {
	return {
		status: 200,
		headers: {
			"Content-Type": type,
			"Content-Disposition": `attachment; filename="${name}"`,
		},
		body,
	};
}
