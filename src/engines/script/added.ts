import type { CompiledRule } from "./compile.ts";
import type { RuleList } from "./rule-list.ts";

/** Rules as they were added. */
export interface AddedRules {
	id: string;
	/** Undefined: they answer every namespace. */
	namespace: string | undefined;
	/** A list of rules, a script, or the text of one. */
	source: unknown;
}

interface Added extends AddedRules {
	rules: CompiledRule[];
}

/** Rules that were added while the emulator runs; what was added last stands first. */
export class AddedList {
	#added: Added[] = [];
	/** Lists over them, by namespace; made when asked for. */
	readonly #lists = new Map<string | undefined, RuleList>();
	#adds = 0;

	get isEmpty(): boolean {
		return this.#added.length === 0;
	}

	/** Every rule, in order. */
	get all(): CompiledRule[] {
		return this.#added.flatMap(({ rules }) => rules);
	}

	/** The id that the next `add` takes; given once. */
	nextId(): string {
		return `rules-${++this.#adds}`;
	}

	add(added: Added): void {
		this.#added.unshift(added);
		this.#lists.delete(added.namespace);
	}

	/** Puts rules in place of those of an id; false when there is no such thing. */
	replace(id: string, source: unknown, rules: CompiledRule[]): boolean {
		const added = this.find(id);
		if (!added) return false;
		Object.assign(added, { source, rules });
		this.#lists.delete(added.namespace);
		return true;
	}

	/** False when there is no such thing. */
	remove(id: string): boolean {
		const added = this.find(id);
		if (!added) return false;
		this.#added = this.#added.filter((one) => one !== added);
		this.#lists.delete(added.namespace);
		return true;
	}

	find(id: string): Added | undefined {
		return this.#added.find((one) => one.id === id);
	}

	/** Forgets those of a namespace, or all. */
	reset(namespace?: string): void {
		if (namespace === undefined) {
			this.#added = [];
			this.#lists.clear();
			this.#adds = 0;
			return;
		}
		this.#added = this.#added.filter((added) => added.namespace !== namespace);
		this.#lists.delete(namespace);
	}

	/** What was added for exactly this namespace, as a list; undefined when there is nothing. */
	listOf(
		namespace: string | undefined,
		List: typeof RuleList,
	): RuleList | undefined {
		const known = this.#lists.get(namespace);
		if (known) return known;
		const rules = this.#added
			.filter((added) => added.namespace === namespace)
			.flatMap((added) => added.rules);
		if (rules.length === 0) return undefined;
		const list = new List(rules);
		this.#lists.set(namespace, list);
		return list;
	}

	/** What a namespace's requests are held against, in order: its own, then those for all; without one, everything. */
	seenBy(namespace: string | undefined): Added[] {
		const isOwn = (added: Added) =>
			added.namespace !== undefined &&
			(namespace ?? added.namespace) === added.namespace;
		return [
			...this.#added.filter(isOwn),
			...this.#added.filter((added) => added.namespace === undefined),
		];
	}
}
