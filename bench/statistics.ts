/** The middle of some numbers, or between its two middles; NaN when there are none. */
export function median(numbers: readonly number[]): number {
	const sorted = [...numbers].sort((a, b) => a - b);
	const middle = sorted.length / 2;
	return (
		((sorted[Math.floor(middle)] ?? Number.NaN) +
			(sorted[Math.ceil(middle) - 1] ?? Number.NaN)) /
		2
	);
}

/** The number that `share` of them, 0 to 1, do not exceed (nearest rank); NaN when there are none. */
export function percentile(numbers: readonly number[], share: number): number {
	const sorted = Float64Array.from(numbers).sort();
	return (
		sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
	);
}
