import type { Json, JsonObject, Reply, Turn, WholeReply } from "../turn/turn.ts";

/** The native InvokeModel bodies of one family of models. Past `readTurn` nothing checks the body again. */
export interface Provider {
  /** AWS's `providerName`, such as `Anthropic`. */
  readonly name: string;
  /** The family within it, as docs name it, such as `Anthropic Messages`. */
  readonly family: string;
  /**
   * Reads a native request body into a turn.
   *
   * @throws ServiceError `ValidationException` with the family's own text when the body breaks the family's rules
   */
  readTurn(body: Json, modelId: string): Turn;
  /** The native response body, in the provider's own key order. `latencyMs` and usage come from the reply. */
  writeReply(reply: WholeReply, turn: Turn, ids: NativeIds): JsonObject;
  /**
   * The native stream chunks, in order, as the events come. The last one carries `amazon-bedrock-invocationMetrics`
   * (see `invocationMetrics`).
   */
  writeChunks(reply: Reply, turn: Turn, ids: NativeIds): AsyncIterable<Json>;
}

/** Where native bodies get ids and time from, so that the same seed gives the same bytes. */
export interface NativeIds {
  /** `length` letters and digits. */
  text(length: number): string;
  uuid(): string;
  /** Milliseconds since the epoch. */
  now(): number;
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
