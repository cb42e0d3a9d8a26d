import type { TokenUsage } from "@aws-sdk/client-bedrock-runtime";
import { ServiceError } from "../errors.ts";
import { throttled } from "./exceptions.ts";
import type { QuotaSpec } from "./quota.ts";
import { UsageWindow } from "./window.ts";

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** Whose use of which model is metered. */
export interface Owner {
	/** The model id, with the prefix of its inference profile. */
	model: string;
	account: string;
	region: string;
	namespace: string;
}

/** What one owner uses of one quota. */
export interface Meter {
	owner: Owner;
	requests: UsageWindow;
	minute: UsageWindow;
	day: UsageWindow;
	running: number;
	throttled: number;
}

/** Nothing is used yet. */
export function startMeter(owner: Owner): Meter {
	return {
		owner,
		requests: new UsageWindow(minuteMs),
		minute: new UsageWindow(minuteMs),
		day: new UsageWindow(dayMs),
		running: 0,
		throttled: 0,
	};
}

/** What was used of a quota by one account, in one Region and namespace, of one model. */
export interface MeterReading extends Owner {
	requestsThisMinute: number;
	tokensThisMinute: number;
	tokensToday: number;
	/** Milliseconds until the minute ends, 0 when none has begun. */
	minuteEndsInMs: number;
	dayEndsInMs: number;
	/** Calls that run now. */
	running: number;
	/** Calls that were refused. */
	throttled: number;
}

/** The meter as it stands at a time. */
export function readMeter(meter: Meter, now: number): MeterReading {
	const { requests, minute, day, running, throttled } = meter;
	const minuteEnd = Math.max(requests.endsAt(now), minute.endsAt(now));
	return {
		...meter.owner,
		requestsThisMinute: requests.used(now),
		tokensThisMinute: minute.used(now),
		tokensToday: day.used(now),
		minuteEndsInMs: minuteEnd - now,
		dayEndsInMs: day.endsAt(now) - now,
		running,
		throttled,
	};
}

/**
 * What AWS answers when a call does not fit any more; undefined when it does.
 *
 * @param tokens - what the call reserves
 */
export function refuse(
	spec: QuotaSpec,
	{ requests, minute, day, running }: Meter,
	tokens: number,
	now: number,
): ServiceError | undefined {
	const isOver = (used: number, limit: number | undefined) =>
		limit !== undefined && used > limit;
	if (isOver(requests.used(now) + 1, spec.requestsPerMinute))
		return new ServiceError("ThrottlingException", throttled.requests);
	if (isOver(minute.used(now) + tokens, spec.tokensPerMinute))
		return new ServiceError("ThrottlingException", throttled.tokens);
	if (isOver(day.used(now) + tokens, spec.tokensPerDay))
		return new ServiceError("ThrottlingException", throttled.tokensPerDay);
	if (isOver(running + 1, spec.concurrency))
		return new ServiceError(
			"ServiceUnavailableException",
			throttled.connections,
		);
	return undefined;
}

/** What one call holds of one meter. */
export class Share {
	readonly #meter: Meter;
	readonly #inputTokens: number;
	readonly #reserved: number;
	readonly #burndown: number;
	readonly #minuteEndsAtMs: number;
	readonly #dayEndsAtMs: number;

	constructor(
		meter: Meter,
		inputTokens: number,
		reserved: number,
		burndown: number,
		now: number,
	) {
		this.#meter = meter;
		this.#inputTokens = inputTokens;
		this.#reserved = reserved;
		this.#burndown = burndown;
		meter.running++;
		meter.requests.use(1, now);
		this.#minuteEndsAtMs = meter.minute.use(reserved, now);
		this.#dayEndsAtMs = meter.day.use(reserved, now);
	}

	release(usage: TokenUsage | undefined): void {
		const used = usage ? this.#count(usage) : this.#inputTokens;
		const by = used - this.#reserved;
		this.#meter.minute.correct(by, this.#minuteEndsAtMs);
		this.#meter.day.correct(by, this.#dayEndsAtMs);
		this.#meter.running--;
	}

	#count(usage: TokenUsage): number {
		const {
			inputTokens = 0,
			outputTokens = 0,
			cacheWriteInputTokens = 0,
		} = usage;
		return inputTokens + cacheWriteInputTokens + outputTokens * this.#burndown;
	}
}
