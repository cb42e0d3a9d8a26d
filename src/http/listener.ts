import net, { type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { Report } from "./exchange.ts";
import { Http1 } from "./http1.ts";
import { Http2 } from "./http2.ts";
import type { HttpHandler } from "./message.ts";
import type { Peer, ServerOptions } from "./server-options.ts";
import { sniff, type Wire } from "./sniff.ts";
import { type Certificate, type TlsTerminator, terminateTls } from "./tls.ts";

/** What a listener is made with. Times are milliseconds. */
export interface ListenOptions {
	/** Name or address to bind. */
	host: string;
	/** 0 takes a free one. */
	port: number;
	handler: HttpHandler;
	/** Past it `request.body()` rejects. */
	maxBodyBytes: number;
	/** PEM; with it the port speaks TLS too, beside cleartext. */
	tls?: Certificate | undefined;
	/** Errors nobody foresaw, for the log; never a client's doing. */
	onError?: Report;
	/** Hears of each client that speaks TLS to a port without it. */
	onUnexpectedTls?: () => void;
	/** Until a client has made itself known, finished its TLS handshake, or sent a request's headers. Default 60,000. */
	headersTimeoutMs?: number;
	/** Until a request is there as a whole; also how long an HTTP/2 connection may be silent. Default 300,000. */
	requestTimeoutMs?: number;
	/** How long an HTTP/1.1 connection waits for its next request. Default 60,000. */
	keepAliveTimeoutMs?: number;
	/** Headers of a request with its first line, in bytes; model ARNs are part of paths. Default 65,536. */
	maxHeaderBytes?: number;
	/** Further connections are dropped at once. Default: no limit. */
	maxConnections?: number;
}

/** An open port. */
export interface Listener {
	readonly host: string;
	readonly port: number;
	/** Where clients reach it, such as `http://127.0.0.1:4566`; `https:` when it speaks TLS. */
	readonly url: string;
	/** Accepts no more; answers under way may take `graceMs` to finish, then all connections are cut off. */
	close(graceMs: number): Promise<void>;
}

/**
 * Opens a port that speaks HTTP/1.1 and HTTP/2, in cleartext and (with `tls`) over TLS.
 *
 * @throws the system's error, such as EADDRINUSE; ConfigError when certificate or key cannot be used
 */
export async function listen(options: ListenOptions): Promise<Listener> {
	const port = new Port(options);
	await port.open(options.host, options.port);
	return port;
}

class Port implements Listener {
	readonly host: string;
	port = 0;
	readonly #options: ServerOptions;
	readonly #server: net.Server;
	readonly #http1: Http1;
	readonly #tls: TlsTerminator | undefined;
	readonly #onUnexpectedTls: () => void;
	readonly #sockets = new Set<Socket>();
	/** Of them, those whose protocol is not known yet, TLS handshakes included. */
	readonly #undecided = new Set<Socket>();
	#http2: Http2 | undefined;
	#closing: Promise<void> | undefined;

	constructor(options: ListenOptions) {
		const report = options.onError ?? ignore;
		this.host = options.host;
		this.#onUnexpectedTls = options.onUnexpectedTls ?? ignore;
		this.#options = {
			handler: options.handler,
			maxBodyBytes: options.maxBodyBytes,
			maxHeaderBytes: options.maxHeaderBytes ?? 65_536,
			headersTimeoutMs: options.headersTimeoutMs ?? 60_000,
			requestTimeoutMs: options.requestTimeoutMs ?? 300_000,
			keepAliveTimeoutMs: options.keepAliveTimeoutMs ?? 60_000,
			report,
			rawSocket: (peer) => this.#rawSocket(peer),
		};
		if (options.tls) {
			this.#tls = terminateTls(
				options.tls,
				this.#options.headersTimeoutMs,
				(socket) => this.#secured(socket),
			);
		}
		this.#http1 = new Http1(this.#options);
		this.#server = net.createServer(
			{ noDelay: true, allowHalfOpen: true },
			(socket) => this.#accept(socket),
		);
		if (options.maxConnections !== undefined)
			this.#server.maxConnections = options.maxConnections;
	}

	get url(): string {
		const anywhere =
			this.host === "0.0.0.0" || this.host === "::" || this.host === "";
		const host = anywhere
			? "localhost"
			: this.host.includes(":")
				? `[${this.host}]`
				: this.host;
		return `${this.#tls ? "https" : "http"}://${host}:${this.port}`;
	}

	open(host: string, port: number): Promise<void> {
		return new Promise((resolve, reject) => {
			this.#server.once("error", (error) => {
				this.#http1.stop();
				reject(error);
			});
			this.#server.listen({ host, port }, () => {
				const address = this.#server.address();
				if (typeof address === "object" && address) this.port = address.port;
				this.#server.removeAllListeners("error");
				this.#server.on("error", this.#options.report);
				resolve();
			});
		});
	}

	close(graceMs: number): Promise<void> {
		this.#closing ??= this.#close(graceMs);
		return this.#closing;
	}

	async #close(graceMs: number): Promise<void> {
		const closed = new Promise<void>((resolve) => {
			this.#server.close(() => resolve());
		});
		for (const socket of this.#undecided) socket.destroy();
		this.#http1.drain();
		this.#http2?.drain();
		const timer = setTimeout(() => {
			for (const socket of this.#sockets) socket.destroy();
		}, graceMs);
		await closed;
		clearTimeout(timer);
		this.#http1.stop();
		this.#http2?.stop();
	}

	#accept(socket: Socket): void {
		this.#sockets.add(socket);
		this.#undecided.add(socket);
		// A connection that breaks is the client's business; 'close' follows and is what we act on.
		socket.on("error", ignore);
		socket.on("close", () => {
			this.#sockets.delete(socket);
			this.#undecided.delete(socket);
		});
		sniff(socket, this.#options.headersTimeoutMs, (wire) =>
			this.#route(socket, wire),
		);
	}

	#route(socket: Socket, wire: Wire): void {
		if (wire === "tls" && !this.#tls) this.#onUnexpectedTls();
		if (wire === "tls" && this.#tls) {
			socket.allowHalfOpen = false;
			this.#tls.accept(socket);
			return;
		}
		this.#undecided.delete(socket);
		if (wire === "http2") this.#serveHttp2(socket);
		else this.#http1.accept(socket);
	}

	#secured(socket: TLSSocket): void {
		const raw = this.#rawSocket(socket);
		const serve = (wire: Wire) => {
			if (raw) this.#undecided.delete(raw);
			if (this.#closing) socket.destroy();
			else if (wire === "http2") {
				// What node:http2 goes by: it turns away what has agreed on nothing.
				socket.alpnProtocol = "h2";
				this.#serveHttp2(socket);
			} else this.#http1.accept(socket);
		};
		if (socket.alpnProtocol === "h2") serve("http2");
		else if (socket.alpnProtocol) serve("http1");
		// Java's SDK with Protocol.HTTP2 offers nothing and speaks HTTP/2 at once.
		else sniff(socket, this.#options.headersTimeoutMs, serve);
	}

	#serveHttp2(socket: Socket): void {
		// node:http expects its sockets half-open, node:http2 not: it would never close after the client's FIN.
		socket.allowHalfOpen = false;
		this.#http2 ??= new Http2(this.#options);
		this.#http2.accept(socket);
	}

	/** The accepted socket of a connection; a TLS socket or an HTTP/2 session only tells whom it is connected to. */
	#rawSocket(peer: Peer): Socket | undefined {
		for (const socket of this.#sockets) {
			if (
				socket.remotePort === peer.remotePort &&
				socket.remoteAddress === peer.remoteAddress
			)
				return socket;
		}
		return undefined;
	}
}

function ignore(): void {}
