import type { Socket } from "node:net";
import type { Report } from "./exchange.ts";
import type { HttpHandler } from "./message.ts";

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
