/**
 * `--compat floci`: the contract of the Bedrock Runtime stub that Outcrop replaces. Only `messages` is looked at, native
 * bodies are opaque bytes, every family but Anthropic answers the generic body, nothing streams.
 */
import { invalid, ServiceError } from "../../errors.ts";
import { JsonError, parseJson } from "../../protocol/json.ts";
import { anthropic } from "../../providers/anthropic.ts";
import { generic } from "../../providers/generic.ts";
import { collect } from "../../turn/collect.ts";
import type { Json, Turn } from "../../turn/turn.ts";
import type { RawHandler, ServiceCall } from "../service.ts";
import { encodeJson, nativeCall } from "./invoke-model.ts";

const converse: RawHandler = async ({ modelId = "" }, body, call) => {
  const messages = readMessages(body);
  const reply = await collect(await call.ask(textTurn(modelId, JSON.stringify(messages))));
  return {
    output: { message: { role: "assistant", content: reply.content } },
    stopReason: reply.stopReason,
    usage: reply.usage,
    metrics: { latencyMs: reply.latencyMs },
  };
};

const invokeModel: RawHandler = async ({ modelId = "" }, body, call) => {
  const provider = call.model(modelId).provider.name === anthropic.name ? anthropic : generic;
  const turn = textTurn(modelId, Buffer.from(body).toString("latin1").slice(0, 10_000));
  const reply = await collect(await call.ask(turn));
  return {
    body: encodeJson(provider.writeReply(reply, turn, nativeCall(turn, call))),
    contentType: "application/json",
  };
};

const streams: RawHandler = (_labels, _body, call: ServiceCall) => {
  throw new ServiceError(
    "UnsupportedOperationException",
    `${call.operation} is not supported with --compat floci. Start without it to have streams.`,
  );
};

/** Operation by operation, what the seed contract answers; an operation that is not here is unsupported. */
export const flociHandlers: Record<string, RawHandler> = {
  Converse: converse,
  ConverseStream: streams,
  InvokeModel: invokeModel,
  InvokeModelWithResponseStream: streams,
};

function readMessages(body: Uint8Array): Json[] {
  let json: Json;
  try {
    json = parseJson(Buffer.from(body).toString("utf8"));
  } catch (error) {
    if (error instanceof JsonError) throw invalid("The request body is not valid JSON.");
    throw error;
  }
  const messages = typeof json === "object" && json !== null && !Array.isArray(json) ? json.messages : undefined;
  if (!Array.isArray(messages) || messages.length === 0) throw invalid("messages must be a non-empty list.");
  return messages;
}

function textTurn(modelId: string, text: string): Turn {
  return { modelId, messages: [{ role: "user", content: [{ text: text || " " }] }] };
}
