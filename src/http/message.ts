/** A request as the listener hands it on, whatever HTTP version it came by. */
export interface HttpRequest {
	readonly method: string;
	/** The path as sent: not decoded, without the query. Starts with `/`. */
	readonly path: string;
	/** The query as sent, without `?`; an empty string when there is none. */
	readonly query: string;
	/**
	 * Names in lower case; repeated headers joined with `, ` as `node:http` does. On HTTP/2 the pseudo headers `:method`,
	 * `:path`, `:authority`, `:scheme` are there too, and `host` is set from `:authority` when absent.
	 */
	readonly headers: Readonly<Record<string, string>>;
	readonly httpVersion: "1.1" | "2";
	/** The client's address. */
	readonly remoteAddress: string;
	/**
	 * The whole body, read once.
	 *
	 * @throws BodyTooLargeError past the listener's `maxBodyBytes`
	 */
	body(): Promise<Buffer>;
	/** What `body()` would give, when all of it is there already and there is nothing to wait for. */
	readonly wholeBody?: Buffer | undefined;
	/** Aborts when the client hangs up before the response has ended, or the listener is closed by force. */
	readonly signal: AbortSignal;
}

/** A response; the listener adds `Date`, and `Content-Length` when the body is whole. */
export interface HttpResponse {
	status: number;
	/** Any case; HTTP/2 sends them in lower case. */
	headers: Record<string, string>;
	/** Whole (string as UTF-8), or chunks sent as they come, with backpressure. A body that throws breaks the connection. */
	body: string | Uint8Array | AsyncIterable<Uint8Array>;
}

/** Answers one request; must not throw. */
export type HttpHandler = (
	request: HttpRequest,
) => Promise<HttpResponse> | HttpResponse;

/** The request's body passed the limit. */
export class BodyTooLargeError extends Error {
	override readonly name = "BodyTooLargeError";
	readonly maxBytes: number;
	constructor(maxBytes: number) {
		super(`The request body is larger than ${maxBytes} bytes.`);
		this.maxBytes = maxBytes;
	}
}

/** The client hung up: `body()` rejects with it when the body was not whole, and it is the reason `signal` aborts with. */
export class HangUpError extends Error {
	override readonly name = "AbortError";
	readonly code = "ABORT_ERR";
	constructor(message = "The client hung up.") {
		super(message);
	}
}

/**
 * How a connection breaks on purpose.
 *
 * - `reset`: HTTP/1.1 a TCP RST, HTTP/2 RST_STREAM with INTERNAL_ERROR; other streams live on
 * - `goaway`: HTTP/2 GOAWAY with INTERNAL_ERROR, then the connection closes; HTTP/1.1 as `truncate`
 * - `truncate`: the connection closes with a FIN in mid-response: no last chunk on HTTP/1.1, no END_STREAM on HTTP/2
 */
export type TransportFaultKind = "reset" | "goaway" | "truncate";

/**
 * Thrown by a handler, or by the iterator of a response's body, to break the connection in a certain way. What the body
 * gave before is handed to the network first. Never logged: it is meant.
 */
export class TransportFault extends Error {
	override readonly name = "TransportFault";
	readonly kind: TransportFaultKind;
	constructor(kind: TransportFaultKind) {
		super(`The connection is broken on purpose: ${kind}.`);
		this.kind = kind;
	}
}
