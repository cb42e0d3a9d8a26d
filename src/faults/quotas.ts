import type { TokenUsage } from "@aws-sdk/client-bedrock-runtime";
import type { Call, Clock } from "../call.ts";
import { ConfigError } from "../errors.ts";
import { matchesAny } from "../models/glob.ts";
import { resolveModelId } from "../models/resolve.ts";
import { hashText, seededRandom } from "../random.ts";
import { burndownOf } from "./burndown.ts";
import { drawLatency, type Waits } from "./latency.ts";
import {
	type Meter,
	type MeterReading,
	type Owner,
	readMeter,
	refuse,
	Share,
	startMeter,
} from "./meter.ts";
import type { QuotaSpec } from "./quota.ts";

/** A quota with its meters. */
export interface Quota {
	id: string;
	spec: QuotaSpec;
	meters: MeterReading[];
}

/** What a call holds of its quotas. */
export interface Reservation {
	/** How long the model takes under load; undefined when no quota says so. */
	readonly waits: Waits | undefined;
	/** Says what the reply used, as soon as that is known; it counts when the call ends. */
	settle(usage: TokenUsage): void;
	/**
	 * The call has ended, in whatever way: what was reserved becomes input + cache writes + output × burndown. When nobody
	 * said what was used (the reply broke) the input stays counted and the rest is given back (assumed). Once.
	 */
	release(): void;
}

const maxQuotas = 1000;
/** Model ids and namespaces come from clients, who must not fill the memory. */
const maxMeters = 10_000;

/**
 * The quotas of one emulator.
 *
 * At the start of a call all its input tokens, cached ones included, and `maxTokens` are taken from the quotas of tokens; at
 * its end that is corrected to input + cache writes + output × burndown, without what was read from a cache.
 *
 * Source: How tokens are counted in Amazon Bedrock (documented). The order of the checks, that a refused call counts
 * nowhere, and that AWS's corrections while the reply is running may be left out are assumed.
 */
export class Quotas {
	readonly #clock: Clock;
	readonly #configured: readonly QuotaSpec[];
	#all: Metered[] = [];
	#added = 0;

	/** @param options.specs - of the configuration: a reset brings them back */
	constructor(options: { clock: Clock; specs?: readonly QuotaSpec[] }) {
		this.#clock = options.clock;
		this.#configured = options.specs ?? [];
		this.reset();
	}

	/** True when no call needs to reserve anything. */
	get isEmpty(): boolean {
		return this.#all.length === 0;
	}

