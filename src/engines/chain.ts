import type { Call } from "../call.ts";
import type { Reply, Turn } from "../turn/turn.ts";
import type { Engine } from "./engine.ts";

/**
 * Asks each engine in turn; the first that does not pass decides.
 *
 * @throws Error when every engine passes: the configuration ends the chain with an engine that always answers
 */
export function askEngines(
	engines: readonly Engine[],
	turn: Turn,
	call: Call,
): Promise<Reply> {
	return firstAnswer(engines, call, (engine) => engine.reply(turn, call));
}

/**
 * Asks each engine in turn for what is no reply (vectors, relevances, images); the first that does not pass decides.
 *
 * @param ask - asks one engine, through the door that fits
 * @throws Error when every engine passes
 */
export async function firstAnswer<Answer>(
	engines: readonly Engine[],
	call: Call,
	ask: (engine: Engine) => Promise<Answer | undefined> | Answer | undefined,
): Promise<Answer> {
	for (const engine of engines) {
		const answer = ask(engine);
		const decided = answer instanceof Promise ? await answer : answer;
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
