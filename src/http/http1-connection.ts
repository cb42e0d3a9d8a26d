import type { Socket } from "node:net";
import { plainError } from "./exchange.ts";
import { Http1Exchange } from "./http1-exchange.ts";
import { Input } from "./input.ts";
import { Linger } from "./linger.ts";
import type { Outbox, Outgoing } from "./outbox.ts";
import { malformed, Refusal } from "./refusal.ts";
import { RequestBody } from "./request-body.ts";
import { HeadReader, type RequestHead } from "./request-head.ts";
import type { Framing, ResponseHeads } from "./response-head.ts";
import type { ServerOptions } from "./server-options.ts";

/** What a client may send ahead of the answer that is under way. */
const maxAheadBytes = 64 * 1024;

/** When a client that sends no more is first and last asked whether it still reads: each time after twice as long. */
const firstProbeMs = 20;
const lastProbeMs = 30_000;

/** Waits for a request, for the rest of one, or works on an answer. */
export type Phase = "idle" | "head" | "body" | "answer";

/**
 * One HTTP/1.1 connection: requests are read and answered one after the other, in the order they came in. What is sent
 * ahead waits, and past some size the client is held back.
 */
export class Http1Connection implements Outgoing {
	readonly socket: Socket;
	/** It ends after the answer that is under way. */
	isClosing = false;
	/** How many requests have begun. */
	begun = 0;
	readonly #options: ServerOptions;
	readonly #responses: ResponseHeads;
	readonly #outbox: Outbox;
	readonly #heads: HeadReader;
	readonly #input = new Input();
	/** The end of an answer, or all of it, until it is sent. */
	#outgoing: readonly (string | Uint8Array)[] | undefined;
	/** The request that is being answered. */
	#exchange: Http1Exchange | undefined;
	/** A body that is not whole yet: of the request that is being answered, or of the last one, to be thrown away. */
	#coming: RequestBody | undefined;
	/** The beginning of a head has come. */
	#isHeadOpen = false;
	/** Nothing more is read, or only to be thrown away. */
	#isOver = false;
	#isAdvancing = false;
	#isPaused = false;
	/** The client sends no more. */
	#hasEnded = false;
	#probing: NodeJS.Timeout | undefined;
	#lingering: Linger | undefined;

