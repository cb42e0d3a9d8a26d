import type {
	ConverseCommandInput,
	ConverseResponse,
} from "@aws-sdk/client-bedrock-runtime";
import { type ExtraHeaders, extraHeaders } from "../../protocol/write.ts";
import { collect } from "../../turn/collect.ts";
import type { Handler } from "../service.ts";
import { askModel } from "./ask-model.ts";
import { readConverseTurn, wireUsage } from "./converse-turn.ts";

/** One turn, answered whole. */
export const converse: Handler<
	ConverseCommandInput,
	ConverseResponse & ExtraHeaders
> = async (input, call) => {
	const answer = await askModel(readConverseTurn(input, call, false), call);
	const reply = await collect(answer);
	return {
		[extraHeaders]: answer.extras?.headers,
		output: { message: { role: "assistant", content: reply.content } },
		stopReason: reply.stopReason,
		usage: wireUsage(reply.usage),
		metrics: { latencyMs: reply.latencyMs },
		additionalModelResponseFields: reply.additionalModelResponseFields,
		trace: reply.trace,
		performanceConfig: reply.performanceConfig,
		serviceTier: reply.serviceTier,
	};
};
