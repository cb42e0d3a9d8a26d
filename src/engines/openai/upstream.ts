/** A model server as it is configured, and which of Bedrock's models it is for. */
import { matchesModel } from "../../models/glob.ts";
import { resolveModelId } from "../../models/resolve.ts";

/** One OpenAI-compatible server. Times are in milliseconds; 0 switches a limit off. */
export interface UpstreamOptions {
	/** As messages, the journal and `outcrop models --upstream` call it. */
	name: string;
	/** Base URL, such as `http://localhost:11434/v1`. */
	url: string;
	apiKey?: string | undefined;
	/** The environment variable that holds the key, in place of `apiKey`. */
	apiKeyVariable?: string | undefined;
	/** Bedrock's ids, or patterns of them, and the server's model ids, in the order in which patterns are tried. */
	models: readonly (readonly [pattern: string, target: string])[];
	/** The server's model for every other id; of texts only. */
	default?: string | undefined;
	/** Sends an id that `models` lacks as it is. */
	passThrough: boolean;
	/** Its share of the requests for a model that several servers are for. */
	weight: number;
	/** How often a request is sent again, here or to another server, before anything of an answer came. */
	retries: number;
	timeouts: {
		connect: number;
		/** From the request to the answer's headers. */
		firstByte: number;
		/** Between two pieces of an answer. */
		idle: number;
		total: number;
	};
	/** After so many failures in a row the server is not asked for `pause`; `failures` 0 switches that off. */
	breaker: { failures: number; pause: number };
	/** How often its list of models is asked for, to see whether it is there; 0: its answers tell. */
	health: number;
	/** Floci's proxy: ids match only as they are, texts only, and an id that nothing names is refused. */
	floci?: boolean;
}

/** What an upstream is when only its URL is said. */
export const upstreamDefaults: Omit<UpstreamOptions, "name" | "url"> = {
	models: [],
	passThrough: false,
	weight: 1,
	retries: 2,
	timeouts: { connect: 5_000, firstByte: 300_000, idle: 300_000, total: 0 },
	breaker: { failures: 5, pause: 5_000 },
	health: 0,
};

/** Host and port: what tells servers apart that have no names. */
export function nameOf(url: string): string {
	return new URL(url).host;
}

/** The URL without what may be secret in it. */
export function shownUrl(url: string): string {
	const { origin, pathname } = new URL(url);
	return origin + pathname.replace(/\/$/u, "");
}

/** How a server came to be for a model; the first of these that any server has decides which servers are asked. */
export const ranks = ["id", "pattern", "passThrough", "default"] as const;

/** What stands for a model at a server. */
export interface Target {
	rank: (typeof ranks)[number];
	/** The server's model id; undefined: the server is asked which models it has. */
	model: string | undefined;
}

/**
 * What stands for a model: its exact id, then the first pattern that matches, then the id itself, then the default. A server
 * that names no model at all is for every text: `model` is then undefined.
 *
 * @param modelId - as received; the foundation model that it names counts too, as everywhere
 * @param isText - false for embeddings, rerank and images, for which no default is meant
 */
export function findTarget(
	upstream: UpstreamOptions,
	modelId: string,
	isText: boolean,
): Target | undefined {
	const { models, passThrough, floci } = upstream;
	if (floci && !isText) return undefined;
	const ids = floci ? [modelId] : [modelId, resolveModelId(modelId).baseId];
	for (const id of ids) {
		const exact = models.find(([pattern]) => pattern === id);
		if (exact) return { rank: "id", model: exact[1] };
	}
	const matching = floci
		? undefined
		: models.find(([pattern]) => matchesModel([pattern], modelId));
	if (matching) return { rank: "pattern", model: matching[1] };
	if (passThrough) return { rank: "passThrough", model: modelId };
	if (!isText) return undefined;
	if (upstream.default !== undefined)
		return { rank: "default", model: upstream.default };
	return models.length === 0 && !floci
		? { rank: "default", model: undefined }
		: undefined;
}
