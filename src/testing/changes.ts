/**
 * What a test has told Outcrop and Outcrop has not taken yet, in the order in which it was told. Tests script in plain
 * statements; the changes go out on their own, and whoever needs them in force waits here.
 */
export class Changes {
	readonly #failures: unknown[] = [];
	readonly #busy: Set<Changes>;
	#tail: Promise<unknown> = Promise.resolve();
	#waiting = 0;

	/** @param busy - holds it while something is on its way */
	constructor(busy: Set<Changes> = new Set()) {
		this.#busy = busy;
	}

	/** Resolves when all is in force, whether or not some of it was refused; undefined when nothing is on its way. */
	get settled(): Promise<void> | undefined {
		return this.#waiting > 0 ? this.#allSettled() : undefined;
	}

	/**
	 * Adds a change; it is made after those before it and not before the running code has come to its next `await`.
	 *
	 * @returns what the change gives; it rejects when the change is refused
	 */
	add<Value>(change: () => Promise<Value>): Promise<Value> {
		this.#waiting++;
		this.#busy.add(this);
		const made = this.#tail.then(change).finally(() => {
			if (--this.#waiting === 0) this.#busy.delete(this);
		});
		this.#tail = made.catch(() => {});
		return made;
	}

	/** Adds a change that nobody waits for: when it is refused, the next `ready()` throws. */
	addSilently(change: () => Promise<void>): void {
		this.add(change).catch((error: unknown) => this.#failures.push(error));
	}

	/** @throws what a silent change was refused with; an AggregateError when there are several */
	async ready(): Promise<void> {
		await this.settled;
		this.throwFailures();
	}

	/** @throws as `ready` does, without waiting */
	throwFailures(): void {
		const failures = this.#failures.splice(0);
		if (failures.length === 1) throw failures[0];
		if (failures.length > 1)
			throw new AggregateError(
				failures,
				failures
					.map((error) => (error instanceof Error ? error.message : `${error}`))
					.join("\n"),
			);
	}

	async #allSettled(): Promise<void> {
		while (this.#waiting > 0) await this.#tail;
		// The handler that keeps a failure runs after the tail's.
		await Promise.resolve();
	}
}
