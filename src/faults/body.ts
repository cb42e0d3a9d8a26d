/** Broken bodies of responses. */
import type { Call } from "../call.ts";
import type { HttpResponse } from "../http/message.ts";
import { throughGenerator } from "./stream.ts";

/** The first half of a body that is whole, as if it were all. */
export function halved(response: HttpResponse): HttpResponse {
	const bytes = wholeBytes(response);
	return bytes ? { ...response, body: firstHalf(bytes) } : response;
}

/**
 * Sends the first half of a body that is whole, then breaks.
 *
 * @param fail - throws, or never ends
 */
export function brokenHalfway(
	response: HttpResponse,
	fail: () => Promise<never>,
): HttpResponse {
	const bytes = wholeBytes(response);
	if (!bytes) return response;
	return { ...response, body: halfThen(firstHalf(bytes), fail) };
}

async function* halfThen(
	half: Uint8Array,
	fail: () => Promise<never>,
): AsyncGenerator<Uint8Array> {
	yield half;
	await fail();
}

/** What a drip is made of. */
export interface Drip {
	/** Chunks that still come as they are. */
	after: number;
	pieceBytes: number;
	everyMs: number;
}

/** Sends a body, whole or streamed, in small pieces with pauses between them. */
export function dripped(
	response: HttpResponse,
	call: Call,
	drip: Drip,
): HttpResponse {
	const whole = wholeBytes(response);
	const chunks = whole
		? one(whole)
		: (response.body as AsyncIterable<Uint8Array>);
	return {
		...response,
		body: throughGenerator(chunks, (items) => drop(items, call, drip)),
	};
}

async function* drop(
	chunks: AsyncIterable<Uint8Array>,
	{ clock, signal }: Call,
	{ after, pieceBytes, everyMs }: Drip,
): AsyncGenerator<Uint8Array> {
	let passed = 0;
	for await (const chunk of chunks) {
		if (passed++ < after) {
			yield chunk;
			continue;
		}
		for (let start = 0; start < chunk.length; start += pieceBytes) {
			yield chunk.subarray(start, start + pieceBytes);
			await clock.sleep(everyMs, signal);
		}
	}
}

async function* one<Item>(item: Item): AsyncGenerator<Item> {
	yield item;
}

function firstHalf(bytes: Uint8Array): Uint8Array {
	return bytes.subarray(0, Math.ceil(bytes.length / 2));
}

function wholeBytes({ body }: HttpResponse): Uint8Array | undefined {
	if (typeof body === "string") return Buffer.from(body);
	return body instanceof Uint8Array ? body : undefined;
}

/**
 * A load balancer's page: no JSON, and none of the headers that services send.
 *
 * Source: the page of Elastic Load Balancing for its own 502, 503 and 504 (observed); that Bedrock's front end sends the
 * same is assumed.
 */
export function htmlPage(status: number): HttpResponse {
	const title = `${status} ${reasons[status] ?? "Service Unavailable"}`;
	return {
		status,
		headers: { Server: "awselb/2.0", "Content-Type": "text/html" },
		body: `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`,
	};
}

const reasons: Record<number, string> = {
	400: "Bad Request",
	403: "Forbidden",
	404: "Not Found",
	413: "Request Entity Too Large",
	429: "Too Many Requests",
	500: "Internal Server Error",
	502: "Bad Gateway",
	503: "Service Temporarily Unavailable",
	504: "Gateway Time-out",
};
