import type { ConverseStreamOutput } from "@aws-sdk/client-bedrock-runtime";
import type { Exchange } from "./exchange.ts";

/** What is looked for; every member given must hold. */
export interface ExchangeFilter {
	namespace?: string | undefined;
	service?: string | undefined;
	operation?: string | undefined;
	/** Equal to the model id, or contained in it. */
	model?: string | undefined;
	/** `error`: those that failed; `ok`: those that did not; a number: that HTTP status. */
	status?: "ok" | "error" | number | undefined;
	/** Name of the engine, or of the rule, that answered. */
	answeredBy?: string | undefined;
	/** Contained in what was asked or answered, upper and lower case alike. */
	text?: string | undefined;
	/** Only later ones. */
	afterSequence?: number | undefined;
	/** Only earlier ones. */
	beforeSequence?: number | undefined;
	/** Only these. */
	sequences?: ReadonlySet<number> | undefined;
	/** The newest so many; default 100. */
	limit?: number | undefined;
}

/** Hears of an exchange once, when it has ended. */
export type Listener = (exchange: Exchange) => void;

/** What happened: the newest exchanges, bounded by count and by bytes, the oldest out. */
export class Journal {
	readonly #maxCount: number;
	readonly #maxBytes: number;
	readonly #listeners = new Set<Listener>();
	/** Oldest first, from `#first` on; the part before it is cut off now and then. */
	#exchanges: (Exchange | undefined)[] = [];
	/** What each weighs, beside it: an old exchange has left the processor's cache, and is dropped without a look at it. */
	#weights: number[] = [];
	#first = 0;
	#bytes = 0;

	/** @param maxCount - 0 keeps nothing */
	constructor(maxCount: number, maxBytes: number) {
		this.#maxCount = maxCount;
		this.#maxBytes = maxBytes;
	}

	/** How many are kept at most. */
	get capacity(): number {
		return this.#maxCount;
	}

	get size(): number {
		return this.#exchanges.length - this.#first;
	}

	/** What the kept exchanges are taken to weigh. */
	get bytes(): number {
		return this.#bytes;
	}

	/** Keeps an exchange that has ended and tells those who listen. */
	add(exchange: Exchange): void {
		if (this.#maxCount > 0) {
			this.#exchanges.push(exchange);
			this.#weights.push(exchange.bytes);
			this.#bytes += exchange.bytes;
			while (this.size > this.#maxCount || this.#bytes > this.#maxBytes) {
				if (this.size === 0) break;
				this.#drop();
			}
		}
		for (const listener of this.#listeners) listener(exchange);
	}

	#drop(): void {
		this.#bytes -= this.#weights[this.#first] ?? 0;
		// Let go at once; the hole is closed when half the list is holes.
		this.#exchanges[this.#first] = undefined;
		this.#first++;
		if (this.#first * 2 >= this.#exchanges.length) {
			this.#exchanges = this.#exchanges.slice(this.#first);
			this.#weights = this.#weights.slice(this.#first);
			this.#first = 0;
		}
	}

	get(id: string): Exchange | undefined {
		for (const exchange of this.#newestFirst())
			if (exchange.id === id) return exchange;
		return undefined;
	}

	/** The newest that match, oldest of them first. */
	find(filter: ExchangeFilter = {}): Exchange[] {
		const limit = filter.limit ?? 100;
		const found: Exchange[] = [];
		for (const exchange of this.#newestFirst()) {
			if (found.length >= limit) break;
			// They stand in the order in which they ended: a long stream comes after later calls.
			if (!isBetween(exchange.sequence, filter)) continue;
			if (matches(exchange, filter)) found.push(exchange);
		}
		return found.reverse();
	}

	/** @returns a function that ends it */
	subscribe(listener: Listener): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	/** Forgets a namespace's exchanges, or all. */
	reset(namespace?: string): void {
		const kept =
			namespace === undefined
				? []
				: [...this.#newestFirst()]
						.filter((exchange) => exchange.namespace !== namespace)
						.reverse();
		this.#exchanges = kept;
		this.#weights = kept.map(({ bytes }) => bytes);
		this.#first = 0;
		this.#bytes = this.#weights.reduce((sum, bytes) => sum + bytes, 0);
	}

	*#newestFirst(): Generator<Exchange> {
		for (
			let index = this.#exchanges.length - 1;
			index >= this.#first;
			index--
		) {
			const exchange = this.#exchanges[index];
			if (exchange) yield exchange;
		}
	}
}

function isBetween(
	sequence: number,
	{
		afterSequence = 0,
		beforeSequence = Number.POSITIVE_INFINITY,
		sequences,
	}: ExchangeFilter,
): boolean {
	if (sequence <= afterSequence || sequence >= beforeSequence) return false;
	return sequences?.has(sequence) ?? true;
}

/** Whether an exchange is what a filter looks for, leaving sequence numbers and `limit` aside. */
export function matches(exchange: Exchange, filter: ExchangeFilter): boolean {
	const { namespace, service, operation, model, status, answeredBy, text } =
		filter;
	if (namespace !== undefined && exchange.namespace !== namespace) return false;
	if (service !== undefined && exchange.service !== service) return false;
	if (operation !== undefined && exchange.operation !== operation) return false;
	if (model !== undefined && !exchange.modelId?.includes(model)) return false;
	if (status === "ok" && exchange.error) return false;
	if (status === "error" && !exchange.error) return false;
	if (typeof status === "number" && exchange.status !== status) return false;
	if (answeredBy !== undefined) {
		const { engine, rule } = exchange.notes;
		if (engine !== answeredBy && rule !== answeredBy) return false;
	}
	return text === undefined || contains(exchange, text.toLowerCase());
}

function contains(exchange: Exchange, text: string): boolean {
	const { requestBody, responseBody, events } = exchange;
	return (
		holds(requestBody, text) ||
		holds(responseBody, text) ||
		(events !== undefined && textOf(events).toLowerCase().includes(text))
	);
}

function holds(body: string | Uint8Array | undefined, text: string): boolean {
	if (body === undefined) return false;
	const searched = typeof body === "string" ? body : readText(body);
	return searched.toLowerCase().includes(text);
}

function readText(bytes: Uint8Array): string {
	if (bytes instanceof Buffer) return bytes.toString();
	const { buffer, byteOffset, byteLength } = bytes;
	return Buffer.from(buffer, byteOffset, byteLength).toString();
}

/** What a stream said: its texts joined, so that words which stand in two deltas are found, and all other texts in it. */
function textOf(events: { event: unknown }[]): string {
	let said = "";
	const rest: string[] = [];
	for (const { event } of events) {
		const { contentBlockDelta } = event as ConverseStreamOutput;
		const text = contentBlockDelta?.delta?.text;
		if (text !== undefined) said += text;
		else collectTexts(event, rest, 8);
	}
	return `${said}\n${rest.join("\n")}`;
}

/** Chunks of native streams are bytes, and their text is JSON. */
function collectTexts(
	value: unknown,
	into: string[],
	levelsLeft: number,
): void {
	if (typeof value === "string") into.push(value);
	else if (value instanceof Uint8Array) into.push(readText(value));
	else if (typeof value === "object" && value !== null && levelsLeft > 0)
		for (const item of Object.values(value))
			collectTexts(item, into, levelsLeft - 1);
}