	constructor(
		socket: Socket,
		options: ServerOptions,
		responses: ResponseHeads,
		outbox: Outbox,
	) {
		this.socket = socket;
		this.#options = options;
		this.#responses = responses;
		this.#outbox = outbox;
		this.#heads = new HeadReader(options.maxHeaderBytes);
		socket.on("data", this.#onData);
		socket.on("end", this.#onEnd);
		socket.resume();
	}

	get phase(): Phase {
		if (this.#coming) return "body";
		if (this.#exchange || this.#isOver) return "answer";
		return this.#isHeadOpen ? "head" : "idle";
	}

	readonly #onData = (chunk: Buffer): void => {
		if (this.#lingering) this.#lingering.took(chunk);
		else if (!this.#isOver) {
			this.#input.add(chunk);
			this.#advance();
		}
	};

	readonly #onEnd = (): void => {
		this.#hasEnded = true;
		this.#finish();
	};

	/** The client sends no more: it has left, or it waits for the answers to what it has sent. */
	#finish(): void {
		if (this.#isOver) return;
		if (this.phase === "head" || this.phase === "body")
			this.refuse(malformed("it ends too early"));
		// A TLS socket ends by itself (`allowHalfOpen`).
		else if (this.#exchange === undefined) this.socket.end();
		else {
			if (this.#input.length === 0) this.isClosing = true;
			if (this.#probing === undefined) this.#probe(firstProbeMs);
		}
	}

	/**
	 * Tells a client that has left from one that still reads: both have sent a FIN, but what is sent to the first is
	 * answered with a RST, and the write after that fails.
	 */
	#probe(delayMs: number): void {
		this.#probing = setTimeout(() => {
			const exchange = this.#exchange;
			if (exchange === undefined) return;
			exchange.probe();
			if (delayMs < lastProbeMs)
				this.#probe(Math.min(2 * delayMs, lastProbeMs));
			else if (!exchange.isStarted) this.socket.destroy();
		}, delayMs);
	}

	/** Closes it now, or after the answer that is under way. */
	drain(): void {
		this.isClosing = true;
		// What is over closes by itself, once the client has read its answer.
		if (this.#exchange === undefined && !this.#isOver) this.socket.destroy();
	}

	/** To be called when the socket has closed. */
	closed(): void {
		this.#isOver = true;
		this.#input.clear();
		this.#outgoing = undefined;
		this.#lingering?.stop();
		clearTimeout(this.#probing);
		this.#exchange?.closed();
	}

	#advance(): void {
		if (this.#isAdvancing) return;
		this.#isAdvancing = true;
		try {
			while (this.#step());
		} catch (error) {
			this.#fail(error);
		}
		this.#isAdvancing = false;
		// An idle connection keeps no packet in memory.
		if (this.#input.length === 0) this.#input.clear();
		this.regulate();
		if (this.#hasEnded) this.#finish();
	}

	/** Reads one thing of what has come; false when there is nothing to be read for now. */
	#step(): boolean {
		const input = this.#input;
		if (this.#isOver || input.start === input.end) return false;
		if (this.#coming) return this.#readBody(this.#coming);
		if (this.#exchange) return false;
		const head = this.#heads.read(input.bytes, input.start, input.end);
		input.start = this.#heads.end;
		if (!this.#isHeadOpen && (head || input.length > 0)) this.begun++;
		this.#isHeadOpen = head === undefined && input.length > 0;
		if (head === undefined) return false;
		this.#serve(head);
		return true;
	}

	/** @returns whether it is complete */
	#readBody(body: RequestBody): boolean {
		const input = this.#input;
		this.#coming = body;
		input.start = body.read(input.bytes, input.start, input.end);
		if (body.isComplete) this.#coming = undefined;
		return body.isComplete;
	}

	#serve(head: RequestHead): void {
		const hasBody = head.isChunked || head.contentLength > 0;
		const body = hasBody ? new RequestBody(head, this.#options) : undefined;
		if (body) this.#readBody(body);
		const exchange = new Http1Exchange(head, body, this);
		this.#exchange = exchange;
		const { handler, report } = this.#options;
		void exchange.answer(handler, report);
	}

	/** Holds the client back while nothing of what it sends is wanted. */
	regulate(): void {
		const isFull = this.#coming
			? this.#coming.isFull
			: this.#exchange !== undefined && this.#input.length > maxAheadBytes;
		if (isFull === this.#isPaused || this.#isOver) return;
		this.#isPaused = isFull;
		if (isFull) this.socket.pause();
		else this.socket.resume();
	}

	/** The head of an answer. @throws TypeError on what HTTP has no form for */
	responseHead(
		status: number,
		headers: Record<string, string>,
		framing: Framing,
		keepsAlive: boolean,
	): string {
		return this.#responses.write(status, headers, framing, keepsAlive);
	}

	/**
	 * Sends the end of an answer, or all of it, with the other answers of this turn; then goes on.
	 *
	 * @param parts - texts have one character a byte
	 */
	finish(...parts: (string | Uint8Array)[]): void {
		this.#outgoing = parts;
		this.#outbox.add(this);
	}

	send(): void {
		const { socket } = this;
		const parts = this.#outgoing;
		this.#outgoing = undefined;
		if (parts === undefined || !socket.writable) return;
		if (parts.length > 1) socket.cork();
		for (const part of parts) socket.write(part, "latin1");
		if (parts.length > 1) socket.uncork();
		this.#flush();
	}

	/** The whole answer was given to the socket: goes on once the network has it. */
	#flush(): void {
		const { socket } = this;
		if (socket.writableLength === 0) this.#answered();
		else
			socket.write("", "latin1", (error) => {
				if (!error) this.#answered();
			});
	}

	#answered(): void {
		this.#exchange = undefined;
		if (this.isClosing) this.#linger();
		else {
			this.#coming?.drop();
			this.#advance();
		}
	}

	/**
	 * Ends politely: a socket closed while the client still sends is reset, and the reset may overtake the answer. So the
	 * answer goes out with a FIN, and what comes is thrown away for a while.
	 */
	#linger(): void {
		const { socket } = this;
		this.#isOver = true;
		this.#input.clear();
		this.#lingering = new Linger(this.#options.maxBodyBytes, () =>
			socket.destroy(),
		);
		socket.end();
		socket.resume();
	}

	#fail(error: unknown): void {
		if (error instanceof Refusal) this.refuse(error);
		else {
			this.#options.report(error);
			this.socket.destroy();
		}
	}

	/** Answers what cannot be read, unless it has an answer already, and ends the connection. */
	refuse({ status, message }: Refusal): void {
		const { socket } = this;
		const isAnswered = this.#exchange?.isStarted || this.#coming?.isDropped;
		if (!socket.writable || isAnswered) {
			this.#isOver = true;
			this.send();
			socket.destroy();
			return;
		}
		const { headers, body } = plainError(status, message);
		const size = Buffer.byteLength(body);
		socket.write(this.responseHead(status, headers, size, false) + body);
		this.#linger();
	}

	/** Breaks the connection on purpose, behind what was written. */
	breakOff(isReset: boolean): void {
		const { socket } = this;
		this.#isOver = true;
		if (isReset) (this.#options.rawSocket(socket) ?? socket).resetAndDestroy();
		else socket.destroySoon();
	}
}
