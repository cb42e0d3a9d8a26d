import type { HttpRequest, HttpResponse } from "../http/message.ts";
import type { Router } from "../http/router.ts";
import { isBrowser } from "./browser.ts";

/**
 * The console's page under `/_outcrop/`. What serves it is loaded with the first request for it: a server whose console
 * nobody opens has nothing of it in memory.
 */
export function pageRouter(): Router {
	return (request) => {
		if (isHome(request)) return toConsole();
		if (!isOfPage(request)) return undefined;
		return import("./static.ts").then(({ servePage }) => servePage(request));
	};
}

function toConsole(): HttpResponse {
	return {
		status: 307,
		headers: { Location: "/_outcrop/", "Cache-Control": "no-store" },
		body: "",
	};
}

/** A browser at the bare URL. To SDKs the path is as unknown as at AWS, and with --forward another service's. */
function isHome(request: HttpRequest): boolean {
	return request.path === "/" && request.method === "GET" && isBrowser(request);
}

function isOfPage({ method, path }: HttpRequest): boolean {
	if (method !== "GET" && method !== "HEAD") return false;
	if (path === "/_outcrop") return true;
	return path.startsWith("/_outcrop/") && !path.startsWith("/_outcrop/api/");
}
