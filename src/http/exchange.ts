import {
	HangUpError,
	type HttpHandler,
	type HttpRequest,
	type HttpResponse,
	TransportFault,
	type TransportFaultKind,
} from "./message.ts";

/** Told of errors nobody foresaw, for the log. */
export type Report = (error: unknown) => void;

/** Answers with a body that is sent as it comes. */
export interface StreamedResponse extends HttpResponse {
	body: AsyncIterable<Uint8Array>;
}

/** Answers with a body that is there as a whole. */
export interface WholeResponse extends HttpResponse {
	body: string | Uint8Array;
}

/** One request with its answer: what both HTTP versions share of its life. */
export abstract class Exchange implements HttpRequest {
	abstract readonly method: string;
	abstract readonly path: string;
	abstract readonly query: string;
	abstract readonly headers: Readonly<Record<string, string>>;
	abstract readonly httpVersion: "1.1" | "2";
	abstract readonly remoteAddress: string;
	abstract body(): Promise<Buffer>;

	/** The client has left before the end of the answer. */
	isGone = false;
	/** The answer is on its way whole: hanging up no longer matters. */
	isFinished = false;
	#controller: AbortController | undefined;
	#watchers: (() => void)[] | undefined;

	/** The head of the answer was sent. */
	protected abstract readonly isStarted: boolean;
	protected abstract sendWhole(response: WholeResponse): void;
	protected abstract sendStream(
		response: StreamedResponse,
		report: Report,
	): Promise<void>;
	/** Breaks the connection; `error` is the version's usual way to say that the answer failed. */
	protected abstract breakOff(kind: TransportFaultKind | "error"): void;

	/** Made when first asked for: most requests never look at it, and a controller costs. */
	get signal(): AbortSignal {
		if (this.#controller === undefined) {
			this.#controller = new AbortController();
			if (this.isGone) this.#controller.abort(new HangUpError());
		}
		return this.#controller.signal;
	}

	/** Calls `watcher` when the client hangs up before the answer has ended. */
	onHangUp(watcher: () => void): void {
		this.#watchers ??= [];
		this.#watchers.push(watcher);
	}

	/** The connection or stream is closed; a hang-up unless the answer had been sent. */
	closed(): void {
		if (this.isGone || this.isFinished) return;
		this.isGone = true;
		this.#controller?.abort(new HangUpError());
		if (this.#watchers) for (const watcher of this.#watchers) watcher();
	}

	/** Has the handler answer, and sends what it answers. Neither throws nor rejects. */
	answer(handler: HttpHandler, report: Report): Promise<void> | undefined {
		try {
			const response = handler(this);
			if (response instanceof Promise)
				return this.#answerLater(response, report);
			// An answer that is there at once costs no promise.
			if (this.isGone || !isWhole(response))
				return this.#answerLater(response, report);
			this.sendWhole(response);
		} catch (error) {
			this.#fail(error, report);
		}
		return undefined;
	}

	async #answerLater(
		answered: Promise<HttpResponse> | HttpResponse,
		report: Report,
	): Promise<void> {
		let response: HttpResponse | undefined;
		try {
			response = await answered;
			if (this.isGone) await discard(response, report);
			else if (isWhole(response)) this.sendWhole(response);
			else if (isStreamed(response)) await this.sendStream(response, report);
		} catch (error) {
			const isUnused = response !== undefined && !this.isStarted;
			this.#fail(error, report);
			if (response && isUnused) await discard(response, report);
		}
	}

	#fail(error: unknown, report: Report): void {
		if (this.isGone) {
			if (!isAbort(error)) report(error);
		} else if (error instanceof TransportFault) {
			this.breakOff(error.kind);
		} else if (error instanceof HangUpError) {
			this.breakOff("truncate");
		} else {
			report(error);
			if (this.isStarted) this.breakOff("error");
			else this.sendWhole(plainError(500, "The server failed unexpectedly."));
		}
	}
}

/** An answer that the listener itself gives, in the form AWS's JSON protocol gives errors. */
export function plainError(status: number, message: string): WholeResponse {
	return {
		status,
		headers: { "Content-Type": "application/json" },
		body: JSON.stringify({ message }),
	};
}

/** True for errors that only say that somebody hung up. */
function isAbort(error: unknown): boolean {
	return error instanceof Error && error.name === "AbortError";
}

/** True when the status or method forbids a body in the answer. */
export function hasNoBody(method: string, status: number): boolean {
	return method === "HEAD" || status === 204 || status === 304;
}

/** Lets a body that will not be sent run its `finally`. */
async function discard(response: HttpResponse, report: Report): Promise<void> {
	if (isStreamed(response))
		await stopIterator(response.body[Symbol.asyncIterator](), report);
}

/** Ends an iterator early; an error on the way out is reported unless it says that somebody hung up. */
export async function stopIterator(
	iterator: AsyncIterator<unknown>,
	report: Report,
): Promise<void> {
	try {
		await iterator.return?.();
	} catch (error) {
		if (!isAbort(error)) report(error);
	}
}

/**
 * Splits a request target at its `?`. A target in absolute form (`http://host/path`, sent to proxies) loses scheme and
 * host; any other that lacks the leading `/` gets one.
 */
export function splitTarget(target: string): { path: string; query: string } {
	let from = 0;
	if (target.charCodeAt(0) !== 0x2f) {
		const scheme = /^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i.exec(target);
		if (scheme) from = scheme[0].length;
	}
	const mark = target.indexOf("?", from);
	const path = mark === -1 ? target.slice(from) : target.slice(from, mark);
	return {
		path: path.charCodeAt(0) === 0x2f ? path : `/${path}`,
		query: mark === -1 ? "" : target.slice(mark + 1),
	};
}

function isWhole(response: HttpResponse): response is WholeResponse {
	return (
		typeof response.body === "string" || response.body instanceof Uint8Array
	);
}

function isStreamed(response: HttpResponse): response is StreamedResponse {
	return !isWhole(response);
}
