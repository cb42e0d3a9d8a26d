/** Durations are sorted into bins, each a fifth longer than the one before: quantiles are right to a tenth. */
const firstBinMs = 0.5;
const ratio = 1.2;
/** The last one holds whatever takes longer than ten minutes. */
const binCount = 78;
const perRatio = 1 / Math.log(ratio);

/** The bin of a duration. */
export function binOf(durationMs: number): number {
	if (durationMs < firstBinMs) return 0;
	const bin = 1 + Math.floor(Math.log(durationMs / firstBinMs) * perRatio);
	return bin < binCount ? bin : binCount - 1;
}

/** What stands for the durations of a bin: its middle. */
function durationOf(bin: number): number {
	if (bin === 0) return 0;
	const durationMs = firstBinMs * ratio ** (bin - 0.5);
	return Number(durationMs.toPrecision(3));
}

/** One exchange, as sums take it. */
export interface Measured {
	isError: boolean;
	inputTokens: number;
	outputTokens: number;
	priceUsd: number;
	savedUsd: number;
	/** Of its duration, and of the time to a stream's first event; undefined where there was none. */
	bin: number | undefined;
	firstBin: number | undefined;
}

/** Sums over many exchanges, of fixed size however many they are. */
export class Measures {
	calls = 0;
	errors = 0;
	inputTokens = 0;
	outputTokens = 0;
	priceUsd = 0;
	savedUsd = 0;
	readonly #durations = new Uint32Array(binCount);
	#firstEvents: Uint32Array | undefined;

	add(one: Measured): void {
		this.calls++;
		if (one.isError) this.errors++;
		this.inputTokens += one.inputTokens;
		this.outputTokens += one.outputTokens;
		this.priceUsd += one.priceUsd;
		this.savedUsd += one.savedUsd;
		if (one.bin !== undefined) increase(this.#durations, one.bin, 1);
		if (one.firstBin === undefined) return;
		this.#firstEvents ??= new Uint32Array(binCount);
		increase(this.#firstEvents, one.firstBin, 1);
	}

	/** Adds all that other sums hold. */
	merge(other: Measures): void {
		this.calls += other.calls;
		this.errors += other.errors;
		this.inputTokens += other.inputTokens;
		this.outputTokens += other.outputTokens;
		this.priceUsd += other.priceUsd;
		this.savedUsd += other.savedUsd;
		for (const [bin, count] of other.#durations.entries())
			increase(this.#durations, bin, count);
		if (!other.#firstEvents) return;
		this.#firstEvents ??= new Uint32Array(binCount);
		for (const [bin, count] of other.#firstEvents.entries())
			increase(this.#firstEvents, bin, count);
	}

	/** As numbers to show; durations in milliseconds, null where nothing was measured. */
	show() {
		return {
			calls: this.calls,
			errors: this.errors,
			inputTokens: this.inputTokens,
			outputTokens: this.outputTokens,
			priceUsd: rounded(this.priceUsd),
			savedUsd: rounded(this.savedUsd),
			p50Ms: quantile(this.#durations, 0.5),
			p95Ms: quantile(this.#durations, 0.95),
			firstP50Ms: quantile(this.#firstEvents, 0.5),
			firstP95Ms: quantile(this.#firstEvents, 0.95),
		};
	}
}

function increase(bins: Uint32Array, bin: number, by: number): void {
	bins[bin] = (bins[bin] ?? 0) + by;
}

function rounded(usd: number): number {
	return Math.round(usd * 1e8) / 1e8;
}

/** The shortest duration that so large a part of all does not exceed. */
function quantile(bins: Uint32Array | undefined, part: number): number | null {
	if (!bins) return null;
	const total = bins.reduce((sum, count) => sum + count, 0);
	if (total === 0) return null;
	const wanted = Math.ceil(total * part);
	let seen = 0;
	for (const [bin, count] of bins.entries()) {
		seen += count;
		if (seen >= wanted) return durationOf(bin);
	}
	return null;
}
