/** What the API says of faults, quotas and the clock, as far as the console shows it. */

/** A fault as the API takes it. */
export interface FaultSpec {
	name?: string;
	throw?: string;
	message?: string;
	status?: number;
	html?: boolean;
	break?: string;
	every?: number | string;
	pieceBytes?: number;
	delay?: Delay;
	after?: number;
	times?: number;
	probability?: number;
	model?: string | string[];
	operation?: string | string[];
	namespace?: string;
}

/** Milliseconds, or a distribution of them, before the first token and between tokens. */
export interface Delay {
	firstToken?: Latency;
	betweenTokens?: Latency;
}

/** How long something takes: always the same, or by chance. */
export type Latency = number | string | Record<string, number>;

/** A fault that waits for its calls, or has hit as often as it may. */
export interface Fault {
	id: string;
	spec: FaultSpec;
	hits: number;
}

/** A quota as the API takes it. */
export interface QuotaSpec {
	name?: string;
	model?: string | string[];
	account?: string;
	region?: string;
	namespace?: string;
	requestsPerMinute?: number;
	tokensPerMinute?: number;
	tokensPerDay?: number;
	concurrency?: number;
}

/** What is used of a quota, by one model of one account, Region and namespace. */
export interface MeterReading {
	model: string;
	account: string;
	region: string;
	namespace: string;
	requestsThisMinute: number;
	tokensThisMinute: number;
	tokensToday: number;
	minuteEndsInMs: number;
	running: number;
	throttled: number;
}

/** A quota with its meters. */
export interface Quota {
	id: string;
	spec: QuotaSpec;
	meters: MeterReading[];
}

/** The emulator's time. */
export interface EmulatorClock {
	nowMs: number;
	/** How far it is ahead of the machine's. */
	aheadMs: number;
}
