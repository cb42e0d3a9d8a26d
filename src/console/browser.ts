import type { HttpRequest } from "../http/message.ts";

/**
 * Whether a browser asks for a page: it names HTML. So does Java's HttpURLConnection in every request that says nothing
 * else (`text/html, image/gif, image/jpeg, …`), and through it Testcontainers' probes and the AWS SDK's url-connection
 * client: those are no browsers.
 */
export function isBrowser({ headers: { accept = "" } }: HttpRequest): boolean {
	return /\btext\/html\b/u.test(accept) && !/\bimage\/gif\b/u.test(accept);
}
