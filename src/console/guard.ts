import type { HttpRequest, HttpResponse } from "../http/message.ts";
import { type Router, writeJson } from "../http/router.ts";

const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Lets only those reach Outcrop's own paths who mean to: a web page of another origin cannot (its `Origin` is refused),
 * and neither can one whose name was made to resolve to this machine (its `Host` is). Requests to AWS's paths are not
 * looked at: an emulator is called by whatever name it is known by.
 *
 * @param router - Outcrop's own paths
 * @param hosts - names by which it may be called, beside the loopback ones
 */
export function guarded(router: Router, hosts: readonly string[]): Router {
	const known = new Set([
		...loopback,
		...hosts.map((host) => host.toLowerCase()),
	]);
	return (request) => {
		if (!/^\/_outcrop(?:\/|$)/u.test(request.path)) return router(request);
		return refuse(request, known) ?? router(request);
	};
}

function refuse(
	request: HttpRequest,
	known: Set<string>,
): HttpResponse | undefined {
	const host = hostName(request.headers.host ?? "");
	if (!known.has(host)) {
		return forbidden(
			`Outcrop's own paths answer to ${[...known].join(", ")}, not to the host ${host || "(none)"}. ` +
				"Allow it with --allowed-hosts.",
		);
	}
	const origin = request.headers.origin;
	if (origin === undefined) return undefined;
	if (
		origin !== "null" &&
		known.has(hostName(origin.replace(/^https?:\/\//u, ""))) &&
		samePort(request, origin)
	)
		return undefined;
	return forbidden(
		`Outcrop's own paths are not for pages of another origin (${origin}).`,
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
