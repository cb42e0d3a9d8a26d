import type { HttpRequest } from "../http/message.ts";
import type { Router } from "../http/router.ts";

/**
 * The console's page under `/_outcrop/`. What serves it is loaded with the first request for it: a server whose console
 * nobody opens has nothing of it in memory.
 */
export function pageRouter(): Router {
	return (request) =>
		isOfPage(request)
			? import("./static.ts").then(({ servePage }) => servePage(request))
			: undefined;
}

function isOfPage({ method, path }: HttpRequest): boolean {
	if (method !== "GET" && method !== "HEAD") return false;
	if (path === "/_outcrop") return true;
	return path.startsWith("/_outcrop/") && !path.startsWith("/_outcrop/api/");
}
