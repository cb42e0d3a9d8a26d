import { Missed, Relayed } from "../engines/chain.ts";
import { ServiceError } from "../errors.ts";
import type { Match } from "../protocol/route.ts";
import type { TrueAnswer } from "../turn/true-answer.ts";
import type { EmulatorCall } from "./call.ts";

/**
 * The answer of a real service, where an engine has answered by it, or would. What Outcrop's own rules refuse is asked for
 * too: the real service knows better, and a recording of it was an answer once.
 *
 * @param error - what answering the call threw
 * @returns undefined when the call fails by that error
 * @throws what asking the real service throws
 */
export async function trueAnswer(
	error: unknown,
	{ labels }: Match,
	call: EmulatorCall,
): Promise<TrueAnswer | undefined> {
	const { modelId } = labels;
	const answer =
		error instanceof Relayed
			? error.answer
			: modelId !== undefined && isOwnRefusal(error, call)
				? await relayed(modelId, call)
				: undefined;
	if (answer) call.relayed(modelId, answer);
	return answer;
}

/** Neither an engine's nor a fault's: those are meant. */
function isOwnRefusal(error: unknown, call: EmulatorCall): boolean {
	return (
		error instanceof ServiceError &&
		error.name === "ValidationException" &&
		!call.hasAsked &&
		call.plan === undefined
	);
}

async function relayed(
	modelId: string,
	call: EmulatorCall,
): Promise<TrueAnswer | undefined> {
	try {
		await call.relay(modelId);
		return undefined;
	} catch (thrown) {
		if (thrown instanceof Relayed) return thrown.answer;
		// No recording knows better than Outcrop's rules, which refused the request while it was recorded too.
		if (thrown instanceof Missed) return undefined;
		throw thrown;
	}
}
