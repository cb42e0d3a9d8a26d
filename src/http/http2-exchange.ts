import type {
	IncomingHttpHeaders,
	ServerHttp2Session,
	ServerHttp2Stream,
} from "node:http2";
import { collectBody, declaredLength, emptyBody } from "./body.ts";
import { sendChunks } from "./chunks.ts";
import {
	Exchange,
	hasNoBody,
	type Report,
	type StreamedResponse,
	splitTarget,
	stopIterator,
	type WholeResponse,
} from "./exchange.ts";
import { Linger } from "./linger.ts";
import { BodyTooLargeError, type TransportFaultKind } from "./message.ts";
import type { ServerOptions } from "./server-options.ts";

// Error codes of RFC 9113, section 7.
const noError = 0x0;
const internalError = 0x2;
const cancel = 0x8;

/** One request and its response on HTTP/2. */
export class Http2Exchange extends Exchange {
	readonly httpVersion = "2";
	readonly method: string;
	readonly path: string;
	readonly query: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly #session: ServerHttp2Session;
	readonly #stream: ServerHttp2Stream;
	readonly #options: ServerOptions;
	readonly #startedAt = performance.now();
	#body: Promise<Buffer> | undefined;
	#dropping: Promise<void> | undefined;

	constructor(
		session: ServerHttp2Session,
		stream: ServerHttp2Stream,
		headers: IncomingHttpHeaders,
		options: ServerOptions,
	) {
		super();
		this.#session = session;
		this.#stream = stream;
		this.#options = options;
		if (headers.host === undefined && headers[":authority"] !== undefined)
			headers.host = headers[":authority"];
		// The one header that node:http2 keeps as a list, and that no client has a reason to send.
		if (headers["set-cookie"])
			headers["set-cookie"] = [headers["set-cookie"].join(", ")];
		this.headers = headers as Record<string, string>;
		this.method = headers[":method"] ?? "GET";
		const { path, query } = splitTarget(headers[":path"] ?? "/");
		this.path = path;
		this.query = query;
	}

	get remoteAddress(): string {
		return this.#session.destroyed
			? ""
			: (this.#session.socket.remoteAddress ?? "");
	}

	get isStarted(): boolean {
		return this.#stream.headersSent;
	}

	body(): Promise<Buffer> {
		this.#body ??= this.#readBody();
		return this.#body;
	}

	async #readBody(): Promise<Buffer> {
		const stream = this.#stream;
		if (stream.endAfterHeaders) return emptyBody;
		const { maxBodyBytes } = this.#options;
		const isWaiting = this.headers.expect === "100-continue";
		try {
			if ((declaredLength(this.headers) ?? 0) > maxBodyBytes)
				throw new BodyTooLargeError(maxBodyBytes);
			if (isWaiting && !stream.headersSent && !stream.destroyed)
				stream.additionalHeaders({ ":status": 100 });
			return await collectBody(stream, maxBodyBytes, () => stream.aborted);
		} catch (error) {
			// Node's client resets a stream that is answered while more than 10 MB of its body wait to be sent (observed).
			if (error instanceof BodyTooLargeError && !isWaiting)
				await this.#dropBody();
			throw error;
		}
	}

	/** Reads what is left of the body and throws it away; given up, once, when it is too much or takes too long. */
	#dropBody(): Promise<void> {
		const stream = this.#stream;
		if (stream.readableEnded || stream.destroyed) return Promise.resolve();
		this.#dropping ??= new Promise((resolve) => {
			const linger = new Linger(this.#options.maxBodyBytes, resolve);
			stream.on("data", (chunk: Buffer) => linger.took(chunk));
			for (const event of ["end", "close"])
				stream.once(event, () => {
					linger.stop();
					resolve();
				});
			stream.resume();
		});
		return this.#dropping;
	}

	protected sendWhole(response: WholeResponse): void {
		const stream = this.#stream;
		if (stream.destroyed || stream.closed) return;
		const { status, body } = response;
		const isEmpty = hasNoBody(this.method, status);
		// HEAD tells the length that GET would have: of the body given, or what the handler says.
		const isSized = !isEmpty || (this.method === "HEAD" && body.length > 0);
		const head = this.#head(response, isEmpty && !isSized);
		if (isSized) head["content-length"] = Buffer.byteLength(body);
		stream.respond(head, { endStream: isEmpty });
		if (!isEmpty) stream.end(body);
		this.#refuseRest();
	}

	protected async sendStream(
		response: StreamedResponse,
		report: Report,
	): Promise<void> {
		const stream = this.#stream;
		const isEmpty = hasNoBody(this.method, response.status);
		if (!stream.destroyed && !stream.closed)
			stream.respond(this.#head(response, true), { endStream: isEmpty });
		if (isEmpty)
			await stopIterator(response.body[Symbol.asyncIterator](), report);
		else await sendChunks(this, stream, response.body, report);
		this.#refuseRest();
	}

	protected breakOff(kind: TransportFaultKind | "error"): void {
		const session = this.#session;
		if (session.destroyed) return;
		this.isFinished = true;
		if (kind === "goaway") {
			session.goaway(internalError);
			session.destroy(undefined, internalError);
		} else if (kind === "truncate") {
			this.#options.rawSocket(session.socket)?.destroy();
		} else {
			// Not `close(code)`: it ends the stream first, and the client would see END_STREAM, a whole answer.
			this.#stream.destroy(new Error("The answer broke off."));
		}
	}

	/** Resets the stream if it began before then, has not come to its end, and nobody has answered it. */
	cancelIfSlow(before: number): void {
		const stream = this.#stream;
		if (
			this.#startedAt > before ||
			stream.headersSent ||
			stream.endAfterHeaders ||
			stream.readableEnded
		)
			return;
		stream.close(cancel);
	}

	#head(
		response: WholeResponse | StreamedResponse,
		keepsLength: boolean,
	): Record<string, string | number> {
		const head: Record<string, string | number> = {
			":status": response.status,
		};
		for (const name in response.headers) {
			const lower = name.toLowerCase();
			if (
				connectionHeaders.has(lower) ||
				(lower === "content-length" && !keepsLength)
			)
				continue;
			head[lower] = response.headers[name] as string;
		}
		return head;
	}

	/**
	 * After the answer: what is left of the request's body is not wanted. It is read for a while all the same, for there are
	 * clients that lose an answer to the RST_STREAM behind it (Java's Netty), though RFC 9113, 8.1, tells them not to.
	 */
	#refuseRest(): void {
		const stream = this.#stream;
		if (stream.endAfterHeaders || stream.readableEnded || stream.destroyed)
			return;
		void this.#dropBody().then(() => {
			if (stream.writableFinished) stream.close(noError);
			else stream.once("finish", () => stream.close(noError));
		});
	}
}

/** Headers that HTTP/2 forbids (RFC 9113, 8.2.2), and that node:http2 throws on. */
const connectionHeaders = new Set([
	"connection",
	"http2-settings",
	"keep-alive",
	"proxy-connection",
	"te",
	"transfer-encoding",
	"upgrade",
]);
