/**
 * Remembers what was computed for texts, within bounds: the most recent ones, and those asked for again since.
 * Two maps, young and old: when the young one is full it becomes the old one, and what was only in the old one is
 * forgotten. So a hit costs one or two look-ups, and nothing is moved on every hit.
 */
export class Memo<Value> {
	#young = new Map<string, Value>();
	#old = new Map<string, Value>();
	#youngLength = 0;
	readonly #maxEntries: number;
	readonly #maxLength: number;

	/**
	 * @param maxEntries - half of the most entries held
	 * @param maxLength - half of the most UTF-16 units of keys held; a longer text is not remembered at all
	 */
	constructor(maxEntries: number, maxLength: number) {
		this.#maxEntries = maxEntries;
		this.#maxLength = maxLength;
	}

	/** How many entries are held. */
	get size(): number {
		return this.#young.size + this.#old.size;
	}

	get(text: string): Value | undefined {
		const young = this.#young.get(text);
		if (young !== undefined) return young;
		const old = this.#old.get(text);
		if (old === undefined) return undefined;
		this.#old.delete(text);
		this.set(text, old);
		return old;
	}

	set(text: string, value: Value): void {
		if (text.length > this.#maxLength) return;
		if (
			this.#young.size >= this.#maxEntries ||
			this.#youngLength + text.length > this.#maxLength
		) {
			this.#old = this.#young;
			this.#young = new Map();
			this.#youngLength = 0;
		}
		this.#young.set(text, value);
		this.#youngLength += text.length;
	}
}
