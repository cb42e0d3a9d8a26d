import type { Emulator } from "../emulator.ts";
import type { HttpRequest, HttpResponse } from "../http/message.ts";
import { writeJson } from "../http/router.ts";
import type { Exchange } from "../journal/exchange.ts";
import { writeHar } from "../journal/har.ts";
import { type ExchangeFilter, matches } from "../journal/journal.ts";
import { showExchange, summarize } from "../journal/show.ts";
import { version } from "../version.ts";
import type { ApiRow } from "./row.ts";

/** The filters of every route that gives exchanges, as query parameters. */
const filters: ApiRow["query"] = {
	namespace: "Only this namespace",
	service: "Only this service, such as bedrock-runtime",
	operation: "Only this operation, such as ConverseStream",
	model: "Only model ids that contain this",
	status: "ok, error, or an HTTP status",
	answeredBy: "Only what this engine or rule answered",
	text: "Only where this stands in what was asked or answered",
	afterSequence: "Only later ones",
	limit: "The newest so many; default 100",
};

/** What happened: list, one, live, exports. */
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
				const show = query.get("detail") === "full" ? showExchange : summarize;
				return writeJson({
					exchanges: journal.find(readFilter(query)).map(show),
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
			path: "/_outcrop/api/exchanges/stream",
			summary: "Each exchange when it has ended, as server-sent events",
			query: { ...filters, detail: "full gives each exchange whole" },
			answer: (request) => streamExchanges(emulator, request),
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

function readFilter(query: URLSearchParams): ExchangeFilter {
	const text = (name: string) => query.get(name) ?? undefined;
	const number = (name: string) => {
		const value = Number(query.get(name));
		return query.has(name) && Number.isFinite(value) ? value : undefined;
	};
	const status = text("status");
	return {
		namespace: text("namespace"),
		service: text("service"),
		operation: text("operation"),
		model: text("model"),
		status: status === "ok" || status === "error" ? status : number("status"),
		answeredBy: text("answeredBy"),
		text: text("text"),
		afterSequence: number("afterSequence"),
		limit: number("limit"),
	};
}

/** How much waits for a slow reader, in UTF-16 units, before the oldest of it is left out. */
const maxWaitingLength = 16 * 1024 * 1024;

function streamExchanges(
	emulator: Emulator,
	request: HttpRequest,
): HttpResponse {
	const query = new URLSearchParams(request.query);
	const filter = readFilter(query);
	const show = query.get("detail") === "full" ? showExchange : summarize;
	return {
		status: 200,
		headers: {
			"Content-Type": "text/event-stream",
			"Cache-Control": "no-cache",
		},
		body: eventsOf(emulator, request.signal, (exchange) =>
			matches(exchange, filter)
				? `id: ${exchange.sequence}\ndata: ${JSON.stringify(show(exchange))}\n\n`
				: undefined,
		),
	};
}

async function* eventsOf(
	emulator: Emulator,
	signal: AbortSignal,
	write: (exchange: Exchange) => string | undefined,
): AsyncGenerator<Uint8Array> {
	let waiting: string[] = [];
	let waitingLength = 0;
	let wake = () => {};
	const end = emulator.journal.subscribe((exchange) => {
		const event = write(exchange);
		if (event === undefined) return;
		waiting.push(event);
		waitingLength += event.length;
		while (waitingLength > maxWaitingLength && waiting.length > 1)
			waitingLength -= waiting.shift()?.length ?? 0;
		wake();
	});
	const over = AbortSignal.any([signal, emulator.stopping]);
	over.addEventListener("abort", () => wake(), { once: true });
	try {
		yield Buffer.from(": Outcrop's exchanges, as they end\n\n");
		while (!over.aborted) {
			if (waiting.length > 0) {
				const events = waiting.join("");
				waiting = [];
				waitingLength = 0;
				yield Buffer.from(events);
			} else
				await new Promise<void>((resolve) => {
					wake = resolve;
				});
		}
	} finally {
		end();
	}
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
