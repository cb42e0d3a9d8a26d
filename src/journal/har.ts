import type { Exchange } from "./exchange.ts";
import { showExchange } from "./show.ts";

/**
 * Exchanges as an HTTP archive, for the tools that read them. Bodies are the decoded ones.
 *
 * Source: HAR 1.2 (documented).
 */
export function writeHar(
	exchanges: readonly Exchange[],
	version: string,
	url: string,
): unknown {
	return {
		log: {
			version: "1.2",
			creator: { name: "outcrop", version },
			entries: exchanges.map((exchange) => writeEntry(exchange, url)),
		},
	};
}

function writeEntry(exchange: Exchange, url: string): unknown {
	const shown = showExchange(exchange);
	const answer = JSON.stringify(
		shown.events ?? shown.output ?? shown.error ?? {},
	);
	const waitMs = exchange.firstEventMs ?? exchange.durationMs ?? 0;
	return {
		startedDateTime: new Date(exchange.startedAtMs).toISOString(),
		time: exchange.durationMs ?? 0,
		request: {
			method: exchange.method,
			url: url + exchange.path,
			httpVersion: `HTTP/${exchange.httpVersion}`,
			headers: pairs(exchange.requestHeaders),
			queryString: [],
			cookies: [],
			headersSize: -1,
			bodySize: -1,
			postData: {
				mimeType: "application/json",
				text: JSON.stringify(shown.input ?? {}),
			},
		},
		response: {
			status: exchange.status ?? 0,
			statusText: exchange.error?.name ?? "",
			httpVersion: `HTTP/${exchange.httpVersion}`,
			headers: pairs({ "x-amzn-requestid": exchange.id }),
			cookies: [],
			content: {
				size: answer.length,
				mimeType: "application/json",
				text: answer,
			},
			redirectURL: "",
			headersSize: -1,
			bodySize: -1,
		},
		cache: {},
		timings: {
			send: 0,
			wait: waitMs,
			receive: (exchange.durationMs ?? waitMs) - waitMs,
		},
		_outcrop: { operation: exchange.operation, notes: shown.notes },
	};
}

function pairs(headers: Record<string, string>) {
	return Object.entries(headers).map(([name, value]) => ({ name, value }));
}
