import type {
	ConverseCommandInput,
	ConverseResponse,
} from "@aws-sdk/client-bedrock-runtime";
import { type ExtraHeaders, extraHeaders } from "../../protocol/write.ts";
import { collect, isInstant } from "../../turn/collect.ts";
import type { Reply, WholeReply } from "../../turn/turn.ts";
import type { Handler } from "../service.ts";
import { askModel } from "./ask-model.ts";
import { readConverseTurn, wireUsage } from "./converse-turn.ts";

/** One turn, answered whole. */
export const converse: Handler<ConverseCommandInput, Output> = (
	input,
	call,
) => {
	const asked = askModel(readConverseTurn(input, call, false), call);
	// A reply without waits costs no promise.
	return asked instanceof Promise || !isInstant(asked)
		? collectAnswer(asked)
		: writeAnswer(asked, asked.whole());
};

type Output = ConverseResponse & ExtraHeaders;

async function collectAnswer(asked: Promise<Reply> | Reply): Promise<Output> {
	const reply = await asked;
	return writeAnswer(reply, await collect(reply));
}

function writeAnswer({ extras }: Reply, whole: WholeReply): Output {
	return {
		[extraHeaders]: extras?.headers,
		output: { message: { role: "assistant", content: whole.content } },
		stopReason: whole.stopReason,
		usage: wireUsage(whole.usage),
		metrics: { latencyMs: whole.latencyMs },
		additionalModelResponseFields: whole.additionalModelResponseFields,
		trace: whole.trace,
		performanceConfig: whole.performanceConfig,
		serviceTier: whole.serviceTier,
	};
}
