/** How long a client that has its answer may pause in sending what is not read, and how long it may send at all. */
const lingerMs = 2000;
const longestLingerMs = 30_000;

/** How much it may send: many clients write a body to its end before they read that it is too large. */
const lingerBodies = 8;
const leastLingerBytes = 64 * 1024 * 1024;

/** The time behind an answer in which what the client still sends is read and thrown away. */
export class Linger {
	readonly #onOver: () => void;
	readonly #endMs = performance.now() + longestLingerMs;
	readonly #timer: NodeJS.Timeout;
	#bytesLeft: number;

	/** @param onOver - called once, unless it is stopped before */
	constructor(maxBodyBytes: number, onOver: () => void) {
		this.#onOver = onOver;
		this.#bytesLeft = Math.max(lingerBodies * maxBodyBytes, leastLingerBytes);
		this.#timer = setTimeout(onOver, lingerMs);
	}

	/** Something has come. */
	took(bytes: Uint8Array): void {
		this.#bytesLeft -= bytes.length;
		if (this.#bytesLeft > 0 && performance.now() < this.#endMs)
			this.#timer.refresh();
		else {
			this.stop();
			this.#onOver();
		}
	}

	stop(): void {
		clearTimeout(this.#timer);
	}
}
