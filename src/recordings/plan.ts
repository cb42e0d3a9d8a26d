/** What the options on recording and replaying come to. */
import type { MatchSpec } from "./match-spec.ts";

/** once: record while the folder is empty, else replay only; missing: replay what is there, record the rest; all: ask always
 * and record anew; none: replay only. */
export const recordModes = ["once", "missing", "all", "none"] as const;

/** When what is recorded. */
export type RecordMode = (typeof recordModes)[number];

/** The options, as the configuration has them. */
export interface RecordingOptions {
	/** The folder to record into, absolute. */
	record: string | undefined;
	recordMode: RecordMode | undefined;
	/** Also what failed. */
	recordErrors: boolean;
	/** The folder to answer from, absolute. */
	replay: string | undefined;
	/** 0: at once; 1: as it was; more: so many times faster. */
	replaySpeed: number;
	match: MatchSpec;
	/** Regular expressions of what must not stand in cassettes. */
	redact: readonly string[];
	/** The list of engines. */
	engine: readonly { readonly name: string }[];
}

/** What is done with a folder. */
export interface RecordingPlan {
	folder: string;
	mode: RecordMode;
	/** Whether a request that no cassette answers may go on to the engines behind. */
	onMiss: "refuse" | "pass";
}

/** @returns undefined when nothing is recorded or replayed */
export function planRecording(
	options: RecordingOptions,
): RecordingPlan | undefined {
	const { record, recordMode, replay, engine } = options;
	if (record !== undefined) {
		const mode = recordMode ?? "once";
		return {
			folder: record,
			mode,
			onMiss: mode === "missing" ? "pass" : "refuse",
		};
	}
	if (replay === undefined) return undefined;
	const place = engine.findIndex(({ name }) => name === "replay");
	const isBehind = place >= 0 && place < engine.length - 1;
	return { folder: replay, mode: "none", onMiss: isBehind ? "pass" : "refuse" };
}
