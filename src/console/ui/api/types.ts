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

/** A model as the catalogue has it. */
export interface Model {
	id: string;
	name: string;
	provider: string;
	/** Of native bodies, such as `Anthropic Messages`. */
	family: string;
	can: string[];
	reads?: string[];
	writes?: string[];
	contextWindow?: number;
	maxOutputTokens?: number;
	lifecycle: {
		state: "active" | "legacy" | "ended";
		startOfLifeTime?: string;
		legacyTime?: string;
		publicExtendedAccessTime?: string;
		endOfLifeTime?: string;
	};
	isCurrent: boolean;
	isGranted: boolean;
	prices?: Prices;
	pricesByProfile?: Record<string, [input: number, output: number]>;
	invokedBy?: string[];
	regions?: string[];
	onDemandRegions?: string[];
	profiles: string[];
	source?: string;
}

/** US dollars a million tokens; `image` a picture. */
export interface Prices {
	input?: number;
	output?: number;
	cacheRead?: number;
	cacheWrite?: number;
	image?: number;
}

/** A model with the routes of its profiles. */
export interface ModelDetail extends Omit<Model, "profiles"> {
	profiles: {
		id: string;
		/** An empty name is any Region, `<source>` the caller's. */
		routes?: { sourceRegions: string[]; destinationRegions: string[] }[];
	}[];
}

/** Sums over exchanges; times in milliseconds, null where nothing was measured. */
export interface Measures {
	calls: number;
	errors: number;
	inputTokens: number;
	outputTokens: number;
	priceUsd: number;
	savedUsd: number;
	p50Ms: number | null;
	p95Ms: number | null;
	firstP50Ms: number | null;
	firstP95Ms: number | null;
}

export interface Overview {
	sinceMs: number;
	nowMs: number;
	stepMs: number;
	total: Measures;
	window: Measures;
	/** Those in which something ended, oldest first. */
	steps: (Measures & { startMs: number })[];
	models: NamedMeasures[];
	answeredBy: NamedMeasures[];
	errors: NamedMeasures[];
}

export interface NamedMeasures extends Measures {
	name: string;
}
