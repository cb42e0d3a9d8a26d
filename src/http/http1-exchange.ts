import { emptyBody } from "./body.ts";
import { BodyStream } from "./body-stream.ts";
import { sendChunks } from "./chunks.ts";
import {
	Exchange,
	hasNoBody,
	type Report,
	type StreamedResponse,
	stopIterator,
	type WholeResponse,
} from "./exchange.ts";
import type { Http1Connection } from "./http1-connection.ts";
import type { TransportFaultKind } from "./message.ts";
import type { RequestBody } from "./request-body.ts";
import type { RequestHead } from "./request-head.ts";
import { closes, type Framing, givesLength } from "./response-head.ts";

/** An unread body up to this size is read and thrown away so that the connection lives on; past it the connection closes. */
const maxDroppedBytes = 64 * 1024;

const continueHead = "HTTP/1.1 100 Continue\r\n\r\n";

/** One request on an HTTP/1.1 connection. */
export class Http1Exchange extends Exchange {
	readonly httpVersion = "1.1";
	isStarted = false;
	readonly #head: RequestHead;
	readonly #body: RequestBody | undefined;
	readonly #connection: Http1Connection;
	/** The answer, when it is sent as it comes. */
	#out: BodyStream | undefined;
	/** The client was told that its body is wanted. */
	#hasContinued = false;

	/** @param body - undefined when the request has none */
	constructor(
		head: RequestHead,
		body: RequestBody | undefined,
		connection: Http1Connection,
	) {
		super();
		this.#head = head;
		this.#body = body;
		this.#connection = connection;
	}

	get method(): string {
		return this.#head.method;
	}

	get path(): string {
		return this.#head.path;
	}

	get query(): string {
		return this.#head.query;
	}

	get headers(): Readonly<Record<string, string>> {
		return this.#head.headers;
	}

	get remoteAddress(): string {
		return this.#connection.socket.remoteAddress ?? "";
	}

	get wholeBody(): Buffer | undefined {
		return this.#body === undefined ? emptyBody : this.#body.whole;
	}

	body(): Promise<Buffer> {
		const body = this.#body;
		if (body === undefined) return Promise.resolve(emptyBody);
		if (this.#awaitsContinue && !body.isTooLarge) this.#continue();
		const asked = body.ask();
		this.#connection.regulate();
		return asked;
	}

	#continue(): void {
		const { socket } = this.#connection;
		if (this.isStarted || this.#hasContinued || !socket.writable) return;
		this.#hasContinued = true;
		socket.write(continueHead, "latin1");
	}

	/**
	 * Sends what a client passes over, to learn whether there still is one: another `100 Continue` (RFC 9110, 15.2), or a
	 * zero in front of the next chunk's size. HTTP/1.0, and bodies of a told length, have nothing of the kind.
	 */
	probe(): void {
		const { socket } = this.#connection;
		if (this.isStarted) this.#out?.probe();
		else if (this.#head.minor === 1 && socket.writable)
			socket.write(continueHead, "latin1");
	}

	/** The client waits to be told that its body is wanted. */
	get #awaitsContinue(): boolean {
		const body = this.#body;
		return this.#head.expectsContinue && body !== undefined && body.size === 0;
	}

	protected sendWhole(response: WholeResponse): void {
		const { status, body, headers } = response;
		const isEmpty = hasNoBody(this.method, status);
		// HEAD tells the length that GET would have: of the body given, or what the handler says.
		const isSized = !isEmpty || (this.method === "HEAD" && body.length > 0);
		const size =
			typeof body === "string" ? Buffer.byteLength(body) : body.length;
		const head = this.#begin(status, headers, isSized ? size : "given");
		if (head === undefined) return;
		if (isEmpty) this.#connection.finish(head);
		else if (typeof body !== "string") this.#connection.finish(head, body);
		// As many bytes as characters: ASCII.
		else if (size === body.length) this.#connection.finish(head + body);
		else this.#connection.finish(head, Buffer.from(body));
	}

	protected async sendStream(
		response: StreamedResponse,
		report: Report,
	): Promise<void> {
		const { status, headers } = response;
		const isEmpty = hasNoBody(this.method, status);
		const framing =
			isEmpty || givesLength(headers) || this.#head.minor === 0
				? "given"
				: "chunked";
		const head = this.#begin(status, headers, framing);
		const { socket } = this.#connection;
		if (head !== undefined && !isEmpty) {
			this.#out = new BodyStream(
				socket,
				head,
				framing === "chunked",
				(...parts) => this.#connection.finish(...parts),
			);
			await sendChunks(this, this.#out, response.body, report);
			return;
		}
		if (head !== undefined) this.#connection.finish(head);
		await stopIterator(response.body[Symbol.asyncIterator](), report);
	}

	/** The head of the answer; undefined when nobody will read it. */
	#begin(
		status: number,
		headers: Record<string, string>,
		framing: Framing,
	): string | undefined {
		const connection = this.#connection;
		if (!connection.socket.writable) return undefined;
		const keepsAlive =
			this.#head.keepsAlive &&
			!connection.isClosing &&
			!this.#leavesBody() &&
			!closes(headers) &&
			// The end of the connection is the end of the body.
			(framing !== "given" ||
				this.#head.minor === 1 ||
				givesLength(headers) ||
				hasNoBody(this.method, status));
		const head = connection.responseHead(status, headers, framing, keepsAlive);
		if (!keepsAlive) connection.isClosing = true;
		this.isStarted = true;
		return head;
	}

	/** More of the body is to come than is worth reading to keep the connection, or it is not known whether any will. */
	#leavesBody(): boolean {
		const body = this.#body;
		if (body === undefined || body.isComplete) return false;
		const missing = body.missing;
		return (
			missing === undefined ||
			missing + body.size > maxDroppedBytes ||
			this.#awaitsContinue
		);
	}

	protected breakOff(kind: TransportFaultKind | "error"): void {
		this.isFinished = true;
		this.#connection.breakOff(kind === "reset");
	}

	/** No more of the request will come. */
	override closed(): void {
		this.#body?.hangUp();
		super.closed();
	}
}
