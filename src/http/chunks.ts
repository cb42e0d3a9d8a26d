import { atEndOfTurn } from "./end-of-turn.ts";
import { type Exchange, type Report, stopIterator } from "./exchange.ts";

/** Where the chunks of a body go; a `Writable` is one. */
export interface ChunkSink {
	readonly destroyed: boolean;
	/** @returns false when it wants no more until `drain` */
	write(chunk: Uint8Array, onWritten: () => void): boolean;
	once(event: "drain", listener: () => void): unknown;
	end(last?: Uint8Array): unknown;
}

/** Chunks that come in one tick are joined up to this size, then written and the reader waited for. */
const maxBatchBytes = 64 * 1024;

/**
 * Sends the chunks of a body as they come, and ends the response. Chunks that come in the same tick go out as one write;
 * none waits for a later one. When the client reads slowly the iterator is not asked for more; when it hangs up the
 * iterator's `return` is called at once and this resolves. A chunk must not be changed after it was given.
 *
 * @param out - the response's stream, its head already sent
 * @throws what the iterator throws, after all chunks before it were handed to the network
 */
export async function sendChunks(
	exchange: Exchange,
	out: ChunkSink,
	body: AsyncIterable<Uint8Array>,
	report: Report,
): Promise<void> {
	const iterator = body[Symbol.asyncIterator]();
	const batch = new Batch(exchange, out);
	exchange.onHangUp(() => {
		batch.wake();
		void stopIterator(iterator, report);
	});
	try {
		for (;;) {
			const next = await iterator.next();
			if (exchange.isGone) return;
			if (next.done) break;
			batch.add(next.value);
			if (batch.isFull) {
				await batch.drained();
				if (exchange.isGone) return;
			}
		}
	} catch (error) {
		if (!exchange.isGone) await batch.written();
		throw error;
	}
	batch.end();
}

/** Joins the chunks of one tick, and knows when the stream wants no more. */
class Batch {
	readonly #exchange: Exchange;
	readonly #out: ChunkSink;
	#chunks: Uint8Array[] = [];
	#bytes = 0;
	#unwritten = 0;
	#hasRoom = true;
	#waiter: (() => void) | undefined;

	constructor(exchange: Exchange, out: ChunkSink) {
		this.#exchange = exchange;
		this.#out = out;
	}

	get isFull(): boolean {
		return !this.#hasRoom || this.#bytes >= maxBatchBytes;
	}

	add(chunk: Uint8Array): void {
		if (chunk.length === 0) return;
		// A tick queued in a microtask runs once no microtask is left: all that is there without waiting is joined.
		if (this.#chunks.length === 0) process.nextTick(this.#flush);
		this.#chunks.push(chunk);
		this.#bytes += chunk.length;
	}

	/** Writes what is there, and waits until the stream takes more. */
	async drained(): Promise<void> {
		this.#flush();
		// Also when the reader keeps up, so that a body that is all there lets other connections have their turn.
		await new Promise<void>(atEndOfTurn);
		while (!this.#hasRoom && !this.#exchange.isGone) await this.#wait();
	}

	/** Writes what is there, and waits until it was handed to the network. */
	async written(): Promise<void> {
		this.#flush();
		await new Promise<void>(atEndOfTurn);
		while (this.#unwritten > 0 && !this.#exchange.isGone) await this.#wait();
	}

	/** Lets go whoever waits, to look again. */
	readonly wake = (): void => {
		this.#waiter?.();
		this.#waiter = undefined;
	};

	end(): void {
		const last = this.#take();
		if (this.#out.destroyed) return;
		if (last) this.#out.end(last);
		else this.#out.end();
	}

	#wait(): Promise<void> {
		return new Promise((resolve) => {
			this.#waiter = resolve;
		});
	}

	readonly #flush = (): void => {
		const chunk = this.#take();
		if (!chunk || this.#exchange.isGone || this.#out.destroyed) return;
		this.#unwritten++;
		if (this.#out.write(chunk, this.#onWritten)) return;
		this.#hasRoom = false;
		this.#out.once("drain", this.#onDrain);
	};

	readonly #onDrain = (): void => {
		this.#hasRoom = true;
		this.wake();
	};

	readonly #onWritten = (): void => {
		this.#unwritten--;
		this.wake();
	};

	#take(): Uint8Array | undefined {
		const chunks = this.#chunks;
		if (chunks.length === 0) return undefined;
		const joined =
			chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, this.#bytes);
		this.#chunks = [];
		this.#bytes = 0;
		return joined;
	}
}