	/**
	 * Adds a quota; one of the same name and namespace goes, with its meters.
	 *
	 * @param namespace - for a quota that names none
	 * @returns its id
	 * @throws ConfigError when there are too many
	 */
	set(given: QuotaSpec, namespace?: string): string {
		const named = given.namespace ?? namespace;
		const spec = named === undefined ? given : { ...given, namespace: named };
		const kept = this.#all.filter(
			(other) =>
				spec.name === undefined ||
				other.spec.name !== spec.name ||
				other.spec.namespace !== spec.namespace,
		);
		if (kept.length >= maxQuotas)
			throw new ConfigError(
				`There are ${maxQuotas} quotas already. Remove some first.`,
			);
		const id = `quota-${++this.#added}`;
		this.#all = [...kept, { id, spec, meters: new Map() }];
		return id;
	}

	/** All quotas with what is used of them now. */
	list(namespace?: string): Quota[] {
		const now = this.#clock.now();
		return this.#all
			.filter(
				({ spec }) => namespace === undefined || spec.namespace === namespace,
			)
			.map(({ id, spec, meters }) => ({
				id,
				spec,
				meters: [...meters.values()].map((meter) => readMeter(meter, now)),
			}));
	}

	/** @returns false when there is none with this id or name */
	remove(idOrName: string): boolean {
		const before = this.#all.length;
		this.#all = this.#all.filter(
			({ id, spec }) => id !== idOrName && spec.name !== idOrName,
		);
		return this.#all.length < before;
	}

	/** Forgets the quotas and meters of a namespace; without one, all but the configured quotas, which begin anew. */
	reset(namespace?: string): void {
		if (namespace === undefined) {
			this.#all = [];
			this.#added = 0;
			for (const spec of this.#configured) this.set(spec);
			return;
		}
		this.#all = this.#all.filter(({ spec }) => spec.namespace !== namespace);
		for (const { meters } of this.#all) {
			for (const [key, { owner }] of meters) {
				if (owner.namespace === namespace) meters.delete(key);
			}
		}
	}

	/**
	 * Takes a call's share of every quota that counts it, or of none.
	 *
	 * @param modelId - as received, percent-decoded
	 * @param inputTokens - all of the input, cached tokens included
	 * @param maxTokens - what the request asks, else the model's own maximum
	 * @returns undefined when no quota counts the call
	 * @throws ServiceError `ThrottlingException` in AWS's words when a quota is used up; `ServiceUnavailableException` when
	 * too many calls run at once
	 */
	reserve(
		call: Call,
		modelId: string,
		inputTokens: number,
		maxTokens: number,
	): Reservation | undefined {
		if (this.isEmpty) return undefined;
		const { baseId, profilePrefix } = resolveModelId(modelId);
		const owner: Owner = {
			model: profilePrefix ? `${profilePrefix}.${baseId}` : baseId,
			account: call.identity.accountId,
			region: call.identity.region,
			namespace: call.namespace,
		};
		const counting = this.#all
			.filter(({ spec }) => counts(spec, owner))
			.map((quota) => ({ quota, meter: meterOf(quota, owner) }));
		if (counting.length === 0) return undefined;
		const now = call.clock.now();
		const tokens = inputTokens + maxTokens;
		for (const { quota, meter } of counting) {
			const refusal = refuse(quota.spec, meter, tokens, now);
			if (!refusal) continue;
			meter.throttled++;
			throw refusal;
		}
		const shares = counting.map(({ quota, meter }) => {
			const burndown = quota.spec.burndown ?? burndownOf(baseId);
			return new Share(meter, inputTokens, tokens, burndown, now);
		});
		let used: TokenUsage | undefined;
		return {
			waits: waitsUnderLoad(counting, call),
			settle(usage) {
				used = usage;
			},
			release() {
				for (const share of shares.splice(0)) share.release(used);
			},
		};
	}
}

interface Metered {
	id: string;
	spec: QuotaSpec;
	meters: Map<string, Meter>;
}

function counts(spec: QuotaSpec, owner: Owner): boolean {
	return (
		(spec.model === undefined || matchesAny(spec.model, owner.model)) &&
		(spec.account ?? owner.account) === owner.account &&
		(spec.region ?? owner.region) === owner.region &&
		(spec.namespace ?? owner.namespace) === owner.namespace
	);
}

function meterOf({ meters }: Metered, owner: Owner): Meter {
	const { model, account, region, namespace } = owner;
	const key = [model, account, region, namespace].join("\n");
	const known = meters.get(key);
	if (known) return known;
	const [oldest] = meters.size >= maxMeters ? meters.keys() : [];
	if (oldest !== undefined) meters.delete(oldest);
	const meter = startMeter(owner);
	meters.set(key, meter);
	return meter;
}

/** The waits of the first quota with waits. The load is looked at when a wait begins. */
function waitsUnderLoad(
	counting: { quota: Metered; meter: Meter }[],
	call: Call,
): Waits | undefined {
	const loaded = counting.find(({ quota }) => quota.spec.latency);
	const latency = loaded?.quota.spec.latency;
	if (!loaded || !latency) return undefined;
	const random = seededRandom(hashText(call.id));
	const stretch = () => Math.max(1, loaded.meter.running / latency.capacity);
	return {
		firstTokenMs: () => drawLatency(latency.firstToken, random) * stretch(),
		betweenTokensMs: () =>
			drawLatency(latency.betweenTokens, random) * stretch(),
	};
}
