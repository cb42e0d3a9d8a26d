import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { collectBody, declaredLength, emptyBody } from "./body.ts";
import { sendChunks } from "./chunks.ts";
import {
	Exchange,
	hasNoBody,
	plainError,
	type Report,
	type StreamedResponse,
	splitTarget,
	stopIterator,
	type WholeResponse,
} from "./exchange.ts";
import {
	BodyTooLargeError,
	type HttpHandler,
	type TransportFaultKind,
} from "./message.ts";

/** What both versions' servers are made with; times in milliseconds, sizes in bytes. */
export interface ServerOptions {
	handler: HttpHandler;
	maxBodyBytes: number;
	maxHeaderBytes: number;
	headersTimeoutMs: number;
	requestTimeoutMs: number;
	keepAliveTimeoutMs: number;
	report: Report;
	/** The TCP socket below a connection, TLS or not. */
	rawSocket(socket: Peer): Socket | undefined;
}

/** What tells one TCP connection from another. */
export interface Peer {
	readonly remoteAddress?: string | undefined;
	readonly remotePort?: number | undefined;
}

/** An unread body up to this size is read and thrown away so that the connection lives on; past it the connection closes. */
const maxDroppedBytes = 64 * 1024;

/** How long a client that still sends a refused body may take to read the answer. */
const lingerMs = 2000;

/** HTTP/1.1 on sockets that somebody else accepted. */
export class Http1 {
	readonly #server: Server;
	readonly #options: ServerOptions;
	readonly #connections = new Map<Socket, Connection>();
	#isClosing = false;

	constructor(options: ServerOptions) {
		this.#options = options;
		const { headersTimeoutMs, requestTimeoutMs } = options;
		this.#server = process.getBuiltinModule("node:http").createServer({
			maxHeaderSize: options.maxHeaderBytes,
			// Node insists that it is the shorter of the two.
			headersTimeout: Math.min(headersTimeoutMs, requestTimeoutMs),
			requestTimeout: requestTimeoutMs,
			keepAliveTimeout: options.keepAliveTimeoutMs,
			connectionsCheckingInterval: Math.min(
				30_000,
				Math.max(10, Math.min(headersTimeoutMs, requestTimeoutMs) / 2),
			),
			// Answered here, so that this error has a body like the others.
			requireHostHeader: false,
		});
		this.#server.on("request", (request, response) =>
			this.#serve(request, response, false),
		);
		this.#server.on("checkContinue", (request, response) =>
			this.#serve(request, response, true),
		);
		this.#server.on("clientError", (error, socket) =>
			this.#refuse(error, socket as Socket),
		);
		// The server never listens itself, but its watch over slow requests starts with this event.
		this.#server.emit("listening");
	}

	/** Takes over a connection; what was read of it has been put back with `unshift`. */
	accept(socket: Socket): void {
		const connection: Connection = {
			socket,
			exchanges: new Set(),
			isClosing: this.#isClosing,
		};
		this.#connections.set(socket, connection);
		socket.on("close", () => {
			this.#connections.delete(socket);
			for (const exchange of connection.exchanges) exchange.closed();
		});
		this.#server.emit("connection", socket);
	}

	/** Closes idle connections now and the others after the answers that are under way. */
	drain(): void {
		this.#isClosing = true;
		for (const connection of this.#connections.values()) {
			connection.isClosing = true;
			if (connection.exchanges.size === 0) connection.socket.destroy();
		}
	}

	/** Ends the watch over slow requests; to be called once no connection is left. */
	stop(): void {
		this.#server.close();
	}

	#serve(
		request: IncomingMessage,
		response: ServerResponse,
		expectsContinue: boolean,
	): void {
		const connection = this.#connections.get(request.socket);
		if (connection === undefined) return;
		const exchange = new Http1Exchange(
			request,
			response,
			connection,
			this.#options,
			expectsContinue,
		);
		connection.exchanges.add(exchange);
		response.on("finish", () => {
			exchange.isFinished = true;
			connection.exchanges.delete(exchange);
			if (connection.isClosing && connection.exchanges.size === 0)
				connection.socket.destroySoon();
		});
		const handler =
			request.headers.host === undefined && isHttp11(request)
				? refuseHostless
				: this.#options.handler;
		void exchange.answer(handler, this.#options.report);
	}

	/** Answers what the parser could not read, unless an answer is already on its way. */
	#refuse(error: Error & { code?: string }, socket: Socket): void {
		const running = this.#connections.get(socket)?.exchanges ?? [];
		const isAnswering = [...running].some((exchange) => exchange.isStarted);
		if (!socket.writable || isAnswering || error.code === "ECONNRESET") {
			socket.destroy();
			return;
		}
		const { status, message } = parseErrors[error.code ?? ""] ?? malformed;
		const { headers, body } = plainError(status, message);
		const head = [
			`HTTP/1.1 ${status} ${process.getBuiltinModule("node:http").STATUS_CODES[status]}`,
		];
		for (const [name, value] of Object.entries(headers))
			head.push(`${name}: ${value}`);
		head.push(`Content-Length: ${body.length}`, "Connection: close", "", "");
		socket.write(head.join("\r\n") + body);
		socket.destroySoon();
	}
}

interface Connection {
	readonly socket: Socket;
	readonly exchanges: Set<Http1Exchange>;
	isClosing: boolean;
}

const malformed = {
	status: 400,
	message: "The request is no well-formed HTTP.",
};

/** By the codes of Node's parser (documented: http, event `clientError`). */
const parseErrors: Record<string, { status: number; message: string }> = {
	HPE_HEADER_OVERFLOW: {
		status: 431,
		message: "The request's headers are too large.",
	},
	HPE_CHUNK_EXTENSIONS_OVERFLOW: {
		status: 413,
		message: "The request's chunk extensions are too large.",
	},
	ERR_HTTP_REQUEST_TIMEOUT: {
		status: 408,
		message: "The request took too long to arrive.",
	},
};

