/** What the API says of recordings. */
import type { Json } from "./types.ts";

/** The folder of cassettes, and what is done with it. */
export interface Recordings {
	folder: string;
	mode: string;
	cassettes: (CassetteSummary | UnreadableCassette)[];
}

/** A cassette, as lists show it. */
export interface CassetteSummary {
	file: string;
	operation: string;
	/** Empty for operations that name none. */
	model: string;
	engine: string;
	/** ISO 8601. */
	recorded: string;
	status: number;
	durationMs: number;
	events?: number;
	firstWords?: string;
	inputTokens?: number;
	outputTokens?: number;
	/** What has changed since it was recorded, a sentence each. */
	changes: string[];
	problem?: never;
}

/** A file that is no cassette, or a broken one. */
export interface UnreadableCassette {
	file: string;
	problem: string;
}

/** One cassette, whole. */
export interface ShownCassette {
	file: string;
	changes: string[];
	cassette: {
		outcrop: string;
		recorded: string;
		engine: string;
		region: string;
		request: { operation: string; model: string } & Record<string, Json>;
		response: { status: number; durationMs: number } & Record<string, Json>;
	};
	problem?: never;
}

/** A script that says what cassettes say, and those that it leaves out. */
export interface ScriptOfCassettes {
	text: string;
	left: { file: string; why: string }[];
}
