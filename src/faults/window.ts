/**
 * What was used in a span of time: a minute or a day. The span begins with the first use and ends after its length; the next
 * use begins another.
 *
 * How AWS refills is not public. A span of fixed length is assumed because AWS's metrics and its people speak of "the next
 * minute"; that it begins with the first use instead of on the clock's full minute makes it the same in every test run.
 */
export class UsageWindow {
	readonly lengthMs: number;
	#endsAtMs = 0;
	#used = 0;

	constructor(lengthMs: number) {
		this.lengthMs = lengthMs;
	}

	/** What was used in the span that `nowMs` is in. */
	used(nowMs: number): number {
		return this.#contains(nowMs) ? this.#used : 0;
	}

	/** When the span of `nowMs` ends; `nowMs` when none has begun. */
	endsAt(nowMs: number): number {
		return this.#contains(nowMs) ? this.#endsAtMs : nowMs;
	}

	/** @returns the span's end: what `correct` wants to know */
	use(amount: number, nowMs: number): number {
		if (!this.#contains(nowMs)) {
			this.#endsAtMs = nowMs + this.lengthMs;
			this.#used = 0;
		}
		this.#used += amount;
		return this.#endsAtMs;
	}

	/** Corrects what was used in the span that ends then; nothing happens once another has begun. */
	correct(by: number, endsAtMs: number): void {
		if (endsAtMs === this.#endsAtMs) this.#used = Math.max(0, this.#used + by);
	}

	/** Looks at the beginning too: a clock that was moved may be set back. */
	#contains(nowMs: number): boolean {
		return nowMs < this.#endsAtMs && nowMs >= this.#endsAtMs - this.lengthMs;
	}
}