const refuseHostless: HttpHandler = () =>
	plainError(400, "The Host header is missing.");

function isHttp11(request: IncomingMessage): boolean {
	return request.httpVersionMajor === 1 && request.httpVersionMinor === 1;
}

class Http1Exchange extends Exchange {
	readonly httpVersion = "1.1";
	readonly method: string;
	readonly path: string;
	readonly query: string;
	readonly #request: IncomingMessage;
	readonly #response: ServerResponse;
	readonly #connection: Connection;
	readonly #options: ServerOptions;
	readonly #expectsContinue: boolean;
	#body: Promise<Buffer> | undefined;

	constructor(
		request: IncomingMessage,
		response: ServerResponse,
		connection: Connection,
		options: ServerOptions,
		expectsContinue: boolean,
	) {
		super();
		this.#request = request;
		this.#response = response;
		this.#connection = connection;
		this.#options = options;
		this.#expectsContinue = expectsContinue;
		this.method = request.method ?? "GET";
		const { path, query } = splitTarget(request.url ?? "/");
		this.path = path;
		this.query = query;
	}

	get headers(): Readonly<Record<string, string>> {
		const headers = this.#request.headers;
		// The one header that node:http keeps as a list, and that no client has a reason to send.
		if (headers["set-cookie"])
			headers["set-cookie"] = [headers["set-cookie"].join(", ")];
		return headers as Record<string, string>;
	}

	get remoteAddress(): string {
		return this.#connection.socket.remoteAddress ?? "";
	}

	get isStarted(): boolean {
		return this.#response.headersSent;
	}

	body(): Promise<Buffer> {
		this.#body ??= this.#readBody();
		return this.#body;
	}

	#readBody(): Promise<Buffer> {
		const { headers } = this.#request;
		if (headers["transfer-encoding"] === undefined) {
			const length = declaredLength(this.headers) ?? 0;
			if (length === 0) return Promise.resolve(emptyBody);
			if (length > this.#options.maxBodyBytes) {
				return Promise.reject(
					new BodyTooLargeError(this.#options.maxBodyBytes),
				);
			}
		}
		if (this.#expectsContinue && !this.#response.headersSent)
			this.#response.writeContinue();
		return collectBody(
			this.#request,
			this.#options.maxBodyBytes,
			() => !this.#request.complete,
		);
	}

	protected sendWhole(response: WholeResponse): void {
		const out = this.#response;
		if (out.destroyed) return;
		const { status, body } = response;
		const isEmpty = hasNoBody(this.method, status);
		// HEAD tells the length that GET would have: of the body given, or what the handler says.
		const isSized = !isEmpty || (this.method === "HEAD" && body.length > 0);
		const head = this.#head(response, isEmpty && !isSized);
		if (isSized) head.push("Content-Length", `${Buffer.byteLength(body)}`);
		out.writeHead(status, head);
		if (isEmpty) out.end();
		else out.end(body);
	}

	protected async sendStream(
		response: StreamedResponse,
		report: Report,
	): Promise<void> {
		const out = this.#response;
		const { socket } = this.#connection;
		out.on("error", ignore);
		out.writeHead(response.status, this.#head(response, true));
		if (hasNoBody(this.method, response.status)) {
			out.end();
			await stopIterator(response.body[Symbol.asyncIterator](), report);
			return;
		}
		// One packet with the first chunks if they are there; else the head goes ahead of them.
		socket.cork();
		process.nextTick(() => socket.uncork());
		out.flushHeaders();
		await sendChunks(this, out, response.body, report);
	}

	protected breakOff(kind: TransportFaultKind | "error"): void {
		const { socket } = this.#connection;
		this.isFinished = true;
		if (kind === "reset")
			(this.#options.rawSocket(socket) ?? socket).resetAndDestroy();
		else socket.destroySoon();
	}

	/** Names and values in turn, as `writeHead` likes them best. */
	#head(
		response: WholeResponse | StreamedResponse,
		keepsLength: boolean,
	): string[] {
		const { headers } = response;
		const head: string[] = [];
		for (const name in headers) {
			if (
				name.length === 14 &&
				!keepsLength &&
				name.toLowerCase() === "content-length"
			)
				continue;
			head.push(name, headers[name] as string);
		}
		const leavesBody = this.#leavesBody();
		if (leavesBody) this.#linger();
		if (leavesBody || this.#connection.isClosing)
			head.push("Connection", "close");
		return head;
	}

	/** More of the body is to come than is worth reading to keep the connection. */
	#leavesBody(): boolean {
		const request = this.#request;
		if (request.complete) return false;
		if (request.headers["transfer-encoding"] !== undefined) return true;
		const length = declaredLength(this.headers) ?? 0;
		return length > maxDroppedBytes;
	}

	/**
	 * Has the connection end politely: a socket closed while the client still sends is reset, and the reset may overtake
	 * the answer. So the answer goes out with a FIN, and what comes is thrown away for a moment, up to `maxBodyBytes`.
	 */
	#linger(): void {
		const { socket } = this.#connection;
		const request = this.#request;
		const { maxBodyBytes } = this.#options;
		// Called by node:http after the answer, as `Connection: close` says.
		socket.destroySoon = () => {
			let dropped = 0;
			const timer = setTimeout(() => socket.destroy(), lingerMs);
			socket.once("close", () => clearTimeout(timer));
			socket.end();
			request.on("data", (chunk: Buffer) => {
				dropped += chunk.length;
				if (dropped > maxBodyBytes) socket.destroy();
			});
			request.on("end", () => socket.destroy());
			request.resume();
		};
	}
}

function ignore(): void {}
