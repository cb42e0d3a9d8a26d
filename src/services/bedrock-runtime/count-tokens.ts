import type {
	CountTokensCommandInput,
	CountTokensResponse,
} from "@aws-sdk/client-bedrock-runtime";
import { invalid } from "../../errors.ts";
import type { Turn } from "../../turn/turn.ts";
import type { Handler, ServiceCall } from "../service.ts";
import { readConverseTurn } from "./converse-turn.ts";
import { readNativeTurn } from "./invoke-model.ts";

/**
 * The tokens that the same request would be billed for as input.
 *
 * A cross-region profile id is refused, the bare id works (observed); so are models that are asked no turns (assumed).
 */
export const countTokens: Handler<
	CountTokensCommandInput,
	CountTokensResponse
> = (input, call) => {
	const relayed = call.relay(input.modelId as string);
	return relayed ? relayed.then(() => count(input, call)) : count(input, call);
};

function count(
	input: CountTokensCommandInput,
	call: ServiceCall,
): CountTokensResponse {
	const modelId = input.modelId as string;
	const { kind, direct } = call.model(modelId);
	if (kind === "inference-profile" || direct) {
		throw invalid("The provided model doesn't support counting tokens.");
	}
	return {
		inputTokens: call.countTokens(readCountedTurn(input, modelId, call)),
	};
}

function readCountedTurn(
	input: CountTokensCommandInput,
	modelId: string,
	call: ServiceCall,
): Turn {
	if (input.input?.converse)
		return readConverseTurn({ ...input.input.converse, modelId }, call, false);
	return readNativeTurn(
		input.input?.invokeModel?.body ?? new Uint8Array(),
		modelId,
		call,
	);
}
