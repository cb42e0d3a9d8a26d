/**
 * Keeps requests from a server that has failed several times in a row. After a pause one request tries it, and its outcome
 * decides for the others. Time is the caller's, so that tests can move it: the libraries for this (opossum, cockatiel) take
 * the machine's.
 */
export class Breaker {
	readonly #limit: number;
	readonly #pauseMs: number;
	#failures = 0;
	#openUntilMs = 0;
	#isTrying = false;

	/** @param limit - failures in a row that open it; 0: it never opens */
	constructor(limit: number, pauseMs: number) {
		this.#limit = limit;
		this.#pauseMs = pauseMs;
	}

	/** Failures in a row so far. */
	get failures(): number {
		return this.#failures;
	}

	/** Whether the server may be asked at this time. */
	admits(nowMs: number): boolean {
		if (!this.#isOpen) return true;
		return nowMs >= this.#openUntilMs && !this.#isTrying;
	}

	/** Milliseconds until the server is tried again. */
	waitMs(nowMs: number): number {
		return this.#isOpen ? Math.max(0, this.#openUntilMs - nowMs) : 0;
	}

	/** A request is about to be sent; `succeed`, `fail` or `abandon` has to follow. */
	enter(): void {
		if (this.#isOpen) this.#isTrying = true;
	}

	succeed(): void {
		this.#failures = 0;
		this.#isTrying = false;
	}

	fail(nowMs: number): void {
		this.#failures++;
		this.#isTrying = false;
		if (this.#isOpen) this.#openUntilMs = nowMs + this.#pauseMs;
	}

	/** The request ended without a word on the server: its client hung up. */
	abandon(): void {
		this.#isTrying = false;
	}

	get #isOpen(): boolean {
		return this.#limit > 0 && this.#failures >= this.#limit;
	}
}
