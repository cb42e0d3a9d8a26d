/** What Outcrop's API says, as `GET /_outcrop/api/openapi.json` lists it. */

export type Json =
	| null
	| boolean
	| number
	| string
	| Json[]
	| { [name: string]: Json };

/** What a list shows of an exchange. */
export interface Summary {
	id: string;
	sequence: number;
	namespace: string;
	service: string;
	operation: string;
	modelId?: string;
	startedAtMs: number;
	firstEventMs?: number;
	durationMs?: number;
	status?: number;
	state: "ok" | "error" | "broken";
	error?: { name: string; message: string };
	usage?: Usage;
	priceUsd?: number;
	engine?: string;
	rule?: string;
	faults?: string[];
	attempt?: number;
	firstWords?: string;
}

export interface Usage {
	inputTokens: number;
	outputTokens: number;
	totalTokens: number;
	cacheReadInputTokens?: number;
	cacheWriteInputTokens?: number;
}

/** One exchange, whole. Long bytes in it are cut; its parts are to be had in full. */
export interface Exchange extends Summary {
	identity: { kind: string; accountId: string; region: string };
	method: string;
	path: string;
	httpVersion: string;
	requestHeaders: Record<string, string>;
	input?: Json;
	output?: Json;
	events?: StreamEvent[];
	notes: {
		engine?: string;
		rule?: string;
		misses?: { rule: string; why: string }[];
		faults?: string[];
		ignored?: string[];
	};
}

export interface StreamEvent {
	/** Milliseconds from the start. */
	atMs: number;
	event: Json;
}

export interface Health {
	version: string;
	mode: string;
	engines: string[];
}

/** By what exchanges can be told apart, each with how many have it. */
export interface Facets {
	namespaces: Facet[];
	operations: Facet[];
	models: Facet[];
	answeredBy: Facet[];
}

export interface Facet {
	value: string;
	count: number;
}
