import { useMemo } from "preact/hooks";
import { askApi } from "../../api/client.ts";
import type { Measures, Overview } from "../../api/types.ts";
import { Empty } from "../../components/empty.tsx";
import { Icon } from "../../components/icon.tsx";
import {
	formatCount,
	formatDateTime,
	formatDuration,
	formatPrice,
} from "../../format.ts";
import { useShortcuts } from "../../keyboard.ts";
import { go, place, urlOf } from "../../router.ts";
import { readCourse } from "./course.ts";
import { useOverview } from "./follow.ts";
import { Plot } from "./plot.tsx";
import { plots } from "./plots.ts";
import { Ranking } from "./ranking.tsx";

/** How far back the plots go. */
const windows = [
	{ minutes: 5, title: "5 min", everyMs: 1000 },
	{ minutes: 60, title: "1 h", everyMs: 5000 },
	{ minutes: 1440, title: "24 h", everyMs: 15_000 },
] as const;
type Window = (typeof windows)[number];

/** What happens, in numbers and plots. */
export function OverviewView() {
	const asked = Number(place.value.query.get("minutes"));
	const window = windows.find(({ minutes }) => minutes === asked) ?? windows[0];
	const { overview, error } = useOverview(window.minutes, window.everyMs);
	useShortcuts(
		windows.map(({ title, minutes }, index) => ({
			keys: `${index + 1}`,
			does: `The last ${title}`,
			run: () => choose(minutes),
		})),
	);
	if (!overview)
		return error === undefined ? (
			<div class="overview" aria-busy="true" />
		) : (
			<Empty title="The overview is not there">
				<p>{error}</p>
			</Empty>
		);
	return (
		<div class="overview">
			<Head window={window} error={error} />
			{overview.total.calls === 0 ? (
				<Nothing />
			) : (
				<Numbers overview={overview} window={window} />
			)}
		</div>
	);
}

function choose(minutes: number): void {
	go(
		minutes === windows[0].minutes ? "overview" : `overview?minutes=${minutes}`,
		{
			replace: true,
		},
	);
}

function Head({
	window,
	error,
}: {
	window: Window;
	error: string | undefined;
}) {
	return (
		<div class="toolbar">
			<h1>Overview</h1>
			<fieldset class="toggles">
				<legend class="visually-hidden">How far back</legend>
				{windows.map(({ minutes, title }) => (
					<button
						type="button"
						key={minutes}
						aria-pressed={minutes === window.minutes}
						onClick={() => choose(minutes)}
					>
						{title}
					</button>
				))}
			</fieldset>
			<p class="toolbar-count" role="status">
				{error !== undefined && (
					<span class="feed feed-lost">
						Outcrop does not answer; trying again
					</span>
				)}
			</p>
			<div class="toolbar-end">
				<button
					type="button"
					class="quiet"
					title="Let the sums begin anew; exchanges stay"
					onClick={() => {
						askApi("overview", { method: "DELETE" }).catch(() => undefined);
					}}
				>
					<Icon name="trash" />
					<span>Begin anew</span>
				</button>
			</div>
		</div>
	);
}

function Nothing() {
	return (
		<section class="empty">
			<h2>Nothing has been counted yet</h2>
			<p>
				Every call is: how many a second, their tokens, how long they take, what
				fails, who answers, and what you saved by not asking AWS. The sums go on
				when the journal forgets.
			</p>
			<p class="empty-actions">
				<a class="button" href={urlOf("")}>
					How to make a first call
				</a>
				<a class="button" href={urlOf("playground")}>
					Call from the playground
				</a>
			</p>
		</section>
	);
}

function Numbers({ overview, window }: { overview: Overview; window: Window }) {
	const courses = useMemo(
		() => plots.map(({ specs }) => readCourse(overview, window.minutes, specs)),
		[overview, window],
	);
	return (
		<div class="overview-body">
			<Tiles overview={overview} window={window} />
			<div class="plots">
				{plots.map(({ title, unit }, index) => {
					const course = courses[index];
					return (
						course && (
							<Plot key={title} title={title} unit={unit} course={course} />
						)
					);
				})}
			</div>
			<p class="faint">
				Since {formatDateTime(overview.sinceMs).slice(0, 19)}:
			</p>
			<div class="rankings">
				<Ranking
					title="Answered by"
					rows={overview.answeredBy}
					filter="answeredBy"
					empty="No engine was asked."
				/>
				<Ranking
					title="Models"
					rows={overview.models}
					filter="model"
					empty="No model was called."
				/>
				<Ranking
					title="Errors"
					rows={overview.errors}
					filter={undefined}
					empty={
						<>
							None. <a href={urlOf("faults")}>Make some on purpose</a>, and see
							what your application does.
						</>
					}
				/>
			</div>
		</div>
	);
}

function Tiles({ overview, window }: { overview: Overview; window: Window }) {
	const { total, window: sum } = overview;
	const { length } = overview.steps;
	const back = `the last ${window.title}`;
	const tiles: [string, string, string][] = [
		["Calls", formatCount(sum.calls), `${formatCount(total.calls)} in all`],
		[
			"Failed",
			sum.calls === 0 ? "–" : `${percent(sum.errors / sum.calls)} %`,
			`${formatCount(total.errors)} in all`,
		],
		[
			"Tokens in",
			formatCount(sum.inputTokens),
			`${formatCount(total.inputTokens)} in all`,
		],
		[
			"Tokens out",
			formatCount(sum.outputTokens),
			`${formatCount(total.outputTokens)} in all`,
		],
		["Duration", times(sum.p50Ms), `95 %: ${times(sum.p95Ms)}`],
		["First event", times(sum.firstP50Ms), `95 %: ${times(sum.firstP95Ms)}`],
		["Saved in all", formatPrice(total.savedUsd), saying(total)],
	];
	return (
		<dl class="tiles" aria-label={`${back}, ${length} steps with calls`}>
			{tiles.map(([name, value, about]) => (
				<div key={name}>
					<dt>{name}</dt>
					<dd>
						<strong>{value}</strong>
						<span>{about}</span>
					</dd>
				</div>
			))}
		</dl>
	);
}

function saying({ priceUsd, savedUsd }: Measures): string {
	const paid = priceUsd - savedUsd;
	return paid > 0
		? `${formatPrice(paid)} may have been charged`
		: "at AWS's prices";
}

function times(ms: number | null): string {
	return ms === null ? "–" : formatDuration(ms);
}

function percent(part: number): string {
	return String(Number((part * 100).toPrecision(2)));
}
