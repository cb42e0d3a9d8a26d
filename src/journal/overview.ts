import type { Exchange } from "./exchange.ts";
import { binOf, type Measured, Measures } from "./measures.ts";

/** Five minutes by two seconds, a day by the minute: some 1 MB when all of it is used. */
const fine = { stepMs: 2000, count: 150 };
const coarse = { stepMs: 60_000, count: 1440 };
const fineMinutes = 5;
/** How many models, rules and errors are told apart; what comes later is summed up under one name. */
const maxNames = 200;
const longestName = 200;
const others = "(others)";

/** Engines that never ask anybody who charges. */
const freeEngines = new Set(["stub", "script", "replay", "local"]);

/** What happened since the start, in sums that are kept whatever the journal forgets. */
export class Overview {
	#sinceMs: number;
	#total = new Measures();
	#fine = new Series(fine);
	#coarse = new Series(coarse);
	#models = new Tally();
	#answeredBy = new Tally();
	#errors = new Tally();

	constructor(nowMs: number) {
		this.#sinceMs = nowMs;
	}

	/** Counts an exchange that has ended. */
	add(exchange: Exchange): void {
		const one = measure(exchange);
		const endedAtMs = exchange.startedAtMs + (exchange.durationMs ?? 0);
		this.#total.add(one);
		this.#fine.at(endedAtMs).add(one);
		this.#coarse.at(endedAtMs).add(one);
		const { modelId, notes, error } = exchange;
		if (modelId !== undefined) this.#models.of(modelId).add(one);
		const by = notes.rule ?? notes.engine;
		if (by !== undefined) this.#answeredBy.of(by).add(one);
		if (error) this.#errors.of(error.name).add(one);
	}

	/** Forgets all of it. */
	reset(nowMs: number): void {
		this.#sinceMs = nowMs;
		this.#total = new Measures();
		this.#fine = new Series(fine);
		this.#coarse = new Series(coarse);
		this.#models = new Tally();
		this.#answeredBy = new Tally();
		this.#errors = new Tally();
	}

	/**
	 * The sums, and their course over the last minutes: by two seconds up to five of them, else by the minute.
	 *
	 * @param lastMinutes - 1 to 1440
	 */
	show(lastMinutes: number, nowMs: number) {
		const series = lastMinutes <= fineMinutes ? this.#fine : this.#coarse;
		const steps = (lastMinutes * coarse.stepMs) / series.stepMs;
		const window = series.last(steps, nowMs);
		const sum = new Measures();
		for (const { measures } of window) if (measures) sum.merge(measures);
		return {
			sinceMs: this.#sinceMs,
			nowMs,
			stepMs: series.stepMs,
			total: this.#total.show(),
			window: sum.show(),
			/** Steps in which nothing ended are left out. */
			steps: window.flatMap(({ startMs, measures }) =>
				measures ? { startMs, ...measures.show() } : [],
			),
			models: this.#models.show(),
			answeredBy: this.#answeredBy.show(),
			errors: this.#errors.show(),
		};
	}
}

function measure(exchange: Exchange): Measured {
	const { usage, priceUsd = 0, durationMs, firstEventMs, error } = exchange;
	return {
		isError: error !== undefined,
		inputTokens: usage?.inputTokens ?? 0,
		outputTokens: usage?.outputTokens ?? 0,
		priceUsd,
		savedUsd: isFree(exchange) ? priceUsd : 0,
		bin: durationMs === undefined ? undefined : binOf(durationMs),
		firstBin: firstEventMs === undefined ? undefined : binOf(firstEventMs),
	};
}

/**
 * Whether nobody charged for the answer: an engine of Outcrop's own gave it, or a model server on this machine. Of other
 * servers nobody knows.
 */
function isFree({ notes: { engine, upstream } }: Exchange): boolean {
	if (engine === undefined) return false;
	if (freeEngines.has(engine)) return true;
	return (
		engine === "openai" &&
		upstream !== undefined &&
		/^(?:localhost|127\.[\d.]+|\[::1\]|host\.docker\.internal)(?::|$)/u.test(
			upstream,
		)
	);
}

/** Sums by the step of time, in a ring. */
class Series {
	readonly stepMs: number;
	readonly #slots: ({ startMs: number; measures: Measures } | undefined)[];

	constructor({ stepMs, count }: { stepMs: number; count: number }) {
		this.stepMs = stepMs;
		this.#slots = new Array(count).fill(undefined);
	}

	/** The sums of the step that a time is in; whatever stood in its place is forgotten. */
	at(timeMs: number): Measures {
		const step = Math.floor(timeMs / this.stepMs);
		const place = step % this.#slots.length;
		const startMs = step * this.stepMs;
		const slot = this.#slots[place];
		if (slot?.startMs === startMs) return slot.measures;
		const measures = new Measures();
		this.#slots[place] = { startMs, measures };
		return measures;
	}

	/** So many steps, oldest first; the last is the one that goes on. */
	last(
		count: number,
		nowMs: number,
	): { startMs: number; measures: Measures | undefined }[] {
		const newest = Math.floor(nowMs / this.stepMs);
		const length = Math.min(count, this.#slots.length);
		return Array.from({ length }, (_, index) => {
			const step = newest - length + 1 + index;
			const startMs = step * this.stepMs;
			const slot = this.#slots[step % this.#slots.length];
			const isThere = slot?.startMs === startMs;
			return { startMs, measures: isThere ? slot.measures : undefined };
		});
	}
}

/** Sums by name. */
class Tally {
	readonly #byName = new Map<string, Measures>();

	of(name: string): Measures {
		const known = this.#byName.get(name);
		if (known) return known;
		const key =
			this.#byName.size < maxNames ? name.slice(0, longestName) : others;
		const measures = this.#byName.get(key) ?? new Measures();
		this.#byName.set(key, measures);
		return measures;
	}

	/** Most calls first. */
	show() {
		return [...this.#byName]
			.map(([name, measures]) => ({ name, ...measures.show() }))
			.sort((one, other) => other.calls - one.calls);
	}
}
