import type {
	ConverseStreamCommandInput,
	ConverseStreamResponse,
} from "@aws-sdk/client-bedrock-runtime";
import { type ExtraHeaders, extraHeaders } from "../../protocol/write.ts";
import type { Reply } from "../../turn/turn.ts";
import type { Handler } from "../service.ts";
import { askModel } from "./ask-model.ts";
import { readConverseTurn, wireUsage } from "./converse-turn.ts";

/** One turn, answered event by event. */
export const converseStream: Handler<
	ConverseStreamCommandInput,
	ConverseStreamResponse & ExtraHeaders
> = async (input, call) => {
	const reply = await askModel(readConverseTurn(input, call, true), call);
	return {
		[extraHeaders]: reply.extras?.headers,
		stream: withWireUsage(reply),
	};
};

async function* withWireUsage(reply: Reply): Reply {
	for await (const event of reply) {
		if (event.metadata?.usage) {
			yield {
				metadata: { ...event.metadata, usage: wireUsage(event.metadata.usage) },
			};
		} else yield event;
	}
}
