/** Models that are asked no turns: embeddings, rerank, images, video. */
import type {
	InvokeModelCommandInput,
	InvokeModelResponse,
} from "@aws-sdk/client-bedrock-runtime";
import { invalid } from "../../errors.ts";
import type { DirectCall, DirectFamily } from "../../providers/direct.ts";
import { uuid } from "../../random.ts";
import type { ResolvedModel, ServiceCall } from "../service.ts";
import type { InvocationHeaders } from "./invocation-headers.ts";
import { encodeJson, readNativeJson } from "./native-json.ts";

/** Answers an invocation by the family's own code, which is loaded when it is first needed. */
export async function answerDirect(
	family: DirectFamily,
	input: InvokeModelCommandInput,
	call: ServiceCall,
): Promise<InvokeModelResponse & InvocationHeaders> {
	const startedAt = call.clock.now();
	const modelId = input.modelId as string;
	const { baseId } = call.model(modelId);
	const json = readNativeJson(input.body as Uint8Array);
	const provider = await family.load();
	const answer = await provider.answer(json, modelId, baseId, directCall(call));
	return {
		body: encodeJson(answer.body),
		contentType: "application/json",
		performanceConfigLatency: input.performanceConfigLatency,
		serviceTier: input.serviceTier,
		invocationLatency: call.clock.now() - startedAt,
		inputTokenCount: answer.inputTokenCount,
	};
}

function directCall(call: ServiceCall): DirectCall {
	return {
		uuid: () => uuid(call.random),
		chance: () => call.random.next(),
		embed: (request) => call.embed(request),
		rerank: (request) => call.rerank(request),
		draw: (request) => call.draw(request),
	};
}

/**
 * Refuses to stream what does not come in parts.
 *
 * Source: the text observed on titan-embed-text-v1, Nova Canvas and others, 2023 to 2025; that the body is not looked at
 * first is assumed.
 */
export function refuseStream(model: ResolvedModel): void {
	if (model.direct) throw invalid("The model is unsupported for streaming.");
}

/**
 * Refuses to converse with what has no turns.
 *
 * Source: the text observed on Cohere Rerank, Nova Sonic, Pegasus and imported models, 2025 and 2026.
 */
export function refuseConverse(model: ResolvedModel): void {
	if (!model.direct) return;
	throw invalid(
		"This action doesn't support the model that you provided. Try again with a supported text or chat model.",
	);
}
