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
): Promise<Reply> | Reply {
	return firstAnswer(engines, call, (engine) => engine.reply(turn, call));
}

/**
 * Asks each engine in turn for what is no reply (vectors, relevances, images); the first that does not pass decides.
 *
 * @param ask - asks one engine, through the door that fits
 * @param from - place of the engine to begin with
 * @throws Error when every engine passes
 */
export function firstAnswer<Answer>(
	engines: readonly Engine[],
	call: Call,
	ask: (engine: Engine) => Promise<Answer | undefined> | Answer | undefined,
	from = 0,
): Promise<Answer> | Answer {
	for (let index = from; index < engines.length; index++) {
		const engine = engines[index] as Engine;
		const answer = ask(engine);
		// An engine that answers at once costs no promise.
		if (answer instanceof Promise)
			return answer.then(
				(decided) =>
					decide(decided, engine, call) ??
					firstAnswer(engines, call, ask, index + 1),
			);
		if (answer) return decide(answer, engine, call) as Answer;
	}
	const names = engines.map((engine) => engine.name).join(", ");
	throw new Error(
		`No engine answered (asked: ${names}). End the list of engines with "stub".`,
	);
}

function decide<Answer>(
	answer: Answer | undefined,
	engine: Engine,
	call: Call,
): Answer | undefined {
	if (answer) call.notes.engine = engine.name;
	return answer;
}
