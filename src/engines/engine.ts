import type { Call } from "../call.ts";
import type { Reply, Turn } from "../turn/turn.ts";

/** Decides a reply, or returns undefined so that the next engine of the chain is asked. */
export interface Engine {
	readonly name: string;
	reply(turn: Turn, call: Call): Promise<Reply | undefined> | Reply | undefined;
}
