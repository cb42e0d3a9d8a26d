import type { Socket } from "node:net";
import type { ChunkSink } from "./chunks.ts";

/** Pieces up to this size are copied together into one write; larger ones go out beside what frames them. */
const maxCopiedBytes = 64 * 1024;

/** Bytes, and texts with one character a byte; at least one of them. */
type Parts = [string | Uint8Array, ...(string | Uint8Array)[]];

/** Sends the last parts of an answer. */
type Finish = (...parts: Parts) => void;

/** The body of an HTTP/1.1 answer that is sent as it comes, with its head in front of the first bytes. */
export class BodyStream implements ChunkSink {
	readonly #socket: Socket;
	readonly #isChunked: boolean;
	readonly #finish: Finish;
	/** Until it is sent. */
	#head: string;
	#hasEnded = false;

	/** @param finish - nothing is written behind it */
	constructor(
		socket: Socket,
		head: string,
		isChunked: boolean,
		finish: Finish,
	) {
		this.#socket = socket;
		this.#head = head;
		this.#isChunked = isChunked;
		this.#finish = finish;
		// The head waits for chunks that are there without waiting. A tick queued in a microtask runs after all microtasks.
		queueMicrotask(() => process.nextTick(this.#sendHead));
	}

	get destroyed(): boolean {
		return this.#socket.destroyed || !this.#socket.writable;
	}

	write(chunk: Uint8Array, onWritten: () => void): boolean {
		const after = this.#isChunked ? "\r\n" : "";
		const [first, ...others] = this.#frame(chunk, after);
		this.#socket.cork();
		let isReady = this.#socket.write(first, "latin1", onWritten);
		for (const part of others) isReady = this.#socket.write(part, "latin1");
		this.#socket.uncork();
		return isReady;
	}

	once(event: "drain", listener: () => void): void {
		this.#socket.once(event, listener);
	}

	/** Sends a byte that does not change the body, if there is none on its way: a chunk's size may begin with zeros. */
	probe(): void {
		if (
			this.#isChunked &&
			!this.#hasEnded &&
			!this.destroyed &&
			this.#socket.writableLength === 0
		)
			this.#socket.write(`${this.#takeHead()}0`, "latin1");
	}

	end(last?: Uint8Array): void {
		if (this.destroyed) return;
		this.#hasEnded = true;
		const end = this.#isChunked ? "0\r\n\r\n" : "";
		const after = this.#isChunked ? `\r\n${end}` : "";
		if (last) this.#finish(...this.#frame(last, after));
		else this.#finish(this.#takeHead() + end);
	}

	/** A chunk as it goes out, with the head in front of it if that is not sent yet. */
	#frame(chunk: Uint8Array, after: string): Parts {
		const size = this.#isChunked ? `${chunk.length.toString(16)}\r\n` : "";
		const before = this.#takeHead() + size;
		if (chunk.length > maxCopiedBytes) return [before, chunk, after];
		const end = before.length + chunk.length;
		const bytes = Buffer.allocUnsafe(end + after.length);
		bytes.write(before, 0, "latin1");
		bytes.set(chunk, before.length);
		bytes.write(after, end, "latin1");
		return [bytes];
	}

	#takeHead(): string {
		const head = this.#head;
		this.#head = "";
		return head;
	}

	readonly #sendHead = (): void => {
		if (this.#head !== "" && !this.destroyed)
			this.#socket.write(this.#takeHead(), "latin1");
	};
}
