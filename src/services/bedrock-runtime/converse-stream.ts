import type {
	ConverseStreamCommandInput,
	ConverseStreamResponse,
} from "@aws-sdk/client-bedrock-runtime";
import { type ExtraHeaders, extraHeaders } from "../../protocol/write.ts";
import { isInstant } from "../../turn/collect.ts";
import type { Reply, ReplyEvent } from "../../turn/turn.ts";
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
		stream: isInstant(reply)
			? // A list is written in one piece; to the type it is a stream like any other.
				(reply.events().map(withUsage) as unknown as Reply)
			: withWireUsage(reply),
	};
};

/** The metadata event, its usage as on the wire; other events as they are. */
function withUsage(event: ReplyEvent): ReplyEvent {
	if (!event.metadata?.usage) return event;
	const usage = wireUsage(event.metadata.usage);
	return { metadata: { ...event.metadata, usage } };
}

async function* withWireUsage(reply: Reply): Reply {
	for await (const event of reply) yield withUsage(event);
}
