import type { HttpRequest, HttpResponse } from "./message.ts";

/** One row of a hand-made route table, for paths that AWS describes in no model. */
export interface RouteRow {
	method: string;
	/** Not decoded; `{name}` stands for one segment. */
	path: string;
	answer(
		request: HttpRequest,
		parameters: Record<string, string>,
	): HttpResponse | Promise<HttpResponse>;
}

/** Answers a request by a table, or returns undefined when no row has its path. */
export type Router = (
	request: HttpRequest,
) => HttpResponse | Promise<HttpResponse> | undefined;

/** Makes a router of a table. A known path with another method answers 405; `HEAD` is answered as `GET`. */
export function routeTable(rows: readonly RouteRow[]): Router {
	const exact = new Map<string, RouteRow[]>();
	const templates: RouteRow[] = [];
	for (const row of rows) {
		if (row.path.includes("{")) templates.push(row);
		else exact.set(row.path, [...(exact.get(row.path) ?? []), row]);
	}
	// Most paths begin with something else, and need no look at each row.
	const opening = commonOpening(rows.map((row) => row.path));
	return (request) => {
		if (!request.path.startsWith(opening)) return undefined;
		const candidates =
			exact.get(request.path) ??
			templates.filter((row) => matchPath(row.path, request.path));
		if (candidates.length === 0) return undefined;
		const method = request.method === "HEAD" ? "GET" : request.method;
		const row = candidates.find((candidate) => candidate.method === method);
		if (row)
			return row.answer(request, matchPath(row.path, request.path) ?? {});
		const allow = candidates.map((candidate) => candidate.method).join(", ");
		return {
			...writeJson(
				{ message: `${request.path} takes ${allow}, not ${request.method}.` },
				405,
			),
			headers: { "Content-Type": "application/json", Allow: allow },
		};
	};
}

/** What all paths begin with. */
function commonOpening(paths: readonly string[]): string {
	let opening = paths[0] ?? "";
	for (const path of paths)
		while (!path.startsWith(opening)) opening = opening.slice(0, -1);
	return opening;
}

function matchPath(
	template: string,
	path: string,
): Record<string, string> | undefined {
	const wanted = template.split("/");
	const given = path.split("/");
	if (wanted.length !== given.length) return undefined;
	const parameters: Record<string, string> = {};
	for (const [index, segment] of wanted.entries()) {
		const value = given[index] ?? "";
		if (segment.startsWith("{") && value !== "")
			parameters[segment.slice(1, -1)] = decode(value);
		else if (segment !== value) return undefined;
	}
	return parameters;
}

function decode(segment: string): string {
	try {
		return decodeURIComponent(segment);
	} catch {
		return segment;
	}
}

/** A JSON response of Outcrop's own API. */
export function writeJson(value: unknown, status = 200): HttpResponse {
	return {
		status,
		headers: { "Content-Type": "application/json" },
		body: `${JSON.stringify(value)}\n`,
	};
}
