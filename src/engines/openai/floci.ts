import { nameOf, type UpstreamOptions, upstreamDefaults } from "./upstream.ts";

/** Floci's proxy backend, as its variables say it. */
export interface FlociProxy {
	/** Base URL of an OpenAI-compatible server. */
	url: string;
	apiKey: string | undefined;
	/** Asked where neither the mapping nor `passthrough` names a model. */
	defaultModel: string | undefined;
	/** Bedrock model id to the server's model id. */
	modelMapping: Record<string, string>;
	/** Sends a model id that the mapping lacks as it is. */
	passthrough: boolean;
	/** How long a whole answer may take; absent: for ever. */
	timeoutMs?: number | undefined;
}

/** The proxy as an upstream: its mapping, then the id itself, then the default, else a refusal (documented by Floci). */
export function flociUpstream(proxy: FlociProxy): UpstreamOptions {
	return {
		...upstreamDefaults,
		name: nameOf(proxy.url),
		url: proxy.url,
		apiKey: proxy.apiKey,
		models: Object.entries(proxy.modelMapping),
		default: proxy.defaultModel,
		passThrough: proxy.passthrough,
		timeouts: { ...upstreamDefaults.timeouts, total: proxy.timeoutMs ?? 0 },
		floci: true,
	};
}
