/** A script as its author wrote it, once `schema.json` has accepted it. */
import type { Json, JsonObject } from "../../json.ts";

/** A script file. */
export interface ScriptSource {
	$schema?: string;
	seed?: number;
	/** JSON Schemas of tools by name. */
	tools?: Record<string, Json>;
	replies: RuleSource[];
}

/** When to answer, and what: a reply of its own, a list of them, or a conversation. */
export interface RuleSource extends ReplySource {
	name?: string;
	when?: WhenSource;
	replies?: (string | ReplyItemSource)[];
	loop?: boolean;
	times?: number;
	turns?: TurnSource[];
}

export interface ReplyItemSource extends ReplySource {
	weight?: number;
}

export interface TurnSource extends ReplySource {
	user?: PatternSource;
	toolResult?: ToolResultSource;
}

/** Plain text with {captures}, `/regex/i`, a whole text, or a list of which one is enough. */
export type PatternSource = string | { is: string } | PatternSource[];

export type GlobsSource = string | string[];

export type NumbersSource =
	| number
	| number[]
	| { from?: number; to?: number; every?: number };

export type ToolResultSource =
	| boolean
	| string
	| {
			name?: GlobsSource;
			status?: "success" | "error";
			text?: PatternSource;
			value?: Json;
	  };

export interface WhenSource {
	model?: GlobsSource;
	operation?: GlobsSource;
	user?: PatternSource;
	message?: PatternSource;
	system?: PatternSource;
	tools?: GlobsSource;
	toolResult?: ToolResultSource;
	turn?: NumbersSource;
	nth?: NumbersSource;
	image?: boolean;
	document?: boolean;
	video?: boolean;
	request?: JsonObject;
	account?: GlobsSource;
	region?: GlobsSource;
	session?: GlobsSource;
	metadata?: Record<string, GlobsSource>;
	any?: WhenSource[];
	not?: WhenSource;
}

export interface ToolSource {
	name: string;
	input?: JsonObject;
	id?: string;
	server?: boolean;
}

export type ReasoningSource =
	| string
	| { text?: string; signature?: string; redacted?: string };

export type ImageSource =
	| string
	| { format?: string; file?: string; bytes?: string };

export interface BlockSource {
	text?: string;
	deltas?: string[];
	citations?: JsonObject[];
	reasoning?: ReasoningSource;
	tool?: ToolSource;
	image?: ImageSource;
}

export interface ReplySource extends BlockSource {
	tools?: ToolSource[];
	content?: BlockSource[];
	stopReason?: string;
	usage?: Record<string, number>;
	pace?: {
		firstToken?: number | string;
		tokensPerSecond?: number;
		jitter?: number;
	};
	headers?: Record<string, string | number>;
	fields?: JsonObject;
	native?: Json;
	chunks?: Json[];
	events?: JsonObject[];
	error?: string | ({ name: string; message?: string } & JsonObject);
	fault?: JsonObject;
	next?: true | "rule" | "engine";
	engine?: string;
}

/** Where in a script something stands: keys and list positions from its root. */
export type ScriptPath = readonly (string | number)[];

/** Something wrong with a script. */
export interface ScriptProblem {
	/** As the user named it; an empty string for rules that come from no file. */
	file: string;
	/** From 1. */
	line: number;
	column: number;
	/** Whole sentences. */
	message: string;
	/** error: the script is not loaded, or `outcrop check` fails; warning: it may be meant. */
	severity: "error" | "warning";
}
