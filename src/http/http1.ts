import type { Socket } from "node:net";
import { Http1Connection } from "./http1-connection.ts";
import { Outbox } from "./outbox.ts";
import { Refusal } from "./refusal.ts";
import { ResponseHeads } from "./response-head.ts";
import type { ServerOptions } from "./server-options.ts";

/**
 * HTTP/1.1 on sockets that somebody else accepted.
 *
 * On `node:net` and not `node:http`, which spends more time on a request than all the rest of an answer: its streams, header
 * lists and timers a request serve many, and none of them is needed here.
 */
export class Http1 {
	readonly #options: ServerOptions;
	readonly #responses: ResponseHeads;
	readonly #outbox = new Outbox();
	readonly #connections = new Map<Socket, Watched>();
	readonly #everyMs: number;
	/** Runs while there are connections. */
	#watch: NodeJS.Timeout | undefined;
	#isClosing = false;

	constructor(options: ServerOptions) {
		this.#options = options;
		this.#responses = new ResponseHeads(options.keepAliveTimeoutMs);
		const { headersTimeoutMs, requestTimeoutMs, keepAliveTimeoutMs } = options;
		const shortest = Math.min(
			headersTimeoutMs,
			requestTimeoutMs,
			keepAliveTimeoutMs,
		);
		this.#everyMs = Math.min(5000, Math.max(10, shortest / 8));
	}

	/** Takes over a connection; what was read of it has been put back with `unshift`. */
	accept(socket: Socket): void {
		const connection = new Http1Connection(
			socket,
			this.#options,
			this.#responses,
			this.#outbox,
		);
		connection.isClosing = this.#isClosing;
		const now = performance.now();
		this.#connections.set(socket, {
			connection,
			begun: -1,
			begunMs: now,
			idle: -1,
			idleMs: now,
		});
		this.#outbox.isAlone = this.#connections.size === 1;
		this.#watch ??= setInterval(() => this.#look(), this.#everyMs).unref();
		socket.on("close", () => {
			this.#connections.delete(socket);
			this.#outbox.isAlone = this.#connections.size === 1;
			connection.closed();
			if (this.#connections.size === 0) this.stop();
		});
	}

	/** Closes idle connections now and the others after the answers that are under way. */
	drain(): void {
		this.#isClosing = true;
		for (const { connection } of this.#connections.values()) connection.drain();
	}

	/** Ends the watch over slow requests; to be called once no connection is left. */
	stop(): void {
		clearInterval(this.#watch);
		this.#watch = undefined;
	}

	/** Looks at every connection now and then: it costs a request nothing, and times out at most two looks late. */
	#look(): void {
		const now = performance.now();
		for (const watched of this.#connections.values()) this.#check(watched, now);
	}

	#check(watched: Watched, now: number): void {
		const { headersTimeoutMs, requestTimeoutMs, keepAliveTimeoutMs } =
			this.#options;
		const { connection } = watched;
		const { phase, begun } = connection;
		if (watched.begun !== begun) {
			watched.begun = begun;
			watched.begunMs = now;
		}
		if (phase === "idle" && watched.idle !== begun) {
			watched.idle = begun;
			watched.idleMs = now;
		}
		const sinceMs = now - watched.begunMs;
		if (phase === "idle" && now - watched.idleMs >= keepAliveTimeoutMs)
			connection.socket.destroy();
		else if (
			(phase === "head" &&
				sinceMs >= Math.min(headersTimeoutMs, requestTimeoutMs)) ||
			(phase === "body" && sinceMs >= requestTimeoutMs)
		)
			connection.refuse(
				new Refusal(408, "The request took too long to arrive."),
			);
	}
}

/** A connection, and when the watch first saw what it does now. */
interface Watched {
	readonly connection: Http1Connection;
	/** Of these requests the last one was first seen at `begunMs`. */
	begun: number;
	begunMs: number;
	/** After so many requests it was first seen idle, at `idleMs`. */
	idle: number;
	idleMs: number;
}
