/** The two ways to Outcrop's own API: inside the process, without a socket, and over HTTP. */
import type { Emulator } from "../emulator.ts";
import type { HttpRequest, HttpResponse } from "../http/message.ts";
import type { Router } from "../http/router.ts";

/** What a route of Outcrop's own API answered. */
export interface ApiAnswer {
	status: number;
	/** Whole, or the bytes of an event stream as they come. */
	body: string | AsyncIterable<Uint8Array>;
}

/** Outcrop's own API. An answer that is there at once comes without a promise. */
export interface Api {
	send(
		method: string,
		path: string,
		body?: unknown,
		signal?: AbortSignal,
	): ApiAnswer | Promise<ApiAnswer>;
}

/** Outcrop's own API, refused or out of reach. */
export class OutcropApiError extends Error {
	override readonly name = "OutcropApiError";
	/** HTTP status; undefined when nobody answered. */
	readonly status: number | undefined;
	constructor(message: string, status?: number, cause?: unknown) {
		super(message, cause === undefined ? undefined : { cause });
		this.status = status;
	}
}

/** The API of an emulator of this process: the same routes, called directly. */
export function localApi(emulator: Emulator, router: Router): Api {
	return {
		send(method, path, body, signal = emulator.stopping) {
			const [pathname = "", query = ""] = path.split("?");
			const text = body === undefined ? "" : JSON.stringify(body);
			const request: HttpRequest = {
				method,
				path: pathname,
				query,
				headers: { host: "localhost", "content-type": "application/json" },
				httpVersion: "1.1",
				remoteAddress: "127.0.0.1",
				body: async () => Buffer.from(text),
				signal,
			};
			const answer = router(request);
			if (!answer) throw missing(method, path);
			return answer instanceof Promise
				? answer.then(readResponse)
				: readResponse(answer);
		},
	};
}

function readResponse({ status, body }: HttpResponse): ApiAnswer {
	return {
		status,
		body:
			body instanceof Uint8Array ? Buffer.from(body).toString("utf8") : body,
	};
}

/**
 * The API of an Outcrop anywhere.
 *
 * @param url - where it listens, such as `http://localhost:4566`
 */
export function remoteApi(url: string): Api {
	return {
		async send(method, path, body, signal) {
			const response = await fetch(url + path, {
				method,
				...(body !== undefined && {
					body: JSON.stringify(body),
					headers: { "content-type": "application/json" },
				}),
				...(signal && { signal }),
			}).catch((error: unknown) => {
				if (signal?.aborted) throw error;
				throw new OutcropApiError(
					`No Outcrop answers at ${url}. Start one with npx outcrop, or give the URL at which it listens.`,
					undefined,
					error,
				);
			});
			const streams = response.headers
				.get("content-type")
				?.startsWith("text/event-stream");
			return {
				status: response.status,
				body: streams && response.body ? response.body : await response.text(),
			};
		},
	};
}

/**
 * The JSON of an answer.
 *
 * @throws OutcropApiError with the API's own message when it refused
 */
export function readJson(what: string, { status, body }: ApiAnswer): unknown {
	const text = typeof body === "string" ? body : "";
	let json: unknown;
	try {
		json = text === "" ? {} : JSON.parse(text);
	} catch {
		json = undefined;
	}
	if (status < 400 && json !== undefined) return json;
	throw new OutcropApiError(
		`${what} was refused (HTTP ${status}): ${messageOf(json) ?? text.slice(0, 300)}`,
		status,
	);
}

function messageOf(json: unknown): string | undefined {
	if (typeof json !== "object" || json === null) return undefined;
	const message =
		"message" in json ? json.message : "Message" in json ? json.Message : "";
	return typeof message === "string" && message !== "" ? message : undefined;
}

function missing(method: string, path: string): OutcropApiError {
	return new OutcropApiError(
		`This version of Outcrop has no ${method} ${path}.`,
		404,
	);
}
