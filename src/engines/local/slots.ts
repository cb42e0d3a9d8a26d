import { ServiceError } from "../../errors.ts";

/** A fixed number of things to lend, and a queue with an end for those who wait. */
export class Slots<T> {
	readonly #free: T[];
	readonly #waiting: ((item: T) => void)[] = [];
	readonly #maxWaiting: number;
	readonly #count: number;

	constructor(items: T[], maxWaiting: number) {
		this.#free = [...items];
		this.#count = items.length;
		this.#maxWaiting = maxWaiting;
	}

	/**
	 * Lends one, in the order of asking; `giveBack` returns it.
	 *
	 * @throws ServiceError `ThrottlingException` when too many wait; the signal's reason when it aborts first
	 */
	take(signal: AbortSignal): Promise<T> {
		signal.throwIfAborted();
		if (this.#free.length > 0) return Promise.resolve(this.#free.pop() as T);
		if (this.#waiting.length >= this.#maxWaiting)
			throw new ServiceError(
				"ThrottlingException",
				`The local model answers ${this.#count} at a time, and ${this.#maxWaiting} calls wait already. Try again later, or start with a higher --local-parallel.`,
			);
		return new Promise((resolve, reject) => {
			const leave = () => {
				this.#waiting.splice(this.#waiting.indexOf(receive), 1);
				reject(signal.reason);
			};
			const receive = (lent: T) => {
				signal.removeEventListener("abort", leave);
				resolve(lent);
			};
			this.#waiting.push(receive);
			signal.addEventListener("abort", leave, { once: true });
		});
	}

	giveBack(item: T): void {
		const next = this.#waiting.shift();
		if (next) next(item);
		else this.#free.push(item);
	}
}
