import { emptyBody } from "./body.ts";
import { ChunkedReader } from "./chunked.ts";
import { BodyTooLargeError, HangUpError } from "./message.ts";
import type { RequestHead } from "./request-head.ts";

/** A body that nobody has asked for yet is read up to this size; then the client is held back. */
const maxUnaskedBytes = 64 * 1024;
const smallestRoom = 16 * 1024;

/** Sizes that a body must keep to, in bytes. */
export interface BodyLimits {
	maxBodyBytes: number;
	maxHeaderBytes: number;
}

/**
 * The body of an HTTP/1.1 request while it comes. Its bytes are copied together: what came in one packet with the head must
 * not hold the head's credentials in memory, and a million small chunks must not be a million buffers.
 */
export class RequestBody {
	/** All of it has come. */
	isComplete = false;
	readonly #maxBytes: number;
	readonly #declared: number | undefined;
	readonly #chunked: ChunkedReader | undefined;
	/** Counts all bytes, also those that were not kept. */
	#size = 0;
	#bytes: Buffer = emptyBody;
	#isAsked = false;
	#isCut = false;
	/** What still comes is read and thrown away. */
	isDropped = false;
	#waiting: PromiseWithResolvers<Buffer> | undefined;

	constructor(head: RequestHead, limits: BodyLimits) {
		this.#maxBytes = limits.maxBodyBytes;
		this.#declared = head.isChunked ? undefined : head.contentLength;
		if (head.isChunked)
			this.#chunked = new ChunkedReader(
				limits.maxHeaderBytes,
				(bytes, from, to) => this.#take(bytes, from, to),
			);
	}

	/** How much more is to come; undefined when it comes in chunks. */
	get missing(): number | undefined {
		return this.#declared === undefined
			? undefined
			: this.#declared - this.#size;
	}

	/** How much has come. */
	get size(): number {
		return this.#size;
	}

	/** No more of it is wanted for now. */
	get isFull(): boolean {
		if (this.isDropped) return false;
		return this.isTooLarge || (!this.#isAsked && this.#size > maxUnaskedBytes);
	}

	get isTooLarge(): boolean {
		return Math.max(this.#size, this.#declared ?? 0) > this.#maxBytes;
	}

	/** The body, once it is complete and within its limit. */
	get whole(): Buffer | undefined {
		return this.isComplete && !this.isTooLarge && !this.isDropped
			? this.#bytes
			: undefined;
	}

	/**
	 * Reads on.
	 *
	 * @returns where it stopped: `to`, or behind the body's last byte
	 * @throws Refusal on chunks that are none
	 */
	read(bytes: Buffer, from: number, to: number): number {
		const end = this.#chunked
			? this.#chunked.read(bytes, from, to)
			: Math.min(to, from + (this.missing ?? 0));
		if (!this.#chunked) this.#take(bytes, from, end);
		this.isComplete = this.#chunked?.isDone ?? this.missing === 0;
		if (this.isComplete && this.#bytes.length > this.#size) this.#fit();
		if (this.#waiting) this.#settle();
		return end;
	}

	#take(bytes: Buffer, from: number, to: number): void {
		const before = this.#size;
		this.#size += to - from;
		if (this.isDropped) return;
		if (this.isTooLarge) {
			this.#bytes = emptyBody;
			return;
		}
		if (this.#bytes.length < this.#size) this.#grow(before);
		bytes.copy(this.#bytes, before, from, to);
	}

	/** Makes room; no more at once than twice what has come, whatever was declared. */
	#grow(kept: number): void {
		const wanted = Math.max(this.#size, 2 * kept, smallestRoom);
		const room = Buffer.allocUnsafe(Math.min(wanted, this.#declared ?? wanted));
		this.#bytes.copy(room, 0, 0, kept);
		this.#bytes = room;
	}

	/** Gives back the room that a body in chunks did not need. */
	#fit(): void {
		const used = this.#bytes.subarray(0, this.#size);
		this.#bytes =
			this.#bytes.length > 2 * this.#size ? Buffer.from(used) : used;
	}

	/**
	 * Asks for the whole body.
	 *
	 * @throws BodyTooLargeError past the limit
	 * @throws HangUpError when the client has left before the end
	 */
	ask(): Promise<Buffer> {
		this.#isAsked = true;
		this.#waiting ??= Promise.withResolvers();
		this.#settle();
		return this.#waiting.promise;
	}

	#settle(): void {
		if (this.isTooLarge)
			this.#waiting?.reject(new BodyTooLargeError(this.#maxBytes));
		else if (this.isComplete) this.#waiting?.resolve(this.#bytes);
		else if (this.#isCut)
			this.#waiting?.reject(
				new HangUpError("The client hung up before the whole body had come."),
			);
	}

	/** Nobody wants what has come and will come. */
	drop(): void {
		this.isDropped = true;
		this.#bytes = emptyBody;
	}

	/** No more will come. */
	hangUp(): void {
		this.#isCut = true;
		this.#settle();
	}
}
