import type {
	ConverseCommandInput,
	ConverseResponse,
} from "@aws-sdk/client-bedrock-runtime";
import { type ExtraHeaders, extraHeaders } from "../../protocol/write.ts";
import { collect, isInstant } from "../../turn/collect.ts";
import type { Reply, Turn, WholeReply } from "../../turn/turn.ts";
import type { Handler } from "../service.ts";
import { askModel } from "./ask-model.ts";
import { readConverseTurn, wireUsage } from "./converse-turn.ts";
import { routerTrace } from "./prompt-router.ts";

/** One turn, answered whole. */
export const converse: Handler<ConverseCommandInput, Output> = (
	input,
	call,
) => {
	const turn = readConverseTurn(input, call, false);
	const asked = askModel(turn, call);
	// A reply without waits costs no promise.
	return asked instanceof Promise || !isInstant(asked)
		? collectAnswer(asked, turn)
		: writeAnswer(asked, asked.whole(), turn);
};

type Output = ConverseResponse & ExtraHeaders;

async function collectAnswer(
	asked: Promise<Reply> | Reply,
	turn: Turn,
): Promise<Output> {
	const reply = await asked;
	return writeAnswer(reply, await collect(reply), turn);
}

function writeAnswer(
	{ extras }: Reply,
	whole: WholeReply,
	{ modelId }: Turn,
): Output {
	return {
		[extraHeaders]: extras?.headers,
		output: { message: { role: "assistant", content: whole.content } },
		stopReason: whole.stopReason,
		usage: wireUsage(whole.usage),
		metrics: { latencyMs: whole.latencyMs },
		additionalModelResponseFields: whole.additionalModelResponseFields,
		trace: whole.trace ?? routerTrace(modelId),
		performanceConfig: whole.performanceConfig,
		serviceTier: whole.serviceTier,
	};
}
