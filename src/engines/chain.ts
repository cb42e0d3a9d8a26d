import type { Call } from "../call.ts";
import { invalid, ServiceError } from "../errors.ts";
import type { TrueAnswer } from "../turn/true-answer.ts";
import type { Reply, Turn } from "../turn/turn.ts";
import { type Engine, SentTo } from "./engine.ts";

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

/** Asks one engine, through the door that fits. */
type Ask<Answer> = (
	engine: Engine,
) => Promise<Answer | SentTo | undefined> | Answer | SentTo | undefined;

/**
 * Asks each engine that serves a model in turn, for a reply or for what is none (vectors, relevances, images); the first
 * that does not pass decides, or says who does.
 *
 * @param modelId - as received
 * @param from - place of the engine to begin with
 * @throws Relayed
 * @throws ServiceError `ValidationException` when every engine passes
 */
export function firstAnswer<Answer>(
	engines: readonly Engine[],
	modelId: string,
	call: Call,
	ask: Ask<Answer>,
	from = 0,
): Promise<Answer> | Answer {
	const decide = (answer: Answer | SentTo, engine: Engine) => {
		if (answer instanceof SentTo)
			return askNamed(engines, answer, modelId, call, ask);
		call.notes.engine = engine.name;
		return answer;
	};
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
					decided
						? decide(decided, engine)
						: firstAnswer(engines, modelId, call, ask, index + 1),
				(error) => failed(error, engine, call),
			);
		if (answer) return decide(answer, engine);
	}
	const names = engines.map((engine) => engine.name).join(", ");
	throw invalid(
		`No engine answers ${call.operation} for ${modelId} (there are: ${names}). Name one for this model, or end the list of engines with stub.`,
	);
}

/** @throws Relayed; ServiceError `ValidationException` when the engine is not there, or passes */
async function askNamed<Answer>(
	engines: readonly Engine[],
	{ engine: name }: SentTo,
	modelId: string,
	call: Call,
	ask: Ask<Answer>,
): Promise<Answer> {
	const engine = engines.find((one) => one.name === name);
	const answer =
		engine &&
		(await (engine.relay
			? relayBy(engine, modelId, call)
			: asked(engine, call, ask)));
	if (!answer || answer instanceof SentTo)
		throw invalid(
			`The rule ${call.notes.rule} sends ${modelId} to the engine ${name}, which ${engine ? "does not answer it" : "is not there"}.`,
		);
	call.notes.engine = name;
	return answer;
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
		if (serves && engine.isLast?.(modelId)) break;
	}
	return found;
}

function asked<Answer>(
	engine: Engine,
	call: Call,
	ask: Ask<Answer>,
): ReturnType<Ask<Answer>> {
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
