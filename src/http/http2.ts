import type {
	Http2Server,
	IncomingHttpHeaders,
	ServerHttp2Session,
	ServerHttp2Stream,
} from "node:http2";
import type { Socket } from "node:net";
import { Http2Exchange } from "./http2-exchange.ts";
import type { ServerOptions } from "./server-options.ts";

const maxConcurrentStreams = 1000;
/** Bytes a client may send ahead, a stream and a connection: a whole prompt with images in a few round trips. */
const streamWindow = 1024 * 1024;
const connectionWindow = 16 * 1024 * 1024;
/** Megabytes of a session's queues; Node's 10 are too few for a thousand answers at once. */
const maxSessionMemory = 256;

/** HTTP/2 on sockets that somebody else accepted: cleartext with prior knowledge, or TLS whose `alpnProtocol` is `h2`. */
export class Http2 {
	readonly #server: Http2Server;
	readonly #options: ServerOptions;
	readonly #sessions = new Map<ServerHttp2Session, Set<Http2Exchange>>();
	readonly #sweep: NodeJS.Timeout;
	#isClosing = false;

	constructor(options: ServerOptions) {
		this.#options = options;
		this.#server = process.getBuiltinModule("node:http2").createServer({
			maxSessionMemory,
			settings: {
				maxConcurrentStreams,
				initialWindowSize: streamWindow,
				maxHeaderListSize: options.maxHeaderBytes,
			},
		});
		this.#server.on("session", (session) => this.#open(session));
		this.#server.on("sessionError", ignore);
		const everyMs = Math.min(
			30_000,
			Math.max(10, options.requestTimeoutMs / 2),
		);
		this.#sweep = setInterval(() => this.#dropSlow(), everyMs).unref();
	}

	/** Takes over a connection; what was read of it has been put back with `unshift`. */
	accept(socket: Socket): void {
		this.#server.emit("connection", socket);
	}

	/** Tells clients to open no more streams (GOAWAY), and closes each connection after its last. */
	drain(): void {
		this.#isClosing = true;
		for (const session of this.#sessions.keys()) session.close();
	}

	/** Ends the watch over slow requests; to be called once no connection is left. */
	stop(): void {
		clearInterval(this.#sweep);
	}

	#open(session: ServerHttp2Session): void {
		const exchanges = new Set<Http2Exchange>();
		this.#sessions.set(session, exchanges);
		session.on("error", ignore);
		session.on("close", () => this.#sessions.delete(session));
		session.on("stream", (stream, headers) =>
			this.#serve(session, stream, headers, exchanges),
		);
		session.setLocalWindowSize(connectionWindow);
		// Fires after that long without a byte in either direction.
		session.setTimeout(this.#options.requestTimeoutMs, () => {
			if (exchanges.size === 0) session.destroy();
		});
		if (this.#isClosing) session.close();
	}

	#serve(
		session: ServerHttp2Session,
		stream: ServerHttp2Stream,
		headers: IncomingHttpHeaders,
		exchanges: Set<Http2Exchange>,
	): void {
		const exchange = new Http2Exchange(session, stream, headers, this.#options);
		exchanges.add(exchange);
		stream.on("error", ignore);
		stream.on("aborted", () => exchange.closed());
		stream.on("close", () => {
			if (stream.writableFinished) exchange.isFinished = true;
			exchanges.delete(exchange);
			exchange.closed();
		});
		void exchange.answer(this.#options.handler, this.#options.report);
	}

	/** Resets streams whose request does not come to its end. */
	#dropSlow(): void {
		const before = performance.now() - this.#options.requestTimeoutMs;
		for (const exchanges of this.#sessions.values()) {
			for (const exchange of exchanges) exchange.cancelIfSlow(before);
		}
	}
}

function ignore(): void {}
