/** What the API says of scripts. */
import type { Json, Summary } from "./types.ts";

/** A rule, as lists show it. */
export interface Rule {
	name: string;
	/** Of the rules it was added with; undefined for rules of files. */
	id?: string;
	namespace?: string;
	/** `replies.yaml:12`; rules that were added have their id in place of a file. */
	place: string;
	answered: number;
	source: Json;
}

/** Rules that were added together. */
export interface AddedScript {
	id: string;
	namespace?: string;
	/** The author's text, or the data that was sent. */
	source: Json;
}

/** Something wrong with a script. */
export interface Problem {
	/** From 1. */
	line: number;
	column: number;
	message: string;
	severity: "error" | "warning";
}

/** What a script would have done with one past exchange. */
export interface DryRunLine {
	exchange: Summary;
	rule?: string;
	/** The engine that the rule leaves it to; `next`: the one after the script. */
	leftTo?: string;
	nearest?: string;
	why?: string;
}

/** What a script would have done. */
export interface DryRun {
	rules: { name: string; answers: number }[];
	lines: DryRunLine[];
}
