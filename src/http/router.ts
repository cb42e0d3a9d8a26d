import type { HttpRequest, HttpResponse } from "./message.ts";

/** One row of a hand-made route table, for paths that AWS describes in no model. */
export interface RouteRow {
	method: string;
	/** The exact path, not decoded. */
	path: string;
	answer(request: HttpRequest): HttpResponse | Promise<HttpResponse>;
}

/** Answers a request by a table, or returns undefined when no row has its path. */
export type Router = (
	request: HttpRequest,
) => HttpResponse | Promise<HttpResponse> | undefined;

/** Makes a router of a table. A known path with another method answers 405; `HEAD` is answered as `GET`. */
export function routeTable(rows: readonly RouteRow[]): Router {
	const byPath = new Map<string, RouteRow[]>();
	for (const row of rows)
		byPath.set(row.path, [...(byPath.get(row.path) ?? []), row]);
	return (request) => {
		const candidates = byPath.get(request.path);
		if (!candidates) return undefined;
		const method = request.method === "HEAD" ? "GET" : request.method;
		const row = candidates.find((candidate) => candidate.method === method);
		if (row) return row.answer(request);
		const allow = candidates.map((candidate) => candidate.method).join(", ");
		return {
			...writeJson(
				{ message: `${request.path} takes ${allow}, not ${request.method}.` },
				405,
			),
			headers: { Allow: allow },
		};
	};
}

/** A JSON response of Outcrop's own API. */
export function writeJson(value: unknown, status = 200): HttpResponse {
	return {
		status,
		headers: { "Content-Type": "application/json" },
		body: `${JSON.stringify(value)}\n`,
	};
}
