import type { FaultSpec } from "../faults/fault.ts";
import type { QuotaSpec } from "../faults/quota.ts";
import type { Exchange } from "./exchange.ts";

/** What a client of the AWS SDK is made with; spread it: `new BedrockRuntimeClient({ ...outcrop.clientConfig() })`. */
export interface ClientConfig {
	endpoint: string;
	region: string;
	credentials: { accessKeyId: string; secretAccessKey: string };
	maxAttempts?: number;
}

/** A failure on purpose. `model` and `operation` may be one pattern; times are milliseconds, or text such as `2s`. */
export type Fault = Omit<
	FaultSpec,
	"model" | "operation" | "delay" | "namespace"
> & {
	model?: string | string[];
	operation?: string | string[];
	/** Before the first token: `400`, `"2s"`, `{ p50: "400ms", p99: "3s" }`, or `{ firstToken, betweenTokens }`. */
	delay?: number | string | Record<string, unknown>;
};

/** What an account may use. `model` may be one pattern. */
export type Quota = Omit<QuotaSpec, "model" | "namespace" | "latency"> & {
	model?: string | string[];
	/** `{ capacity: 20, firstToken: "400ms" }` */
	latency?: Record<string, unknown>;
};

/** A rule that is in force. */
export interface RuleInForce {
	name: string;
	/** Undefined for rules of files. */
	id?: string;
	/** Undefined: it answers every namespace. */
	namespace?: string;
	/** How often it has answered here. */
	answered: number;
	/** As it was written. */
	source: unknown;
}

/** How long to wait for exchanges, and for how many. */
export interface WaitOptions {
	/** Of real time; default 5000. */
	timeoutMs?: number;
	/** Only exchanges after this one. */
	after?: Pick<Exchange, "sequence">;
}
