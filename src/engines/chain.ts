import type { Call } from "../call.ts";
import type { Reply, Turn } from "../turn/turn.ts";
import type { Engine } from "./engine.ts";

/**
 * Asks each engine in turn; the first that does not pass decides.
 *
 * @throws Error when every engine passes: the configuration ends the chain with an engine that always answers
 */
export async function askEngines(
	engines: readonly Engine[],
	turn: Turn,
	call: Call,
): Promise<Reply> {
	for (const engine of engines) {
		const reply = engine.reply(turn, call);
		const decided = reply instanceof Promise ? await reply : reply;
		if (decided) {
			call.notes.engine = engine.name;
			return decided;
		}
	}
	const names = engines.map((engine) => engine.name).join(", ");
	throw new Error(
		`No engine answered (asked: ${names}). End the list of engines with "stub".`,
	);
}
