import type { CacheDetail, CacheTTL } from "@aws-sdk/client-bedrock-runtime";

/** What a turn's input weighs. */
export interface TurnTokens {
	/** All input tokens, cached or not. */
	total: number;
	/** The turn's cache points in prompt order (tools, system, messages). */
	checkpoints: Checkpoint[];
}

/** A point in the prompt up to which it may be cached. */
export interface Checkpoint {
	/** Input tokens from the prompt's start to this point. */
	tokens: number;
	/** The same for the same prefix. */
	hash: string | number;
	ttl: CacheTTL;
	/**
	 * The ends of the content blocks before this point, where Claude also looks for what an earlier request has cached;
	 * in prompt order. Without it only cache points are compared.
	 */
	earlier?: { tokens: number; hash: string | number }[] | undefined;
}

/** The input side of a reply's usage; the four members of `TokenUsage` that caching changes. */
export interface InputCharge {
	/** Neither read from nor written to the cache. */
	inputTokens: number;
	cacheReadInputTokens: number;
	cacheWriteInputTokens: number;
	/** What was written, by lifetime, 1h before 5m; absent when nothing was, and on Nova (observed). */
	cacheDetails?: CacheDetail[];
}

interface Entry {
	expiresMs: number;
	lifetimeMs: number;
}

const lifetimesMs: Record<CacheTTL, number> = {
	"5m": 5 * 60_000,
	"1h": 60 * 60_000,
};

/** At most this many cache points of a request count (documented). */
const maxCheckpoints = 4;

/** How many blocks Claude looks back from a cache point ("approximately 20 content blocks", documented). */
const maxLookBack = 20;

/** What the owner of a namespace's prefixes begins with; no name is the beginning of another. */
export function cacheOwner(namespace: string): string {
	return `${JSON.stringify(namespace)} `;
}

/**
 * Which prompt prefixes AWS would hold, so that usage tells of cache reads and writes as it does there: a prefix is
 * written once and read while it lives, and each read lets it live anew.
 *
 * Source: Bedrock user guide, Prompt caching (documented): minimum sizes, at most four cache points, the lifetime that
 * starts over with each hit, the look back for Claude. Assumed: entries are kept by account, region and model id as sent;
 * a prefix can be read as soon as the request that wrote it was answered; a 1h cache point is honoured on models for
 * which AWS lists 5m only.
 */
export class PromptCache {
	readonly #entries = new Map<string, Entry>();
	readonly #maxEntries: number;

	/** @param maxEntries - past it the prefix that was used longest ago is forgotten */
	constructor(maxEntries = 10_000) {
		this.#maxEntries = maxEntries;
	}

	/** How many prefixes are held, dead ones included. */
	get size(): number {
		return this.#entries.size;
	}

