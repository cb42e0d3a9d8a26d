/**
 * `--compat floci`: the contract of the Bedrock Runtime stub that Outcrop replaces. Only `messages` is looked at, native
 * bodies are opaque bytes, every family but Anthropic answers the generic body, nothing streams.
 */

import type { TokenUsage } from "@aws-sdk/client-bedrock-runtime";
import { invalid, ServiceError } from "../../errors.ts";
import { isObject, type JsonObject } from "../../json.ts";
import type { Operation } from "../../protocol/description.ts";
import { JsonError, parseJson } from "../../protocol/json.ts";
import { readLoosely } from "../../protocol/read-loosely.ts";
import { anthropic } from "../../providers/anthropic.ts";
import { generic } from "../../providers/generic.ts";
import { collect } from "../../turn/collect.ts";
import type { Turn } from "../../turn/turn.ts";
import type { RawHandler, ServiceCall } from "../service.ts";
import { nativeCall } from "./invoke-model.ts";
import { encodeJson } from "./native-json.ts";

/** The id of every message of Floci's InvokeModel (observed: its own tests wait for it). */
const stubId = "msg_stub";

const converse: RawHandler = async (
	{ modelId = "" },
	body,
	call,
	operation,
) => {
	const turn = readLooseTurn(modelId, body, operation);
	const reply = await collect(await call.ask(turn));
	return {
		output: { message: { role: "assistant", content: reply.content } },
		stopReason: reply.stopReason,
		usage: plainUsage(reply.usage),
		metrics: { latencyMs: reply.latencyMs },
	};
};

const invokeModel: RawHandler = async ({ modelId = "" }, body, call) => {
	const provider =
		call.model(modelId).provider.name === anthropic.name ? anthropic : generic;
	const turn = textTurn(
		modelId,
		Buffer.from(body).toString("latin1").slice(0, 10_000),
	);
	const reply = await collect(await call.ask(turn));
	const written = provider.writeReply(reply, turn, nativeCall(turn, call));
	return {
		body: encodeJson("id" in written ? { ...written, id: stubId } : written),
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

/**
 * Only that `messages` is a non-empty list is checked; what cannot be understood is left out, not refused. The stub looks at
 * none of it, but its tokens are counted, and the proxy's server gets what was understood.
 */
function readLooseTurn(
	modelId: string,
	body: Uint8Array,
	operation: Operation,
): Turn {
	const request = readObject(body);
	const { messages } = request;
	if (!Array.isArray(messages) || messages.length === 0)
		throw invalid("messages must be a non-empty list.");
	// The description says that the shape of this operation's input is a turn's.
	const read = readLoosely(operation.input, request) as Partial<Turn>;
	const turn = read.messages?.length
		? { modelId, messages: read.messages }
		: textTurn(modelId, JSON.stringify(messages));
	const { system, inferenceConfig, toolConfig } = read;
	return { ...turn, system, inferenceConfig, toolConfig };
}

/** The contract's three counts, which add up: it knows no prompt cache. */
function plainUsage(usage: TokenUsage): TokenUsage {
	const { outputTokens = 0, totalTokens = 0 } = usage;
	return { inputTokens: totalTokens - outputTokens, outputTokens, totalTokens };
}

function readObject(body: Uint8Array): JsonObject {
	try {
		const json = parseJson(Buffer.from(body).toString("utf8"));
		return isObject(json) ? json : {};
	} catch (error) {
		if (error instanceof JsonError)
			throw invalid("The request body is not valid JSON.");
		throw error;
	}
}

function textTurn(modelId: string, text: string): Turn {
	return {
		modelId,
		messages: [{ role: "user", content: [{ text: text || " " }] }],
	};
}
