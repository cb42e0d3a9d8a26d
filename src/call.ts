/** What every layer may know of a call: who calls, until when, what time it is, and where chance comes from. */
import type { FaultPlan } from "./faults/plan.ts";

/** Time as the emulator sees it; tests may move it. */
export interface Clock {
	/** Milliseconds since the epoch. */
	now(): number;
	/** Resolves after `delayMs` of this clock's time; rejects with the signal's reason when it aborts first. */
	sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}

/** Seeded chance: the same seed gives the same numbers. */
export interface Random {
	/** A number in [0, 1). */
	next(): number;
}

/** Who calls, as the request says (checked only with `--verify-signatures`). */
export interface Identity {
	kind: "sigv4" | "presigned" | "bearer" | "anonymous";
	/** Access key id; an empty string for long-term bearer keys and anonymous calls. */
	accessKeyId: string;
	/** 12 digits: the access key id when it is one, else `000000000000`. */
	accountId: string;
	/** From the credential scope, else the configured default region. */
	region: string;
}

/** default: what AWS refuses for everybody; strict: also account, region and lifecycle; floci: the seed contract. */
export type Mode = "default" | "strict" | "floci";

/**
 * What the layers a call passes through say of it, for the journal: who answered and why, what was done to it on purpose.
 * Everybody may write, nobody decides by it.
 */
export interface Notes {
	/** The engine that answered. */
	engine?: string;
	/** The model server that the engine asked, and its model: `localhost:11434: llama3.2`. */
	upstream?: string;
	/** The script rule that answered: its name, or file and line. */
	rule?: string;
	/** Rules that did not answer, nearest first, each with the condition that failed. */
	misses?: Miss[];
	/** Faults that were played, in order. */
	faults?: string[];
	/** Members of the request that were accepted and change nothing. */
	ignored?: string[];
}

/** A script rule that did not answer. */
export interface Miss {
	rule: string;
	/** The first condition that failed: what was expected and what was met. */
	why: string;
}

/** A request as it travelled. */
export interface WireRequest {
	readonly method: string;
	/** Not decoded, without the query. */
	readonly path: string;
	/** As sent, without `?`. */
	readonly query: string;
	/** Names in lower case. They hold credentials: never keep or log them whole. */
	readonly headers: Readonly<Record<string, string>>;
	readonly body: Uint8Array;
}

/** One operation invoked. */
export interface Call {
	/** The request id, a UUID; also sent as `x-amzn-RequestId`. */
	readonly id: string;
	readonly service: string;
	readonly operation: string;
	readonly identity: Identity;
	/**
	 * Separates what parallel tests script, break, count and look at: the header `x-outcrop-namespace`, else the access key
	 * id, else an empty string.
	 */
	readonly namespace: string;
	readonly mode: Mode;
	readonly clock: Clock;
	readonly random: Random;
	/** Aborts when the client hangs up or the server stops. */
	readonly signal: AbortSignal;
	readonly notes: Notes;
	/** For engines that send the request on, or hold what was answered to it. */
	readonly wire: WireRequest;
	/**
	 * Adds to what the call suffers on purpose, before its operation has answered. An engine that adds a plan plays the
	 * plan's `before` itself: the call's own was played before the engine was asked.
	 */
	suffer(plan: FaultPlan): void;
}
