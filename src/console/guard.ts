import type { HttpRequest, HttpResponse } from "../http/message.ts";
import { type Router, writeJson } from "../http/router.ts";
import { shared } from "./cors.ts";

const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Lets only those reach Outcrop's own paths who mean to: a web page of another origin cannot (its `Origin` is refused),
 * and neither can one whose name was made to resolve to this machine (its `Host` is). Requests to AWS's paths are not
 * looked at: an emulator is called by whatever name it is known by.
 *
 * @param router - Outcrop's own paths
 * @param allowed.hosts - names by which it may be called, beside the loopback ones
 * @param allowed.origins - of other pages that may use it all the same
 */
export function guarded(
	router: Router,
	{ hosts, origins }: { hosts: readonly string[]; origins: readonly string[] },
): Router {
	const known = new Set([
		...loopback,
		...hosts.map((host) => host.toLowerCase()),
	]);
	const open = shared(router, origins);
	return (request) => {
		if (!/^\/_outcrop(?:\/|$)/u.test(request.path)) return router(request);
		return refuse(request, known, origins) ?? open(request);
	};
}

function refuse(
	request: HttpRequest,
	known: Set<string>,
	origins: readonly string[],
): HttpResponse | undefined {
	const host = hostName(request.headers.host ?? "");
	if (!known.has(host)) {
		return forbidden(
			`Outcrop's own paths answer to ${[...known].join(", ")}, not to the host ${host || "(none)"}. ` +
				"Allow it with --allowed-hosts.",
		);
	}
	const origin = request.headers.origin;
	if (origin === undefined || origins.includes(origin)) return undefined;
	if (
		origin !== "null" &&
		known.has(hostName(origin.replace(/^https?:\/\//u, ""))) &&
		samePort(request, origin)
	)
		return undefined;
	return forbidden(
		`Outcrop's own paths are not for pages of another origin (${origin}). Allow it with --allowed-origins.`,
	);
}

function hostName(host: string): string {
	return host.replace(/:\d+$/u, "").toLowerCase();
}

function samePort(request: HttpRequest, origin: string): boolean {
	const port = (text: string) => /:(\d+)$/u.exec(text)?.[1];
	return port(origin) === port(request.headers.host ?? "");
}

function forbidden(message: string): HttpResponse {
	return writeJson({ message }, 403);
}
