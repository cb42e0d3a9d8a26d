import { useState } from "preact/hooks";
import { askApi } from "../../api/client.ts";
import type { Exchange } from "../../api/types.ts";
import { formatDuration, formatPlural } from "../../format.ts";
import { describeEvent, readTiming, type Timing } from "../../stream/timing.ts";
import { FrameView } from "./frame.tsx";
import { useLoaded } from "./load.ts";

/** How many events are drawn before the reader asks for more. */
const shownAtFirst = 200;

interface Frames {
	frames: { atMs: number; isAsSent: boolean; base64: string }[];
}

/** A stream as it went: when each event was sent, what it brought, and its frame down to the bytes. */
export function StreamPart({ exchange }: { exchange: Exchange }) {
	const { events = [], error, id } = exchange;
	const [shown, setShown] = useState(shownAtFirst);
	const loaded = useLoaded(id, () => askApi<Frames>(`exchanges/${id}/frames`));
	const frames = loaded?.value?.frames;
	const timing = readTiming(events);
	const failure =
		frames?.length === events.length + 1 ? frames.at(-1) : undefined;
	return (
		<div class="stream">
			<Timings timing={timing} />
			<Strip exchange={exchange} timing={timing} />
			<ol class="events">
				{events.slice(0, shown).map(({ atMs, event }, index) => {
					const { name, delta } = describeEvent(event);
					return (
						<li key={`${index}`}>
							<FrameView
								atMs={atMs}
								gapMs={atMs - (events[index - 1]?.atMs ?? 0)}
								name={name}
								delta={delta}
								base64={frames?.[index]?.base64}
							/>
						</li>
					);
				})}
				{failure && error && (
					<li class="is-failure">
						<FrameView
							atMs={failure.atMs}
							gapMs={failure.atMs - (events.at(-1)?.atMs ?? 0)}
							name={error.name}
							delta={error.message}
							base64={failure.base64}
						/>
					</li>
				)}
			</ol>
			{events.length > shown && (
				<button type="button" onClick={() => setShown(shown * 10)}>
					Show more of {formatPlural(events.length, "event")}
				</button>
			)}
			{loaded?.error && <p class="notice notice-error">{loaded.error}</p>}
			{frames && (
				<p class="faint">
					{frames.every(({ isAsSent }) => isAsSent)
						? "The frames are those of the real service, to the byte."
						: "Frames are encoded again from the events that were kept. What was sent had random padding besides (member p, as Bedrock pads), so lengths and checksums were others; frames that a fault spoilt are shown whole."}
				</p>
			)}
		</div>
	);
}

function Timings({ timing }: { timing: Timing }) {
	const { firstDeltaMs, medianGapMs, longestGapMs, lastMs, deltas } = timing;
	const facts: [string, number | undefined][] = [
		["First token", firstDeltaMs],
		["Between tokens, median", medianGapMs],
		["Longest wait", longestGapMs],
		["Last event", lastMs],
	];
	return (
		<dl class="facts timings">
			{facts.map(
				([name, value]) =>
					value !== undefined && (
						<div key={name}>
							<dt>{name}</dt>
							<dd>{formatDuration(value)}</dd>
						</div>
					),
			)}
			<div>
				<dt>Deltas</dt>
				<dd>{deltas}</dd>
			</div>
		</dl>
	);
}

/** The events along the time: one mark each. */
function Strip({ exchange, timing }: { exchange: Exchange; timing: Timing }) {
	const { events = [] } = exchange;
	const width = 1000;
	const lengthMs = Math.max(timing.lastMs, 1);
	const x = (atMs: number) => (atMs / lengthMs) * (width - 4) + 2;
	return (
		<figure class="strip">
			<svg
				viewBox={`0 0 ${width} 40`}
				preserveAspectRatio="none"
				role="img"
				aria-label={`${events.length} events over ${formatDuration(timing.lastMs)}`}
			>
				{timing.firstDeltaMs !== undefined && (
					<rect
						class="strip-wait"
						x="0"
						y="0"
						width={x(timing.firstDeltaMs)}
						height="40"
					/>
				)}
				<path
					class="strip-marks"
					d={events
						.slice(0, 5000)
						.map(({ atMs }) => `M${x(atMs).toFixed(1)} 8v24`)
						.join("")}
				/>
			</svg>
			<figcaption>
				<span>0</span>
				<span>{formatDuration(timing.lastMs)}</span>
			</figcaption>
		</figure>
	);
}
