/**
 * Remembers what was computed for texts, within bounds: the most recent ones, and those asked for again since.
 * Two generations, young and old: when the young one is full it becomes the old one, and what was only in the old one is
 * forgotten. So a hit costs one or two look-ups, and nothing is moved on every hit.
 */
export class Memo<Value> {
	#young = new Generation<Value>();
	#old = new Generation<Value>();
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
		const sketch = sketchOf(text);
		const young = this.#young.get(text, sketch);
		if (young !== undefined) return young;
		const old = this.#old.get(text, sketch);
		if (old !== undefined) this.#remember(text, sketch, old);
		return old;
	}

	/** To be called for what `get` did not find. */
	set(text: string, value: Value): void {
		if (text.length <= this.#maxLength)
			this.#remember(text, sketchOf(text), value);
	}

	#remember(text: string, sketch: number, value: Value): void {
		const { size, length } = this.#young;
		if (size >= this.#maxEntries || length + text.length > this.#maxLength) {
			this.#old = this.#young;
			this.#young = new Generation();
		}
		this.#young.add(text, sketch, value);
	}
}

/** Texts with the same sketch that are looked through; what is found behind so many is as good as forgotten. */
const longestChain = 8;

interface Entry<Value> {
	readonly text: string;
	readonly value: Value;
	/** Of the same sketch, and older. */
	readonly next: Entry<Value> | undefined;
}

class Generation<Value> {
	size = 0;
	/** Of all texts together. */
	length = 0;
	readonly #bySketch = new Map<number, Entry<Value>>();

	get(text: string, sketch: number): Value | undefined {
		let entry = this.#bySketch.get(sketch);
		for (let at = 0; entry && at < longestChain; at++) {
			if (entry.text === text) return entry.value;
			entry = entry.next;
		}
		return undefined;
	}

	add(text: string, sketch: number, value: Value): void {
		const next = this.#bySketch.get(sketch);
		this.#bySketch.set(sketch, { text, value, next });
		this.size++;
		this.length += text.length;
	}
}

/**
 * A hash of a text's length and some 32 of its letters. V8's own hash, which a `Map` of texts goes by, reads all of a text that
 * was just read from JSON, and takes five times as long as reading it did; comparing two equal texts takes next to nothing.
 */
function sketchOf(text: string): number {
	const { length } = text;
	const step = Math.max(1, length >>> 5);
	let hash = length;
	for (let index = 0; index < length; index += step)
		hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
	return hash;
}
