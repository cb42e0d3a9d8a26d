/**
 * What stops a request: its client, or the time that all of it may take. It is let go of when the answer has been said:
 * clients close their streams then, which must not close the connection to the server.
 */
export class Stopper {
	readonly #controller = new AbortController();
	readonly #client: AbortSignal | undefined;
	readonly #timer: NodeJS.Timeout | undefined;
	readonly #follow = () => this.stop(this.#client?.reason);

	/** @param totalMs - 0 is no limit */
	constructor(client: AbortSignal | undefined, totalMs: number) {
		this.#client = client;
		if (client?.aborted) this.#follow();
		else client?.addEventListener("abort", this.#follow, { once: true });
		if (totalMs > 0)
			this.#timer = setTimeout(
				() => this.stop(new DOMException("It took too long.", "TimeoutError")),
				totalMs,
			);
	}

	get signal(): AbortSignal {
		return this.#controller.signal;
	}

	stop(reason?: unknown): void {
		this.#controller.abort(reason);
		this.letGo();
	}

	/** From here on only `stop` stops it. */
	letGo(): void {
		clearTimeout(this.#timer);
		this.#client?.removeEventListener("abort", this.#follow);
	}
}
