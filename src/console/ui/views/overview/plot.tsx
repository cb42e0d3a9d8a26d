import { effect } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import UPlot from "uplot";
import { formatTime } from "../../format.ts";
import { theme } from "../../theme.ts";
import { type Course, tableRows } from "./course.ts";

const heightPx = 150;
const rowsOfTable = 30;

/** A course as a plot, with its newest values, or those under the pointer; and as a table. */
export function Plot({
	title,
	unit,
	course,
}: {
	title: string;
	unit: string;
	course: Course;
}) {
	const [pointed, setPointed] = useState<number | null>(null);
	const figure = useRef<HTMLElement>(null);
	const place = useRef<HTMLDivElement>(null);
	const plot = useRef<UPlot | undefined>(undefined);
	useEffect(() => {
		const element = place.current;
		if (!element) return;
		const drawn = draw(
			element,
			course,
			() => swatches(figure.current),
			setPointed,
		);
		plot.current = drawn;
		const resized = new ResizeObserver(() =>
			drawn.setSize({ width: element.clientWidth, height: heightPx }),
		);
		resized.observe(element);
		const recolour = () => drawn.redraw(false);
		const dark = matchMedia("(prefers-color-scheme: dark)");
		dark.addEventListener("change", recolour);
		const unfollow = effect(() => {
			theme.value;
			recolour();
		});
		return () => {
			resized.disconnect();
			dark.removeEventListener("change", recolour);
			unfollow();
			drawn.destroy();
		};
	}, []);
	useLayoutEffect(() => {
		plot.current?.setData([
			course.times,
			...course.lines.map((line) => line.values),
		]);
	}, [course]);
	const at = pointed ?? course.times.length - 1;
	return (
		<figure class="plot" ref={figure}>
			<figcaption>
				<h2>
					{title} <span class="faint">{unit}</span>
				</h2>
				<p class="plot-legend">
					{pointed !== null && (
						<span class="faint">
							{formatTime((course.times[at] ?? 0) * 1000).slice(0, 8)}
						</span>
					)}
					{course.lines.map(({ name, values, format }) => (
						<span key={name}>
							<i class="plot-swatch" />
							{name} <strong>{write(values[at], format)}</strong>
						</span>
					))}
				</p>
			</figcaption>
			<div
				class="plot-place"
				ref={place}
				role="img"
				aria-label={`${title} ${unit}, over time; the table below says the same`}
			/>
			<CourseTable title={`${title} ${unit}`} course={course} />
		</figure>
	);
}

function write(
	value: number | null | undefined,
	format: (value: number) => string,
): string {
	return value === null || value === undefined ? "–" : format(value);
}

/** What colours the legend has, as the canvas wants them: those of the page's tokens, in the theme that is on. */
function swatches(figure: HTMLElement | null): string[] {
	const found = figure?.querySelectorAll(".plot-swatch") ?? [];
	return [...found].map((swatch) => getComputedStyle(swatch).color);
}

function draw(
	element: HTMLElement,
	course: Course,
	colours: () => string[],
	onPoint: (index: number | null) => void,
): UPlot {
	const soft = () => getComputedStyle(element).color;
	const line = () => getComputedStyle(element).outlineColor;
	const axis: UPlot.Axis = {
		stroke: soft,
		grid: { stroke: line, width: 1 },
		ticks: { show: false },
		font: "11px system-ui, sans-serif",
	};
	const first = course.lines[0];
	return new UPlot(
		{
			width: element.clientWidth,
			height: heightPx,
			legend: { show: false },
			cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
			scales: { y: { range: (_plot, _low, high) => [0, (high || 1) * 1.1] } },
			axes: [
				{
					...axis,
					grid: { show: false },
					values: (_plot, splits) =>
						splits.map((seconds) => formatTime(seconds * 1000).slice(0, 5)),
					// Of a minute or more: labels say no seconds.
					incrs: [60, 300, 900, 3600, 7200, 14_400],
					space: 44,
					size: 24,
				},
				{
					...axis,
					values: (_plot, splits) =>
						splits.map((value) => first?.format(value) ?? ""),
					size: 56,
					space: 34,
				},
			],
			series: [
				{},
				...course.lines.map(({ name }, index) => ({
					label: name,
					stroke: () => colours()[index] ?? soft(),
					width: 1.5,
					points: { show: false },
					spanGaps: true,
				})),
			],
			hooks: {
				setCursor: [(plot) => onPoint(plot.cursor.idx ?? null)],
			},
		},
		[course.times, ...course.lines.map((one) => one.values)],
		element,
	);
}

function CourseTable({ title, course }: { title: string; course: Course }) {
	const [isOpen, setOpen] = useState(false);
	const rows = isOpen ? tableRows(course, rowsOfTable) : [];
	return (
		<details
			class="plot-table"
			onToggle={(event) => setOpen(event.currentTarget.open)}
		>
			<summary>As a table</summary>
			{isOpen && (
				<table class="plain">
					<caption>
						{title}, the newest {rowsOfTable} steps with calls
					</caption>
					<thead>
						<tr>
							<th scope="col">Time</th>
							{course.lines.map(({ name }) => (
								<th scope="col" key={name}>
									{name}
								</th>
							))}
						</tr>
					</thead>
					<tbody>
						{rows.map(({ time, values }) => (
							<tr key={time}>
								<th scope="row">{formatTime(time * 1000).slice(0, 8)}</th>
								{course.lines.map(({ name, format }, index) => (
									<td key={name}>{write(values[index], format)}</td>
								))}
							</tr>
						))}
					</tbody>
				</table>
			)}
		</details>
	);
}
