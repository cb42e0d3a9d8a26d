import type { TokenUsage } from "@aws-sdk/client-bedrock-runtime";
import type { Json, JsonObject } from "../json.ts";
import type { ModelIdKind } from "../models/resolve.ts";
import type { Reply, Turn, WholeReply } from "../turn/turn.ts";

/**
 * The native InvokeModel bodies of one family of models. Past `readTurn` nothing checks the body again.
 *
 * What the family's body says and Converse has no member for travels in `additionalModelRequestFields`, under the body's own
 * names, as a Converse user would send it; `writeReply` and `writeChunks` may read it there. What the reply says beside its
 * content is in `additionalModelResponseFields`, and a provider asks for it with `additionalModelResponseFieldPaths`.
 */
export interface Provider {
	/** AWS's `providerName`, such as `Anthropic`. */
	readonly name: string;
	/** The family within it, as docs name it, such as `Anthropic Messages`. */
	readonly family: string;
	/** What its native bodies can say, beside text in and text out; what is not here is refused or has no place in them. */
	readonly speaks: readonly Ability[];
	/** Which models speak it: matched against the bare model id (`ResolvedId.baseId`). Neither global nor sticky. */
	readonly models: RegExp;
	/** Which kinds of identifier speak it whatever their id, where that alone tells: imported models, endpoints. */
	readonly kinds?: readonly ModelIdKind[];
	/** Its InvokeModel tells what came from the prompt cache even where nothing was to be cached: 0. */
	readonly alwaysCountsCache?: boolean;
	/**
	 * Reads a native request body into a turn.
	 *
	 * @throws ServiceError `ValidationException` with the family's own text when the body breaks the family's rules
	 */
	readTurn(body: Json, modelId: string): Turn;
	/**
	 * Reads what `additionalModelRequestFields` adds to the body of a turn that came through Converse: what Converse has a
	 * member for moves there, as it does from a native body. Refuses what the model itself refuses, of these and of the settings
	 * that go with them. Left out where the family's bodies are not known to be checked.
	 *
	 * @throws ServiceError `ValidationException` with the family's own text, as for a native body
	 */
	readFields?(turn: Turn): Turn;
	/**
	 * The native response body, in the provider's own key order. `latencyMs` and usage come from the reply. Never throws: in
	 * compatibility modes the turn was not read by this provider.
	 */
	writeReply(reply: WholeReply, turn: Turn, call: NativeCall): JsonObject;
	/**
	 * The native stream chunks, in order, as the events come. The last one carries `amazon-bedrock-invocationMetrics`
	 * (see `invocationMetrics`).
	 */
	writeChunks(reply: Reply, turn: Turn, call: NativeCall): AsyncIterable<Json>;
}

/** What native bodies take from the call: ids and time, so that the same seed gives the same bytes, and the count. */
export interface NativeCall {
	/** `length` letters and digits. */
	text(length: number): string;
	uuid(): string;
	/** Milliseconds since the epoch. */
	now(): number;
	/** Input tokens, cached ones included: streams that begin by saying them cannot wait for the reply's `metadata`. */
	readonly inputTokens: number;
	/** What the reply uses, where the engine knows it from the start. */
	readonly usage?: TokenUsage | undefined;
}

/** The member that the last chunk of every native stream carries. Latencies in milliseconds. */
export interface InvocationMetrics {
	inputTokenCount: number;
	outputTokenCount: number;
	invocationLatency: number;
	firstByteLatency: number;
	cacheReadInputTokenCount?: number;
	cacheWriteInputTokenCount?: number;
}

/** What a family's native bodies can say, in the words of the table in `docs/families.md`. */
export type Ability =
	| "text"
	| "stream"
	| "tools"
	| "images"
	| "reasoning"
	| "embeddings"
	| "rerank"
	| "pictures";
