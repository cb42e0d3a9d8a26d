import type { CompiledRule } from "./compile.ts";

/** More namespaces than this push out the oldest: a header must not fill the memory. */
const maxNamespaces = 1_000;
const maxCounters = 1_000;

/** What rules have done in one namespace. */
export class ScriptState {
	readonly #answered = new Map<CompiledRule, number>();
	readonly #met = new Map<CompiledRule, number>();
	readonly #counters = new Map<string, number>();

	answered(rule: CompiledRule): number {
		return this.#answered.get(rule) ?? 0;
	}

	/** One more answer; says the how manieth it is, from 1. */
	addAnswer(rule: CompiledRule): number {
		return addOne(this.#answered, rule);
	}

	/** One more request that met the rule's conditions; says the how manieth it is, from 1. */
	addMeeting(rule: CompiledRule): number {
		return addOne(this.#met, rule);
	}

	/** Adds one to a named counter; past the bound on their number it stays at 1. */
	addCount(name: string): number {
		if (this.#counters.size >= maxCounters && !this.#counters.has(name))
			return 1;
		return addOne(this.#counters, name);
	}

	/** Forgets the rules that are no longer there. */
	keepOnly(rules: ReadonlySet<CompiledRule>): void {
		for (const counts of [this.#answered, this.#met])
			for (const rule of counts.keys())
				if (!rules.has(rule)) counts.delete(rule);
	}
}

function addOne<Key>(counts: Map<Key, number>, key: Key): number {
	const count = (counts.get(key) ?? 0) + 1;
	counts.set(key, count);
	return count;
}

/** The states of all namespaces. */
export class ScriptStates {
	readonly #states = new Map<string, ScriptState>();

	of(namespace: string): ScriptState {
		const known = this.#states.get(namespace);
		if (known) return known;
		const [oldest] = this.#states.keys();
		if (this.#states.size >= maxNamespaces && oldest !== undefined)
			this.#states.delete(oldest);
		const state = new ScriptState();
		this.#states.set(namespace, state);
		return state;
	}

	/** How often a rule has answered, in all namespaces. */
	answered(rule: CompiledRule): number {
		let count = 0;
		for (const state of this.#states.values()) count += state.answered(rule);
		return count;
	}

	/** @param namespace - undefined: all of them */
	reset(namespace?: string): void {
		if (namespace === undefined) this.#states.clear();
		else this.#states.delete(namespace);
	}

	keepOnly(rules: ReadonlySet<CompiledRule>): void {
		for (const state of this.#states.values()) state.keepOnly(rules);
	}
}
