import type { Clock } from "./call.ts";

interface Sleeper {
	dueMs: number;
	wake(): void;
	timer: NodeJS.Timeout;
}

/** The machine's time, which tests may move forward: whoever sleeps until then wakes at once. */
export class MovableClock implements Clock {
	readonly #sleepers = new Set<Sleeper>();
	#aheadMs = 0;

	now(): number {
		return Date.now() + this.#aheadMs;
	}

	/** By how much this clock is ahead of the machine's, in milliseconds. */
	get aheadMs(): number {
		return this.#aheadMs;
	}

	/** @param byMs - 0 or more */
	advance(byMs: number): void {
		this.#aheadMs += byMs;
		const due = [...this.#sleepers].filter(
			(sleeper) => sleeper.dueMs <= this.now(),
		);
		for (const sleeper of due.sort((a, b) => a.dueMs - b.dueMs)) sleeper.wake();
	}

	/** Back to the machine's time. */
	reset(): void {
		this.#aheadMs = 0;
	}

	sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
		if (signal?.aborted) return Promise.reject(signal.reason);
		return new Promise((resolve, reject) => {
			const end = () => {
				this.#sleepers.delete(sleeper);
				clearTimeout(sleeper.timer);
				signal?.removeEventListener("abort", abort);
			};
			const wake = () => {
				end();
				resolve();
			};
			const abort = () => {
				end();
				reject(signal?.reason);
			};
			const sleeper: Sleeper = {
				dueMs: this.now() + delayMs,
				wake,
				timer: setTimeout(wake, delayMs),
			};
			this.#sleepers.add(sleeper);
			signal?.addEventListener("abort", abort, { once: true });
		});
	}
}
