import type {
	InvokeModelCommandInput,
	InvokeModelResponse,
	TokenUsage,
} from "@aws-sdk/client-bedrock-runtime";
import { type ExtraHeaders, extraHeaders } from "../../protocol/write.ts";
import type { NativeCall } from "../../providers/provider.ts";
import { randomText, uuid } from "../../random.ts";
import { collect } from "../../turn/collect.ts";
import type { Turn } from "../../turn/turn.ts";
import type { Handler, ServiceCall } from "../service.ts";
import { askModel } from "./ask-model.ts";
import { noteIgnored } from "./converse-turn.ts";
import { answerDirect } from "./direct-model.ts";
import { countHeaders, type InvocationHeaders } from "./invocation-headers.ts";
import { encodeJson, readNativeJson } from "./native-json.ts";

/** One native body, answered whole in the same family's words. */
export const invokeModel: Handler<
	InvokeModelCommandInput,
	InvokeModelResponse & InvocationHeaders & ExtraHeaders
> = async (input, call) => {
	const modelId = input.modelId as string;
	const { provider, direct } = call.model(modelId);
	if (direct) return answerDirect(direct, input, call);
	const turn = withHeaders(
		readNativeTurn(input.body as Uint8Array, modelId, call),
		input,
		call,
	);
	const answer = await askModel(turn, call);
	const reply = await collect(answer);
	const body =
		answer.extras?.native ??
		provider.writeReply(reply, turn, nativeCall(turn, call));
	return {
		[extraHeaders]: answer.extras?.headers,
		body: encodeJson(body),
		contentType: "application/json",
		performanceConfigLatency: input.performanceConfigLatency,
		serviceTier: input.serviceTier,
		invocationLatency: reply.latencyMs,
		...countHeaders(reply.usage, provider.alwaysCountsCache),
	} as InvokeModelResponse & InvocationHeaders & ExtraHeaders;
};

/**
 * Reads a native body into a turn.
 *
 * @throws ServiceError `ValidationException` with the family's own text
 */
export function readNativeTurn(
	body: Uint8Array,
	modelId: string,
	call: ServiceCall,
): Turn {
	return call.model(modelId).provider.readTurn(readNativeJson(body), modelId);
}

/** What the headers of an invocation say of the turn. */
export function withHeaders(
	turn: Turn,
	input: Pick<
		InvokeModelCommandInput,
		"guardrailIdentifier" | "performanceConfigLatency" | "serviceTier"
	>,
	call: ServiceCall,
): Turn {
	if (input.guardrailIdentifier !== undefined)
		noteIgnored(call, "guardrailIdentifier");
	const { performanceConfigLatency, serviceTier } = input;
	return {
		...turn,
		...(performanceConfigLatency && {
			performanceConfig: { latency: performanceConfigLatency },
		}),
		...(serviceTier && { serviceTier: { type: serviceTier } }),
	};
}

/** Where a native body gets its ids, time and counts from. */
export function nativeCall(
	turn: Turn,
	call: ServiceCall,
	usage?: TokenUsage,
): NativeCall {
	return {
		usage,
		text: (length) => randomText(call.random, length),
		uuid: () => uuid(call.random),
		now: () => call.clock.now(),
		inputTokens: call.countTokens(turn),
	};
}
