import type { NumbersSource } from "./source.ts";

/** Makes the test of a number against what a script says of it. */
export function compileNumbers(
	source: NumbersSource,
): (met: number) => boolean {
	if (typeof source === "number") return (met) => met === source;
	if (Array.isArray(source)) return (met) => source.includes(met);
	const { from = 1, to = Number.POSITIVE_INFINITY, every = 1 } = source;
	return (met) => met >= from && met <= to && (met - from) % every === 0;
}
