import type { TokenUsage } from "@aws-sdk/client-bedrock-runtime";
import type { CountedReply } from "./play.ts";
import type { Reply } from "./turn.ts";

/** Whether a reply knows from its start what it will use: those that Outcrop wrote do. */
export function isCounted(reply: Reply): reply is CountedReply {
	return "usage" in reply;
}

/**
 * Tells what a reply used, as soon as that is known. A reply that knows it from its start stays what it is; one that breaks
 * off before it says so tells nothing.
 */
export function metered(
	reply: Reply,
	used: (usage: TokenUsage) => void,
): Reply {
	if (!isCounted(reply)) return watch(reply, used);
	used(reply.usage);
	return reply;
}

async function* watch(reply: Reply, used: (usage: TokenUsage) => void): Reply {
	for await (const event of reply) {
		if (event.metadata?.usage) used(event.metadata.usage);
		yield event;
	}
}
