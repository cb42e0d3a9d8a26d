import type { HttpRequest, HttpResponse } from "../http/message.ts";
import type { Router } from "../http/router.ts";

/**
 * Lets web pages of other origins read what Outcrop's own paths answer (CORS): exactly those that are named, no patterns, and
 * without credentials. Who is not named gets what the router answers, and no word that a browser would let it read.
 *
 * @param origins - as browsers write them, such as `http://localhost:5173`
 */
export function shared(router: Router, origins: readonly string[]): Router {
	if (origins.length === 0) return router;
	return (request) => {
		const { origin } = request.headers;
		const isAllowed = origin !== undefined && origins.includes(origin);
		const headers: Record<string, string> = isAllowed
			? { "Access-Control-Allow-Origin": origin }
			: {};
		if (isAllowed && isPreflight(request)) return preflight(headers);
		const answer = router(request);
		return answer instanceof Promise
			? answer.then((response) => withHeaders(response, headers))
			: answer && withHeaders(answer, headers);
	};
}

function isPreflight({ method, headers }: HttpRequest): boolean {
	return (
		method === "OPTIONS" &&
		headers["access-control-request-method"] !== undefined
	);
}

function preflight(headers: Record<string, string>): HttpResponse {
	const response = { status: 204, headers: {}, body: "" };
	return withHeaders(response, {
		...headers,
		"Access-Control-Allow-Methods": "GET, POST, PUT, DELETE",
		"Access-Control-Allow-Headers": "content-type, x-outcrop-namespace",
		"Access-Control-Max-Age": "600",
	});
}

/** Caches have to tell origins apart, also for those who may not read. */
function withHeaders(
	response: HttpResponse,
	added: Record<string, string>,
): HttpResponse {
	const { Vary } = response.headers;
	return {
		...response,
		headers: {
			...response.headers,
			...added,
			Vary: Vary === undefined ? "Origin" : `${Vary}, Origin`,
		},
	};
}
