/**
 * The list of exchanges as it grows. Of all that match only their sequence numbers are held (some hundred kilobytes for
 * 50,000); summaries are fetched for what is in sight, and the latest few thousand of them are kept.
 */
import { signal } from "@preact/signals";
import { apiUrl, askApi } from "./api/client.ts";
import type { Summary } from "./api/types.ts";

/** How often the server tells what ended. */
const batchMs = 100;
const retryMs = 2000;
const maxSummaries = 3000;
const pageSize = 100;

/** What is looked for, as the API's query parameters. */
export type Filter = Partial<
	Record<
		"text" | "status" | "operation" | "model" | "namespace" | "answeredBy",
		string
	>
>;

interface Batch {
	sequences: number[];
	exchanges: Summary[];
	missed?: boolean;
}

/** loading: the first answer is awaited; lost: the server went away, and the browser tries again. */
export type FeedState = "loading" | "live" | "lost";

/** Exchanges that match a filter, newest first. */
class Feed {
	/** Changes with whatever a list would have to draw anew. */
	readonly changes = signal(0);
	readonly state = signal<FeedState>("loading");
	readonly paused = signal(false);
	/** How many wait until the list goes on. */
	readonly waiting = signal(0);
	/** In the order in which they ended. */
	#sequences: number[] = [];
	#pending: number[] = [];
	#capacity = Number.POSITIVE_INFINITY;
	/** null: the server has forgotten it. */
	readonly #summaries = new Map<number, Summary | null>();
	#source: EventSource | undefined;
	#filter: Filter = {};
	#loads = 0;
	#fetching = false;
	#wanted: number[] = [];

	/** How many match. */
	get size(): number {
		return this.#sequences.length;
	}

	/** The sequence number in a row, 0 being the newest. */
	at(row: number): number | undefined {
		return this.#sequences[this.#sequences.length - 1 - row];
	}

	/** The row of a sequence number; -1 when it is not in the list. */
	rowOf(sequence: number): number {
		const index = this.#sequences.lastIndexOf(sequence);
		return index < 0 ? -1 : this.#sequences.length - 1 - index;
	}

	/** The filter as an address has it. */
	get query(): URLSearchParams {
		return new URLSearchParams(this.#filter);
	}

	/** undefined: not there yet; null: forgotten by the server. */
	summary(sequence: number): Summary | null | undefined {
		return this.#summaries.get(sequence);
	}

	/** Follows the exchanges that match. */
	follow(filter: Filter): void {
		this.#filter = filter;
		this.#source?.close();
		// What was listed stays until the server has answered: nothing flickers.
		this.#pending = [];
		this.waiting.value = 0;
		this.state.value = "loading";
		this.changes.value++;
		const query = new URLSearchParams({ ...filter, batchMs: `${batchMs}` });
		const source = new EventSource(apiUrl(`exchanges/stream?${query}`));
		this.#source = source;
		// Also when it is there again: whatever ended in between is read with all others.
		source.onopen = () => this.#load();
		source.onerror = () => {
			this.state.value = "lost";
		};
		source.onmessage = ({ data }) => this.#receive(JSON.parse(data));
	}

	/** Follows all exchanges, unless some are followed already. */
	begin(): void {
		if (!this.#source) this.follow({});
	}

	/** Lets the list stand still, or go on with what has ended since. */
	pause(paused: boolean): void {
		this.paused.value = paused;
		if (!paused) this.#append(this.#pending.splice(0));
		this.waiting.value = 0;
	}

	/** Sees to it that the summaries of some rows are there. */
	need(firstRow: number, lastRow: number): void {
		const wanted: number[] = [];
		for (let row = firstRow; row <= lastRow; row++) {
			const sequence = this.at(row);
			if (sequence === undefined || this.#summaries.has(sequence)) continue;
			wanted.push(sequence);
			if (wanted.length === pageSize) break;
		}
		this.#wanted = wanted;
		if (!this.#fetching) this.#fetchWanted();
	}

	/** One summary; null when the server has forgotten it. */
	async load(sequence: number): Promise<Summary | null> {
		const known = this.#summaries.get(sequence);
		if (known !== undefined) return known;
		const { exchanges } = await askApi<{ exchanges: Summary[] }>(
			`exchanges?sequences=${sequence}`,
		);
		const summary = exchanges[0] ?? null;
		this.#remember(sequence, summary);
		return summary;
	}

	/** Forgets every exchange, here and on the server. */
	async clear(): Promise<void> {
		await askApi("exchanges", { method: "DELETE" });
		this.#summaries.clear();
		this.#sequences = [];
		this.follow(this.#filter);
	}

	async #load(): Promise<void> {
		const load = ++this.#loads;
		const query = new URLSearchParams(this.#filter);
		const early = this.#pending;
		early.length = 0;
		this.state.value = "loading";
		try {
			const { sequences, capacity } = await askApi<{
				sequences: number[];
				capacity: number;
			}>(`exchanges/sequences?${query}`);
			if (load !== this.#loads) return;
			this.#capacity = capacity;
			this.#sequences = sequences;
			const known = new Set(sequences.slice(-10_000));
			const later = this.#pending.splice(0).filter((one) => !known.has(one));
			this.state.value = "live";
			this.#append(later);
		} catch {
			if (load !== this.#loads) return;
			this.state.value = "lost";
			setTimeout(() => load === this.#loads && this.#load(), retryMs);
		}
	}

	#receive({ sequences, exchanges, missed }: Batch): void {
		for (const summary of exchanges) this.#remember(summary.sequence, summary);
		if (this.state.value === "live" && !this.paused.value) {
			if (missed) this.#load();
			else this.#append(sequences);
			return;
		}
		this.#pending.push(...sequences);
		if (this.#pending.length > this.#capacity)
			this.#pending = this.#pending.slice(-this.#capacity);
		if (this.paused.value) this.waiting.value = this.#pending.length;
	}

	#append(sequences: readonly number[]): void {
		for (const sequence of sequences) this.#sequences.push(sequence);
		const over = this.#sequences.length - this.#capacity;
		if (over > 0) this.#sequences.splice(0, over);
		this.changes.value++;
	}

	#remember(sequence: number, summary: Summary | null): void {
		this.#summaries.set(sequence, summary);
		if (this.#summaries.size <= maxSummaries) return;
		for (const oldest of this.#summaries.keys()) {
			this.#summaries.delete(oldest);
			break;
		}
	}

	async #fetchWanted(): Promise<void> {
		const wanted = this.#wanted;
		if (wanted.length === 0) return;
		this.#fetching = true;
		try {
			const { exchanges } = await askApi<{ exchanges: Summary[] }>(
				`exchanges?sequences=${wanted.join()}`,
			);
			for (const sequence of wanted) this.#remember(sequence, null);
			for (const summary of exchanges)
				this.#remember(summary.sequence, summary);
			this.changes.value++;
		} catch {
			// Asked for again when the list is drawn next; that the server is gone is told by its stream.
		} finally {
			this.#fetching = false;
		}
		if (this.#wanted !== wanted) this.#fetchWanted();
	}
}

/** The page's one list: views share it, so that going back finds it as it was. */
export const feed = new Feed();
