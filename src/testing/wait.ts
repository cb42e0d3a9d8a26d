import { type Api, OutcropApiError, readJson } from "./api.ts";
import { type Exchange, readExchange } from "./exchange.ts";

/** What is waited for. */
export interface Wait {
	/** Of the journal's routes. */
	query: URLSearchParams;
	count: number;
	timeoutMs: number;
	matches(exchange: Exchange): boolean;
	/** The message when time is up, from all that came. */
	explain(met: readonly Exchange[]): string;
}

/**
 * Waits until so many exchanges have ended that match; those that ended before count.
 *
 * @returns the earliest so many
 * @throws Error when time is up
 */
export async function waitForExchanges(
	api: Api,
	{ query, count, timeoutMs, matches, explain }: Wait,
): Promise<Exchange[]> {
	const met = new Map<number, Exchange>();
	const inOrder = () =>
		[...met.values()].sort((a, b) => a.sequence - b.sequence);
	const found = () => inOrder().filter(matches).slice(0, count);
	const isThere = () => found().length >= count;
	const look = async () => {
		for (const exchange of await list(api, query))
			met.set(exchange.sequence, exchange);
		return isThere();
	};
	if (await look()) return found();

	const over = new AbortController();
	const timer = setTimeout(() => over.abort(), timeoutMs);
	try {
		for await (const exchange of listen(api, query, over.signal)) {
			if (exchange) {
				met.set(exchange.sequence, exchange);
				if (isThere()) return found();
			}
			// The stream has begun: whatever ended before is in the list, whatever ends now is in the stream.
			else if (await look()) return found();
		}
		if (!over.signal.aborted)
			throw new OutcropApiError("Outcrop stopped while a call was waited for.");
	} catch (error) {
		if (!over.signal.aborted) throw error;
	} finally {
		clearTimeout(timer);
		over.abort();
	}
	throw new Error(explain(inOrder()));
}

async function list(api: Api, query: URLSearchParams): Promise<Exchange[]> {
	const path = `/_outcrop/api/exchanges?${query}&detail=full&limit=1000000`;
	const json = readJson("Looking at the journal", await api.send("GET", path));
	return (json as { exchanges: unknown[] }).exchanges.map(readExchange);
}

/** Exchanges as they end; undefined once when the stream has begun. */
async function* listen(
	api: Api,
	query: URLSearchParams,
	signal: AbortSignal,
): AsyncGenerator<Exchange | undefined> {
	const path = `/_outcrop/api/exchanges/stream?${query}&detail=full`;
	const answer = await api.send("GET", path, undefined, signal);
	if (typeof answer.body === "string") {
		readJson("Listening to the journal", answer);
		return;
	}
	const decoder = new TextDecoder();
	let text = "";
	for await (const bytes of answer.body) {
		text += decoder.decode(bytes, { stream: true });
		const events = text.split("\n\n");
		text = events.pop() ?? "";
		for (const event of events) {
			const data = /^data: (.*)$/m.exec(event)?.[1];
			yield data === undefined ? undefined : readExchange(JSON.parse(data));
		}
	}
}
