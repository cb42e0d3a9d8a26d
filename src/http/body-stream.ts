import type { Socket } from "node:net";
import type { ChunkSink } from "./chunks.ts";

/** Pieces up to this size are copied together into one write; larger ones go out beside what frames them. */
const maxCopiedBytes = 64 * 1024;

/** The body of an HTTP/1.1 answer that is sent as it comes, with its head in front of the first bytes. */
export class BodyStream implements ChunkSink {
	readonly #socket: Socket;
	readonly #isChunked: boolean;
	readonly #onEnd: () => void;
	/** Until it is sent. */
	#head: string;

	/** @param onEnd - called once everything was given to the socket */
	constructor(
		socket: Socket,
		head: string,
		isChunked: boolean,
		onEnd: () => void,
	) {
		this.#socket = socket;
		this.#head = head;
		this.#isChunked = isChunked;
		this.#onEnd = onEnd;
		// The head waits for chunks that are there without waiting. A tick queued in a microtask runs after all microtasks.
		queueMicrotask(() => process.nextTick(this.#sendHead));
	}

	get destroyed(): boolean {
		return this.#socket.destroyed || !this.#socket.writable;
	}

	write(chunk: Uint8Array, onWritten: () => void): boolean {
		return this.#send(chunk, this.#isChunked ? "\r\n" : "", onWritten);
	}

	once(event: "drain", listener: () => void): void {
		this.#socket.once(event, listener);
	}

	/** Sends a byte that does not change the body, if there is none on its way: a chunk's size may begin with zeros. */
	probe(): void {
		if (this.#isChunked && !this.destroyed && this.#socket.writableLength === 0)
			this.#socket.write(`${this.#takeHead()}0`, "latin1");
	}

	end(last?: Uint8Array): void {
		if (this.destroyed) return;
		if (!this.#isChunked) {
			if (last) this.#send(last, "");
			else this.#sendHead();
		} else if (last) this.#send(last, "\r\n0\r\n\r\n");
		else this.#socket.write(`${this.#takeHead()}0\r\n\r\n`, "latin1");
		this.#onEnd();
	}

	#send(chunk: Uint8Array, after: string, onWritten?: () => void): boolean {
		const size = this.#isChunked ? `${chunk.length.toString(16)}\r\n` : "";
		const before = this.#takeHead() + size;
		if (chunk.length <= maxCopiedBytes) {
			const end = before.length + chunk.length;
			const bytes = Buffer.allocUnsafe(end + after.length);
			bytes.write(before, 0, "latin1");
			bytes.set(chunk, before.length);
			if (after !== "") bytes.write(after, end, "latin1");
			return this.#socket.write(bytes, onWritten);
		}
		this.#socket.cork();
		if (before !== "") this.#socket.write(before, "latin1");
		let isReady = this.#socket.write(chunk, onWritten);
		if (after !== "") isReady = this.#socket.write(after, "latin1");
		this.#socket.uncork();
		return isReady;
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
