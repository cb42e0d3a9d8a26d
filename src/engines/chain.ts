import type { Call } from "../call.ts";
import { invalid, ServiceError } from "../errors.ts";
import type { TrueAnswer } from "../turn/true-answer.ts";
import type { Reply, Turn } from "../turn/turn.ts";
import type { Engine } from "./engine.ts";

/**
 * Thrown by the chain when an engine answers by a real service's bytes: nobody has to translate them, so they go past
 * handlers and providers, to be sent as they are.
 */
export class Relayed {
	readonly answer: TrueAnswer;
	constructor(answer: TrueAnswer) {
		this.answer = answer;
	}
}

/** Thrown by an engine that holds real answers and may not pass: none of them is to this request. */
export class Missed extends ServiceError {
	constructor(message: string) {
		super("ValidationException", message);
	}
}

/**
 * Asks each engine in turn; the first that does not pass decides.
 *
 * @throws Relayed
 * @throws ServiceError `ValidationException` when every engine passes
 */
export function askEngines(
	engines: readonly Engine[],
	turn: Turn,
	call: Call,
): Promise<Reply> | Reply {
	return firstAnswer(engines, turn.modelId, call, (engine) =>
		engine.reply(turn, call),
	);
}

/**
 * Asks each engine that serves a model in turn, for a reply or for what is none (vectors, relevances, images); the first
 * that does not pass decides.
 *
 * @param modelId - as received
 * @param ask - asks one engine, through the door that fits
 * @param from - place of the engine to begin with
 * @throws Relayed
 * @throws ServiceError `ValidationException` when every engine passes
 */
export function firstAnswer<Answer>(
	engines: readonly Engine[],
	modelId: string,
	call: Call,
	ask: (engine: Engine) => Promise<Answer | undefined> | Answer | undefined,
	from = 0,
): Promise<Answer> | Answer {
	for (let index = from; index < engines.length; index++) {
		const engine = engines[index] as Engine;
		if (engine.serves?.(modelId) === false) continue;
		const answer = engine.relay
			? relayBy(engine, modelId, call)
			: asked(engine, call, ask);
		// An engine that answers at once costs no promise.
		if (answer instanceof Promise)
			return answer.then(
				(decided) =>
					decide(decided, engine, call) ??
					firstAnswer(engines, modelId, call, ask, index + 1),
				(error) => failed(error, engine, call),
			);
		if (answer) return decide(answer, engine, call) as Answer;
	}
	const names = engines.map((engine) => engine.name).join(", ");
	throw invalid(
		`No engine answers ${call.operation} for ${modelId} (there are: ${names}). Name one for this model, or end the list of engines with stub.`,
	);
}

/**
 * Asks those engines only that answer by a real service's bytes, as far as the first that would never pass.
 *
 * @param modelId - undefined for operations that name no model: they are for engines of all models
 * @throws Relayed by the first that does not pass
 */
export async function relay(
	engines: readonly Engine[],
	modelId: string | undefined,
	call: Call,
): Promise<void> {
	for (const engine of relaysFor(engines, modelId))
		await relayBy(engine, modelId, call);
}

/** The engines that `relay` asks, in order. */
export function relaysFor(
	engines: readonly Engine[],
	modelId: string | undefined,
): Engine[] {
	const found: Engine[] = [];
	for (const engine of engines) {
		const serves =
			modelId === undefined
				? engine.serves === undefined
				: engine.serves?.(modelId) !== false;
		if (serves && engine.relay) found.push(engine);
		if (serves && engine.isLast) break;
	}
	return found;
}

function asked<Answer>(
	engine: Engine,
	call: Call,
	ask: (engine: Engine) => Promise<Answer | undefined> | Answer | undefined,
): Promise<Answer | undefined> | Answer | undefined {
	try {
		return ask(engine);
	} catch (error) {
		return failed(error, engine, call);
	}
}

/** A refusal is an answer too: the journal says whose. */
function failed(error: unknown, engine: Engine, call: Call): never {
	call.notes.engine ??= engine.name;
	throw error;
}

async function relayBy(
	engine: Engine,
	modelId: string | undefined,
	call: Call,
): Promise<undefined> {
	const answer = await engine.relay?.(modelId, call);
	if (!answer) return undefined;
	call.notes.engine = engine.name;
	throw new Relayed(answer);
}

function decide<Answer>(
	answer: Answer | undefined,
	engine: Engine,
	call: Call,
): Answer | undefined {
	if (answer) call.notes.engine = engine.name;
	return answer;
}
