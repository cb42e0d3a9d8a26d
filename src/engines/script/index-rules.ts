import type { Field, Key } from "./condition.ts";

/** Characters of a literal that the index looks at. */
const gramLength = 4;

/** The rules that one field finds. */
interface Table {
	field: Field;
	/** Whether there are grams of a length. */
	lengths: boolean[];
	/** A quick no: most places of a text begin no gram. */
	filter: Uint8Array;
	rules: Map<number, number[]>;
}

/**
 * Finds the few rules that a request may match, whatever number of rules there is. Of each rule it keeps one condition
 * that needs a literal, and of the literal its four characters that are rarest among all rules; a request's texts are
 * walked once. Rules without such a condition are candidates of every request.
 */
export class RuleIndex {
	readonly #tables: Table[] = [];
	readonly #always: number[] = [];
	/** The walk in which a rule was last found. */
	readonly #seen: Uint32Array;
	#walk = 0;

	/** @param rules - for each rule, by place, the keys of its conditions */
	constructor(rules: readonly (readonly Key[])[]) {
		this.#seen = new Uint32Array(rules.length);
		const counts = countGrams(rules);
		const chosen = new Map<Field, [gram: string, rule: number][]>();
		for (const [rule, keys] of rules.entries()) {
			const best = rarestKey(keys, counts);
			if (!best) this.#always.push(rule);
			for (const gram of best?.grams ?? []) {
				const entries = chosen.get(best?.field as Field);
				if (entries) entries.push([gram, rule]);
				else chosen.set(best?.field as Field, [[gram, rule]]);
			}
		}
		for (const [field, entries] of chosen)
			this.#tables.push(makeTable(field, entries));
	}

	/**
	 * The first place, in order, of a rule that the test accepts; -1 when there is none.
	 *
	 * @param textOf - a field's text, folded
	 */
	find(
		textOf: (field: Field) => string,
		accepts: (rule: number) => boolean,
	): number {
		const found = this.#candidates(textOf);
		let inFound = 0;
		let inAlways = 0;
		while (true) {
			const a = found[inFound] ?? Number.POSITIVE_INFINITY;
			const b = this.#always[inAlways] ?? Number.POSITIVE_INFINITY;
			const next = Math.min(a, b);
			if (next === Number.POSITIVE_INFINITY) return -1;
			if (next === a) inFound++;
			else inAlways++;
			if (accepts(next)) return next;
		}
	}

	#candidates(textOf: (field: Field) => string): number[] {
		this.#walk = (this.#walk + 1) >>> 0;
		const found: number[] = [];
		for (const table of this.#tables) {
			const text = textOf(table.field);
			for (let length = 1; length <= gramLength; length++)
				if (table.lengths[length]) this.#walkText(text, length, table, found);
		}
		return found.length > 1 ? found.sort((a, b) => a - b) : found;
	}

	#walkText(
		text: string,
		length: number,
		{ filter, rules }: Table,
		found: number[],
	): void {
		const mask = filter.length - 1;
		for (let at = 0; at + length <= text.length; at++) {
			const hash = hashGram(text, at, length);
			if (filter[hash & mask] === 0) continue;
			for (const rule of rules.get(hash) ?? []) {
				if (this.#seen[rule] === this.#walk) continue;
				this.#seen[rule] = this.#walk;
				found.push(rule);
			}
		}
	}
}

/** A hash of up to four characters. Two grams may share one: candidates are tested anyhow. */
function hashGram(text: string, at: number, length: number): number {
	let hash = length;
	for (let index = at; index < at + length; index++)
		hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
	return (hash ^ (hash >>> 15)) >>> 0;
}

function* gramsOf(literal: string): Generator<string> {
	const length = Math.min(gramLength, literal.length);
	for (let at = 0; at + length <= literal.length; at++)
		yield literal.slice(at, at + length);
}

function countGrams(rules: readonly (readonly Key[])[]): Map<string, number> {
	const counts = new Map<string, number>();
	for (const keys of rules) {
		for (const { field, literals } of keys) {
			for (const literal of literals) {
				for (const gram of gramsOf(literal)) {
					const name = `${field} ${gram}`;
					counts.set(name, (counts.get(name) ?? 0) + 1);
				}
			}
		}
	}
	return counts;
}

/** The key whose literals are rarest among the rules, with the rarest gram of each of them. */
function rarestKey(
	keys: readonly Key[],
	counts: ReadonlyMap<string, number>,
): { field: Field; grams: string[] } | undefined {
	let best: { field: Field; grams: string[] } | undefined;
	let bestCost = Number.POSITIVE_INFINITY;
	for (const { field, literals } of keys) {
		const grams: string[] = [];
		let cost = 0;
		for (const literal of literals) {
			let rarest = "";
			let count = Number.POSITIVE_INFINITY;
			for (const gram of gramsOf(literal)) {
				const met = counts.get(`${field} ${gram}`) ?? 0;
				if (met >= count) continue;
				rarest = gram;
				count = met;
			}
			grams.push(rarest);
			cost += count;
		}
		if (cost < bestCost) {
			best = { field, grams };
			bestCost = cost;
		}
	}
	return best;
}

function makeTable(field: Field, entries: [string, number][]): Table {
	const bits = Math.min(
		20,
		Math.max(10, Math.ceil(Math.log2(entries.length)) + 5),
	);
	const table: Table = {
		field,
		lengths: [],
		filter: new Uint8Array(2 ** bits),
		rules: new Map(),
	};
	for (const [gram, rule] of entries) {
		const hash = hashGram(gram, 0, gram.length);
		table.lengths[gram.length] = true;
		table.filter[hash & (table.filter.length - 1)] = 1;
		const rules = table.rules.get(hash);
		if (!rules) table.rules.set(hash, [rule]);
		else if (rules.at(-1) !== rule) rules.push(rule);
	}
	return table;
}
