import { ConfigError } from "../errors.ts";
import { isObject } from "../json.ts";
import { type Latency, latency } from "./latency.ts";
import {
	type Member,
	type Members,
	patterns,
	readMembers,
	text,
	wholeNumber,
} from "./members.ts";

/**
 * How long calls take under load. Up to `capacity` calls at once the times are as given; with more, each is longer by as
 * much as there are too many: 30 calls on a capacity of 20 take 1.5 times as long. A model's throughput is then shared.
 */
export interface LoadLatency {
	/** Calls at once, 1 or more. */
	capacity: number;
	firstToken?: Latency;
	betweenTokens?: Latency;
}

/**
 * What an account may use of a model. Every model id that matches has meters of its own, and so has each inference profile
 * of it, each account, Region and namespace.
 */
export interface QuotaSpec {
	/** Names it in lists; a later quota of the same name takes its place. */
	name?: string;
	/**
	 * Model ids, `*` for any characters: `anthropic.*` is on-demand use by the bare id, `us.anthropic.*` use by the inference
	 * profile. All models when absent.
	 */
	model?: string[];
	/** 12 digits. */
	account?: string;
	region?: string;
	namespace?: string;
	requestsPerMinute?: number;
	tokensPerMinute?: number;
	tokensPerDay?: number;
	/** Calls that may run at once. */
	concurrency?: number;
	/** How many tokens of a quota an output token takes; as AWS has it for the model when absent. */
	burndown?: number;
	latency?: LoadLatency;
}

const limit = wholeNumber(0, Number.MAX_SAFE_INTEGER);

const loadMembers: Members<LoadLatency> = {
	capacity: wholeNumber(1, 1_000_000, "calls"),
	firstToken: latency,
	betweenTokens: latency,
};

const loadLatency: Member<LoadLatency> = {
	takes:
		"{ capacity, firstToken, betweenTokens }, such as { capacity: 20, firstToken: 400ms }",
	read(value) {
		if (!isObject(value)) return undefined;
		const read = readMembers<LoadLatency>(
			value,
			"A quota's latency",
			loadMembers,
		);
		return "capacity" in read ? read : undefined;
	},
};

const members: Members<QuotaSpec> = {
	name: text,
	model: patterns,
	account: {
		takes: 'an account id of 12 digits in quotes, such as "123456789012"',
		read: (value) =>
			typeof value === "string" && /^\d{12}$/u.test(value) ? value : undefined,
	},
	region: text,
	namespace: text,
	requestsPerMinute: limit,
	tokensPerMinute: limit,
	tokensPerDay: limit,
	concurrency: limit,
	burndown: wholeNumber(1, 1000),
	latency: loadLatency,
};

/**
 * Reads one quota.
 *
 * @throws ConfigError that says what was met, what was expected and what to do
 */
export function readQuota(value: unknown): QuotaSpec {
	const spec = readMembers<QuotaSpec>(value, "A quota", members);
	const { requestsPerMinute, tokensPerMinute, tokensPerDay } = spec;
	const limits = [requestsPerMinute, tokensPerMinute, tokensPerDay];
	if (
		limits.every((one) => one === undefined) &&
		spec.concurrency === undefined &&
		spec.latency === undefined
	)
		throw new ConfigError(
			"A quota limits nothing. Add requestsPerMinute, tokensPerMinute, tokensPerDay, concurrency or latency.",
		);
	return spec;
}

/**
 * Reads one quota, or a list of them.
 *
 * @throws ConfigError
 */
export function readQuotas(value: unknown): QuotaSpec[] {
	if (!Array.isArray(value)) return [readQuota(value)];
	return value.map((item, index) => {
		try {
			return readQuota(item);
		} catch (error) {
			if (!(error instanceof ConfigError)) throw error;
			throw new ConfigError(`Quota ${index + 1} of the list: ${error.message}`);
		}
	});
}
