import type { Call, Clock, Random } from "../call.ts";
import { ConfigError, invalid } from "../errors.ts";
import { readAttempt } from "../journal/headers.ts";
import { matchesAny, matchesModel } from "../models/glob.ts";
import { seededRandom } from "../random.ts";
import { type FaultSpec, readFaults } from "./fault.ts";
import { parseJson } from "./fault-text.ts";
import { combinePlans, type FaultPlan } from "./plan.ts";
import { canSuffer, isFailure, planOf } from "./play.ts";

/** A fault that waits for its calls. */
export interface Fault {
	/** Such as `fault-1`. */
	id: string;
	spec: FaultSpec;
	/** When it was added, in milliseconds since the epoch. */
	addedAtMs: number;
	/** How many calls it has hit. */
	hits: number;
}

/** A fault that has hit as often as it may is kept for the list; with that many faults the used ones go. */
const maxFaults = 1000;

/** The faults of one emulator: those of its configuration, and those added while it runs. */
export class Faults {
	readonly #clock: Clock;
	readonly #seed: number;
	readonly #configured: readonly FaultSpec[];
	#all: Waiting[] = [];
	/** Those that may still hit: looked at by every call. */
	#live: readonly Waiting[] = [];
	#added = 0;

	/** @param options.specs - of the configuration: a reset brings them back */
	constructor(options: {
		clock: Clock;
		seed: number;
		specs?: readonly FaultSpec[];
	}) {
		this.#clock = options.clock;
		this.#seed = options.seed;
		this.#configured = options.specs ?? [];
		this.reset();
	}

	/**
	 * Adds a fault; one of the same name and namespace goes.
	 *
	 * @param namespace - for a fault that names none
	 * @returns its id
	 * @throws ConfigError when there are too many
	 */
	add(given: FaultSpec, namespace?: string): string {
		const named = given.namespace ?? namespace;
		const spec = named === undefined ? given : { ...given, namespace: named };
		this.#all = this.#all.filter(
			(other) =>
				spec.name === undefined ||
				other.spec.name !== spec.name ||
				other.spec.namespace !== spec.namespace,
		);
		if (this.#all.length >= maxFaults)
			this.#all = this.#all.filter((other) => !isUsedUp(other));
		if (this.#all.length >= maxFaults)
			throw new ConfigError(
				`There are ${maxFaults} faults already. Remove some first.`,
			);
		const number = ++this.#added;
		const fault = {
			id: `fault-${number}`,
			spec,
			addedAtMs: this.#clock.now(),
			hits: 0,
			random: seededRandom(spec.seed ?? this.#seed + number),
		};
		this.#all.push(fault);
		this.#refresh();
		return fault.id;
	}

	/** All faults, oldest first: those of a namespace, or every one. */
	list(namespace?: string): Fault[] {
		return this.#all
			.filter(
				({ spec }) => namespace === undefined || spec.namespace === namespace,
			)
			.map(({ id, spec, addedAtMs, hits }) => ({ id, spec, addedAtMs, hits }));
	}

	/** @returns false when there is none with this id or name */
	remove(idOrName: string): boolean {
		const kept = this.#all.filter(
			({ id, spec }) => id !== idOrName && spec.name !== idOrName,
		);
		const removed = kept.length < this.#all.length;
		this.#all = kept;
		this.#refresh();
		return removed;
	}

	/** Forgets the faults of a namespace; without one, all but those of the configuration, which begin anew. */
	reset(namespace?: string): void {
		if (namespace !== undefined) {
			this.#all = this.#all.filter(({ spec }) => spec.namespace !== namespace);
		} else {
			this.#all = [];
			this.#added = 0;
			for (const spec of this.#configured) this.add(spec);
		}
		this.#refresh();
	}

	/**
	 * What a call suffers; undefined for nearly all. The fault of the header comes first, then the others, oldest first: of
	 * those that make a call fail one plays, of those that slow it each.
	 *
	 * @param modelId - as received, percent-decoded
	 * @param headers - of the request: `x-outcrop-fault` is a fault, or JSON of one or several; `amz-sdk-request` tells an
	 * SDK's attempts apart, for a header with `times`
	 * @throws ServiceError `ValidationException` on a header that cannot be read
	 */
	plan(
		call: Call,
		modelId: string | undefined,
		headers: Readonly<Record<string, string>>,
	): FaultPlan | undefined {
		const header = headers["x-outcrop-fault"];
		if (header === undefined && this.#live.length === 0) return undefined;
		const plans: FaultPlan[] = [];
		let fails = false;
		const suffer = (spec: FaultSpec, hits: () => boolean) => {
			if (fails && isFailure(spec)) return;
			if (!concerns(spec, call, modelId) || !hits()) return;
			fails ||= isFailure(spec);
			plans.push(planOf(spec, call));
		};
		if (header !== undefined) {
			const attempt = readAttempt(headers["amz-sdk-request"]) ?? 1;
			for (const spec of readHeader(header))
				suffer(
					spec,
					() =>
						attempt <= (spec.times ?? attempt) &&
						hitsByChance(spec, call.random),
				);
		}
		for (const fault of this.#live) suffer(fault.spec, () => this.#hit(fault));
		return combinePlans(plans);
	}

	#hit(fault: Waiting): boolean {
		if (!hitsByChance(fault.spec, fault.random)) return false;
		fault.hits++;
		if (isUsedUp(fault)) this.#refresh();
		return true;
	}

	#refresh(): void {
		this.#live = this.#all.filter((fault) => !isUsedUp(fault));
	}
}

interface Waiting extends Fault {
	random: Random;
}

function isUsedUp({ spec, hits }: Fault): boolean {
	return hits >= (spec.times ?? Number.POSITIVE_INFINITY);
}

function hitsByChance({ probability }: FaultSpec, random: Random): boolean {
	return probability === undefined || random.next() < probability;
}

function concerns(
	spec: FaultSpec,
	call: Call,
	modelId: string | undefined,
): boolean {
	if (spec.namespace !== undefined && spec.namespace !== call.namespace)
		return false;
	if (spec.operation && !matchesAny(spec.operation, call.operation))
		return false;
	if (!canSuffer(spec, call)) return false;
	if (!spec.model) return true;
	return modelId !== undefined && matchesModel(spec.model, modelId);
}

function readHeader(header: string): FaultSpec[] {
	try {
		const trimmed = header.trim();
		return readFaults(trimmed.startsWith("[") ? parseJson(trimmed) : trimmed);
	} catch (error) {
		if (!(error instanceof ConfigError)) throw error;
		throw invalid(`x-outcrop-fault: ${error.message}`);
	}
}
