import type { Measures, Overview } from "../../api/types.ts";

/** A line of a plot. */
export interface Line {
	name: string;
	/** Of its values, for the legend and the table. */
	format(value: number): string;
	values: (number | null)[];
}

/** What a plot shows: its lines over time. */
export interface Course {
	/** Seconds since the epoch, one a step. */
	times: number[];
	lines: Line[];
}

/** One of a course's lines: which sum, and how it is written. */
export interface LineSpec {
	name: string;
	read(measures: Measures, seconds: number): number | null;
	/** Where nothing ended: nothing at all, or nothing measured. */
	isCount: boolean;
	format(value: number): string;
}

/** The steps of an overview as lines: a step in which nothing ended has nothing, and is there. */
export function readCourse(
	{ steps, stepMs, nowMs }: Overview,
	minutes: number,
	specs: readonly LineSpec[],
): Course {
	const byStart = new Map(steps.map((step) => [step.startMs, step]));
	const newestMs = Math.floor(nowMs / stepMs) * stepMs;
	const count = (minutes * 60_000) / stepMs;
	// The step that goes on is not whole yet: its rates would dip.
	const starts = Array.from(
		{ length: count - 1 },
		(_, index) => newestMs - (count - 1 - index) * stepMs,
	);
	return {
		times: starts.map((startMs) => startMs / 1000),
		lines: specs.map(({ name, read, isCount, format }) => ({
			name,
			format,
			values: starts.map((startMs) => {
				const step = byStart.get(startMs);
				if (step) return read(step, stepMs / 1000);
				return isCount ? 0 : null;
			}),
		})),
	};
}

/** The steps of a course that a table shows: the newest in which there was something, newest first. */
export function tableRows(
	{ times, lines }: Course,
	most: number,
): { time: number; values: (number | null)[] }[] {
	const rows: { time: number; values: (number | null)[] }[] = [];
	for (let index = times.length - 1; index >= 0; index--) {
		const values = lines.map((line) => line.values[index] ?? null);
		if (values.every((value) => value === null || value === 0)) continue;
		rows.push({ time: times[index] ?? 0, values });
		if (rows.length === most) break;
	}
	return rows;
}
