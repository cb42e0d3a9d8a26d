import type { Json, StreamEvent } from "../api/types.ts";
import { itemsOf, membersOf, textOf } from "../conversation/json.ts";

/** When a stream said what. */
export interface Timing {
	/** Milliseconds from the start to the first delta; undefined when there was none. */
	firstDeltaMs: number | undefined;
	/** Milliseconds between one delta and the next, in order. */
	gapsMs: number[];
	medianGapMs: number | undefined;
	longestGapMs: number | undefined;
	lastMs: number;
	deltas: number;
}

/** The times of a stream's deltas: first token, and from token to token. */
export function readTiming(events: readonly StreamEvent[]): Timing {
	const times = events
		.filter(({ event }) => deltaOf(event) !== undefined)
		.map(({ atMs }) => atMs);
	const gapsMs = times
		.slice(1)
		.map((atMs, index) => atMs - (times[index] ?? 0));
	const sorted = gapsMs.toSorted((one, other) => one - other);
	return {
		firstDeltaMs: times[0],
		gapsMs,
		medianGapMs: sorted[Math.floor(sorted.length / 2)],
		longestGapMs: sorted.at(-1),
		lastMs: events.at(-1)?.atMs ?? 0,
		deltas: times.length,
	};
}

/** What an event is called, and the piece of text that it brings, on every surface. */
export function describeEvent(event: Json): { name: string; delta: string } {
	const { chunk, ...modelled } = membersOf(event);
	if (chunk === undefined)
		return {
			name: Object.keys(modelled)[0] ?? "event",
			delta: deltaOf(event) ?? "",
		};
	const { type } = membersOf(membersOf(chunk).bytes);
	return {
		name: typeof type === "string" ? `chunk ${type}` : "chunk",
		delta: deltaOf(event) ?? "",
	};
}

/** undefined: the event brings none. */
function deltaOf(event: Json): string | undefined {
	const { contentBlockDelta, chunk } = membersOf(event);
	if (contentBlockDelta !== undefined)
		return textIn(membersOf(contentBlockDelta).delta);
	const native = membersOf(membersOf(chunk).bytes);
	if (native.contentBlockDelta !== undefined)
		return textIn(membersOf(native.contentBlockDelta).delta);
	const choice = membersOf(itemsOf(native.choices)[0]);
	return textIn(native.delta) ?? textIn(choice.delta) ?? textIn(native);
}

const names = [
	"text",
	"thinking",
	"partial_json",
	"content",
	"generation",
	"outputText",
	"completion",
];

function textIn(json: Json | undefined): string | undefined {
	const delta = membersOf(json);
	for (const name of names)
		if (typeof delta[name] === "string") return textOf(delta[name]);
	const { toolUse, reasoningContent } = delta;
	if (toolUse !== undefined) return textOf(membersOf(toolUse).input);
	if (reasoningContent !== undefined)
		return textOf(membersOf(reasoningContent).text);
	return undefined;
}
