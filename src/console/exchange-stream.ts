import type { Emulator } from "../emulator.ts";
import type { HttpRequest, HttpResponse } from "../http/message.ts";
import type { Exchange } from "../journal/exchange.ts";
import { matches } from "../journal/journal.ts";
import { summarize } from "../journal/show.ts";
import { filters, readDetail, readFilter } from "./exchange-filter.ts";
import { wholeNumberOf } from "./query.ts";
import type { ApiRow } from "./row.ts";

/** How much waits for a slow reader, in UTF-16 units, before the oldest of it is left out. */
const maxWaitingLength = 16 * 1024 * 1024;
/** How many sequence numbers wait for the next batch; and how many exchanges are summed up in one. */
const maxWaitingNumbers = 100_000;
const maxSummaries = 50;
const longestBatchMs = 10_000;
/** Behind so many in one batch the pause is longer: a reader sees no more of them for being told more often. */
const crowd = 1000;
const crowdPauses = 10;

/** Exchanges live. */
export function exchangeStreamRoutes(emulator: Emulator): ApiRow[] {
	return [
		{
			method: "GET",
			path: "/_outcrop/api/exchanges/stream",
			summary: "Each exchange when it has ended, as server-sent events",
			query: {
				...filters,
				detail: "full gives each exchange whole",
				batchMs:
					"One event at most every so many milliseconds: the sequence numbers of all that ended, and summaries of the newest 50 of them",
			},
			answer: (request) => streamExchanges(emulator, request),
		},
	];
}

/** What ended since it was last asked. */
interface Waiting {
	/** How many were added since. */
	readonly count: number;
	add(exchange: Exchange): void;
	/** As text to send; undefined when nothing ended. */
	take(): string | undefined;
}

function streamExchanges(
	emulator: Emulator,
	request: HttpRequest,
): HttpResponse {
	const query = new URLSearchParams(request.query);
	const filter = readFilter(query);
	const batchMs = Math.min(
		wholeNumberOf(query, "batchMs") ?? 0,
		longestBatchMs,
	);
	const show = readDetail(query);
	const waiting = batchMs > 0 ? batches() : oneByOne(show);
	return {
		status: 200,
		headers: {
			"Content-Type": "text/event-stream",
			"Cache-Control": "no-cache",
		},
		body: eventsOf(
			emulator,
			request.signal,
			{
				add: (exchange) => {
					if (matches(exchange, filter)) waiting.add(exchange);
				},
				get count() {
					return waiting.count;
				},
				take: waiting.take,
			},
			batchMs,
		),
	};
}

/** An event for each exchange, written when it ends. */
function oneByOne(show: (exchange: Exchange) => unknown): Waiting {
	let events: string[] = [];
	let length = 0;
	return {
		get count() {
			return events.length;
		},
		add(exchange) {
			const event = `id: ${exchange.sequence}\ndata: ${JSON.stringify(show(exchange))}\n\n`;
			events.push(event);
			length += event.length;
			while (length > maxWaitingLength && events.length > 1)
				length -= events.shift()?.length ?? 0;
		},
		take() {
			if (events.length === 0) return undefined;
			const text = events.join("");
			events = [];
			length = 0;
			return text;
		},
	};
}

/** One event for many: under load nobody can read each, and summing each up would slow the calls themselves. */
function batches(): Waiting {
	let sequences: number[] = [];
	let newest: Exchange[] = [];
	let missed = false;
	return {
		get count() {
			return sequences.length;
		},
		add(exchange) {
			if (sequences.length === maxWaitingNumbers) {
				sequences = [];
				missed = true;
			}
			sequences.push(exchange.sequence);
			newest.push(exchange);
			if (newest.length >= 2 * maxSummaries)
				newest = newest.slice(-maxSummaries);
		},
		take() {
			if (sequences.length === 0) return undefined;
			const batch = {
				sequences,
				exchanges: newest.slice(-maxSummaries).map(summarize),
				...(missed && { missed }),
			};
			sequences = [];
			newest = [];
			missed = false;
			return `data: ${JSON.stringify(batch)}\n\n`;
		},
	};
}

async function* eventsOf(
	emulator: Emulator,
	signal: AbortSignal,
	waiting: Waiting,
	batchMs: number,
): AsyncGenerator<Uint8Array> {
	let wake = () => {};
	const end = emulator.journal.subscribe((exchange) => {
		waiting.add(exchange);
		wake();
	});
	const over = AbortSignal.any([signal, emulator.stopping]);
	over.addEventListener("abort", () => wake(), { once: true });
	try {
		yield Buffer.from(": Outcrop's exchanges, as they end\n\n");
		while (!over.aborted) {
			const pauses = waiting.count > crowd ? crowdPauses : 1;
			const text = waiting.take();
			if (text !== undefined) {
				yield Buffer.from(text);
				if (batchMs > 0) await pause(pauses * batchMs, over);
			} else
				await new Promise<void>((resolve) => {
					wake = resolve;
				});
		}
	} finally {
		end();
	}
}

/** By the machine's time: a reader's patience does not move with the emulator's clock. */
function pause(durationMs: number, over: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		const done = () => {
			clearTimeout(timer);
			over.removeEventListener("abort", done);
			resolve();
		};
		const timer = setTimeout(done, durationMs);
		over.addEventListener("abort", done);
	});
}
