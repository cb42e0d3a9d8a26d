import { formatCount, formatDuration } from "../../format.ts";
import type { LineSpec } from "./course.ts";

/** `12`, `0.4`, `1,234`. */
function formatRate(value: number): string {
	if (value >= 10 || value === 0) return formatCount(Math.round(value));
	return String(Number(value.toPrecision(2)));
}

const rate = { isCount: true, format: formatRate };
const time = { isCount: false, format: formatDuration };

/** What the overview plots. */
export const plots: readonly {
	title: string;
	unit: string;
	specs: readonly LineSpec[];
}[] = [
	{
		title: "Calls",
		unit: "a second",
		specs: [
			{
				name: "answered",
				read: ({ calls, errors }, seconds) => (calls - errors) / seconds,
				...rate,
			},
			{
				name: "failed",
				read: ({ errors }, seconds) => errors / seconds,
				...rate,
			},
		],
	},
	{
		title: "Tokens",
		unit: "a second",
		specs: [
			{
				name: "in",
				read: ({ inputTokens }, seconds) => inputTokens / seconds,
				...rate,
			},
			{
				name: "out",
				read: ({ outputTokens }, seconds) => outputTokens / seconds,
				...rate,
			},
		],
	},
	{
		title: "Duration",
		unit: "of a call",
		specs: [
			{ name: "median", read: ({ p50Ms }) => p50Ms, ...time },
			{ name: "95 %", read: ({ p95Ms }) => p95Ms, ...time },
		],
	},
	{
		title: "First event",
		unit: "of a stream",
		specs: [
			{ name: "median", read: ({ firstP50Ms }) => firstP50Ms, ...time },
			{ name: "95 %", read: ({ firstP95Ms }) => firstP95Ms, ...time },
		],
	},
];
