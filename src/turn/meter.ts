import type { TokenUsage } from "@aws-sdk/client-bedrock-runtime";
import type { CountedReply } from "./play.ts";
import type { Reply } from "./turn.ts";

/** Who wants to know what a reply used. */
export interface Meter {
	/** The reply said what it used; once. */
	used(usage: TokenUsage): void;
	/** The reply ended without saying, or its client left; once, in place of `used`. */
	broken(): void;
}

/** Whether a reply knows from its start what it will use: those that Outcrop wrote do. */
export function isCounted(reply: Reply): reply is CountedReply {
	return "usage" in reply;
}

/** Tells what a reply used, as soon as that is known. A reply that knows it from its start stays what it is. */
export function metered(reply: Reply, meter: Meter): Reply {
	if (isCounted(reply)) {
		meter.used(reply.usage);
		return reply;
	}
	return watch(reply, meter);
}

async function* watch(reply: Reply, meter: Meter): Reply {
	let told = false;
	try {
		for await (const event of reply) {
			if (event.metadata?.usage && !told) {
				told = true;
				meter.used(event.metadata.usage);
			}
			yield event;
		}
	} finally {
		if (!told) meter.broken();
	}
}