	/** Forgets what a namespace's requests have cached, or everything. */
	reset(namespace?: string): void {
		const prefix = namespace === undefined ? "" : cacheOwner(namespace);
		for (const key of this.#entries.keys())
			if (key.startsWith(prefix)) this.#entries.delete(key);
	}

	/**
	 * Reads and writes the cache for one request.
	 *
	 * @param owner - whose cache: begins with `cacheOwner`, then account and region, say
	 * @param nowMs - milliseconds since the epoch
	 */
	charge(
		turn: TurnTokens,
		modelId: string,
		owner: string,
		nowMs: number,
	): InputCharge {
		const usable =
			turn.checkpoints.length === 0 ? [] : usableCheckpoints(turn, modelId);
		const last = usable.at(-1);
		if (!last)
			return {
				inputTokens: turn.total,
				cacheReadInputTokens: 0,
				cacheWriteInputTokens: 0,
			};

		const scope = `${owner} ${modelId} `;
		const readTokens = this.#read(usable, scope, nowMs);
		const written = new Map<CacheTTL, number>();
		let from = readTokens;
		for (const { tokens, hash, ttl } of usable) {
			if (tokens <= from) continue;
			written.set(ttl, (written.get(ttl) ?? 0) + tokens - from);
			this.#write(scope + hash, lifetimesMs[ttl], nowMs);
			from = tokens;
		}
		const charge: InputCharge = {
			inputTokens: Math.max(0, turn.total - last.tokens),
			cacheReadInputTokens: readTokens,
			cacheWriteInputTokens: last.tokens - readTokens,
		};
		if (written.size > 0 && !modelId.includes("amazon.nova"))
			charge.cacheDetails = details(written);
		return charge;
	}

	/** Finds the longest living prefix, lets it and the cache points within it live anew, and returns its tokens. */
	#read(usable: Checkpoint[], scope: string, nowMs: number): number {
		let readTokens = 0;
		for (let index = usable.length - 1; index >= 0; index--) {
			const { tokens, hash, earlier } = usable[index] as Checkpoint;
			if (this.#touch(scope + hash, nowMs))
				readTokens = Math.max(readTokens, tokens);
			if (readTokens > 0) continue;
			for (const block of earlier?.slice(-maxLookBack).reverse() ?? []) {
				if (!this.#touch(scope + block.hash, nowMs)) continue;
				readTokens = block.tokens;
				break;
			}
		}
		return readTokens;
	}

	#touch(key: string, nowMs: number): boolean {
		const entry = this.#entries.get(key);
		if (!entry) return false;
		this.#entries.delete(key);
		if (entry.expiresMs <= nowMs) return false;
		entry.expiresMs = nowMs + entry.lifetimeMs;
		this.#entries.set(key, entry);
		return true;
	}

	#write(key: string, lifetimeMs: number, nowMs: number): void {
		this.#entries.delete(key);
		this.#entries.set(key, { expiresMs: nowMs + lifetimeMs, lifetimeMs });
		if (this.#entries.size <= this.#maxEntries) return;
		for (const oldest of this.#entries.keys()) {
			this.#entries.delete(oldest);
			break;
		}
	}
}

function usableCheckpoints(turn: TurnTokens, modelId: string): Checkpoint[] {
	const minimum = minimumCheckpointTokens(modelId);
	if (minimum === undefined) return [];
	return turn.checkpoints
		.slice(0, maxCheckpoints)
		.filter((checkpoint) => checkpoint.tokens >= minimum);
}

function details(written: Map<CacheTTL, number>): CacheDetail[] {
	const found: CacheDetail[] = [];
	for (const ttl of ["1h", "5m"] as const) {
		const inputTokens = written.get(ttl);
		if (inputTokens !== undefined) found.push({ ttl, inputTokens });
	}
	return found;
}

/** The first row that matches decides; undefined: the model caches nothing. */
const minimums: [RegExp, number | undefined][] = [
	// Documented in the user guide's table and the model cards; it has 4096 for Sonnet 4.5 too, which wrote 1322 (observed 2026).
	[/claude-(opus-4-[56]|haiku-4-5)/, 4096],
	[/claude-(sonnet-4|opus-4|3-7-sonnet|3-5-sonnet-20241022)/, 1024],
	[/claude-3-5-haiku/, 2048],
	// Documented: Claude 3.5 Sonnet v1, Claude 3 and older are not in the table.
	[/claude-(3-|v2|instant)/, undefined],
	// Assumed for models newer than the tables we have.
	[/claude-.*haiku/, 4096],
	[/claude-/, 1024],
	// Documented as 1K; haystack's suite has Nova Micro cache a prompt that counts about 1020.
	[/amazon\.nova-(2-)?(micro|lite|pro|premier)/, 1000],
	// Assumed: an application profile names no model, and whoever sends cache points through it has one that caches.
	[/:application-inference-profile\//, 1024],
];

/**
 * How many tokens a prefix needs to be cached, or undefined when the model caches nothing. A shorter prefix does no harm:
 * the request is answered and its prefix not cached (documented).
 */
export function minimumCheckpointTokens(modelId: string): number | undefined {
	return minimums.find(([pattern]) => pattern.test(modelId))?.[1];
}
