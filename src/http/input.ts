const empty = Buffer.alloc(0);

/** Bytes that have come and were not read yet. */
export class Input {
	bytes: Buffer = empty;
	/** Of the first unread byte. */
	start = 0;
	/** Behind the last one. */
	end = 0;

	get length(): number {
		return this.end - this.start;
	}

	/** Adds what has come; nothing is copied when all before was read. */
	add(chunk: Buffer): void {
		if (this.start === this.end) {
			this.bytes = chunk;
			this.start = 0;
			this.end = chunk.length;
			return;
		}
		if (this.bytes.length - this.end < chunk.length) this.#grow(chunk.length);
		chunk.copy(this.bytes, this.end);
		this.end += chunk.length;
	}

	/** Doubles the room, so that a head that comes byte by byte is not copied for each byte. */
	#grow(more: number): void {
		const grown = Buffer.allocUnsafeSlow(2 * (this.length + more));
		this.bytes.copy(grown, 0, this.start, this.end);
		this.end = this.length;
		this.start = 0;
		this.bytes = grown;
	}

	/** What is left is not wanted, and all that was read may go. */
	clear(): void {
		this.bytes = empty;
		this.start = 0;
		this.end = 0;
	}
}
