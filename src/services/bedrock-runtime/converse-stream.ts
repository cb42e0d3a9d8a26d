import type {
	ConverseStreamCommandInput,
	ConverseStreamResponse,
	ConverseTrace,
} from "@aws-sdk/client-bedrock-runtime";
import { type ExtraHeaders, extraHeaders } from "../../protocol/write.ts";
import { isInstant } from "../../turn/collect.ts";
import type { Reply, ReplyEvent } from "../../turn/turn.ts";
import type { Handler } from "../service.ts";
import { askModel } from "./ask-model.ts";
import { readConverseTurn, wireUsage } from "./converse-turn.ts";
import { routerTrace } from "./prompt-router.ts";

/** One turn, answered event by event. */
export const converseStream: Handler<
	ConverseStreamCommandInput,
	ConverseStreamResponse & ExtraHeaders
> = async (input, call) => {
	const turn = readConverseTurn(input, call, true);
	const reply = await askModel(turn, call);
	const trace = routerTrace(turn.modelId);
	const wired = (event: ReplyEvent) => withUsage(event, trace);
	return {
		[extraHeaders]: reply.extras?.headers,
		stream: isInstant(reply)
			? // A list is written in one piece; to the type it is a stream like any other.
				(reply.events().map(wired) as unknown as Reply)
			: mapEvents(reply, wired),
	};
};

/** The metadata event, its usage as on the wire and with the router's trace; other events as they are. */
function withUsage(
	event: ReplyEvent,
	trace: ConverseTrace | undefined,
): ReplyEvent {
	if (!event.metadata?.usage) return event;
	const usage = wireUsage(event.metadata.usage);
	return {
		metadata: { ...(trace && { trace }), ...event.metadata, usage },
	};
}

async function* mapEvents(
	reply: Reply,
	change: (event: ReplyEvent) => ReplyEvent,
): Reply {
	for await (const event of reply) yield change(event);
}
