/** Which of several servers is asked, and how often. */
import type { Call } from "../../call.ts";
import { ServiceError } from "../../errors.ts";
import type { Log } from "../../log.ts";
import { UpstreamFailure } from "./failures.ts";
import type { ModelServer } from "./server.ts";
import { findTarget, ranks, type Target } from "./upstream.ts";

/** A server that is for the model, and its own id for it. */
export interface Candidate {
	server: ModelServer;
	model: Target["model"];
}

/** The longest wait that a server's Retry-After is granted; a client can wait for itself. */
const longestRetryAfterMs = 10_000;

/** The servers that are for a model: all whose way to it (id, pattern, …) is the nearest that any of them has. */
export function findCandidates(
	servers: readonly ModelServer[],
	modelId: string,
	isText: boolean,
): Candidate[] {
	const found = servers.flatMap((server) => {
		const target = findTarget(server.options, modelId, isText);
		return target ? [{ server, ...target }] : [];
	});
	const nearest = ranks.find((rank) =>
		found.some((candidate) => candidate.rank === rank),
	);
	return found.filter(({ rank }) => rank === nearest);
}

/**
 * Asks one of the servers, chosen by weight and the call's chance; when it fails before anything of an answer came, in a way
 * that may pass, another one, or the same one after a wait.
 *
 * @param ask - sends the request to a server; rejects with UpstreamFailure
 * @throws ServiceError of the last failure; the signal's reason when the client hangs up
 */
export async function askServers<Answer>(
	candidates: readonly Candidate[],
	call: Call,
	log: Log | undefined,
	ask: (server: ModelServer, model: string) => Promise<Answer>,
): Promise<Answer> {
	const untried = new Set(candidates);
	for (let attempt = 1; ; attempt++) {
		const candidate = pick([...untried], call) ?? pick(candidates, call);
		if (!candidate) throw allPaused(candidates, call);
		untried.delete(candidate);
		const { server } = candidate;
		try {
			return await askOne(candidate, call, ask);
		} catch (error) {
			if (!(error instanceof UpstreamFailure)) throw error;
			if (!error.retryable || attempt > server.options.retries)
				throw error.error;
			const others = [...untried].some(isAdmitted(call));
			const waitMs = others ? 0 : waitBefore(attempt, error, call);
			if (waitMs === undefined) throw error.error;
			log?.info(`${error.message} Trying again.`);
			if (waitMs > 0) await call.clock.sleep(waitMs, call.signal);
		}
	}
}

async function askOne<Answer>(
	{ server, model }: Candidate,
	call: Call,
	ask: (server: ModelServer, model: string) => Promise<Answer>,
): Promise<Answer> {
	const { breaker, options } = server;
	breaker.enter();
	try {
		const target = model ?? (await firstModel(server));
		call.notes.upstream = `${options.name}: ${target}`;
		const answer = await ask(server, target);
		breaker.succeed();
		return answer;
	} catch (error) {
		if (!(error instanceof UpstreamFailure)) breaker.abandon();
		else if (error.counts) breaker.fail(call.clock.now());
		// It has answered, if not as hoped.
		else breaker.succeed();
		throw error;
	}
}

/** A server of which no model is named answers with its first. */
async function firstModel(server: ModelServer): Promise<string> {
	const [first] = await server.models();
	if (first !== undefined) return first;
	throw new UpstreamFailure(
		new ServiceError(
			"ServiceUnavailableException",
			`The model server ${server.options.name} lists no models. Load one, or name its default.`,
		),
	);
}

function isAdmitted(call: Call): (candidate: Candidate) => boolean {
	const now = call.clock.now();
	return ({ server }) => server.breaker.admits(now);
}

function pick(
	candidates: readonly Candidate[],
	call: Call,
): Candidate | undefined {
	const admitted = candidates.filter(isAdmitted(call));
	if (admitted.length < 2) return admitted[0];
	const weights = admitted.map(({ server }) => server.options.weight);
	const sum = weights.reduce((total, weight) => total + weight, 0);
	let at = call.random.next() * sum;
	return (
		admitted.find((_, index) => {
			at -= weights[index] ?? 0;
			return at < 0;
		}) ?? admitted.at(-1)
	);
}

/** Undefined: it is not worth another try. A server that throttles is asked again only when it says when. */
function waitBefore(
	attempt: number,
	{ retryAfterMs, error }: UpstreamFailure,
	call: Call,
): number | undefined {
	if (retryAfterMs !== undefined)
		return retryAfterMs <= longestRetryAfterMs ? retryAfterMs : undefined;
	if (error.name === "ThrottlingException") return undefined;
	return 100 * 2 ** (attempt - 1) * (0.5 + call.random.next());
}

function allPaused(candidates: readonly Candidate[], call: Call): ServiceError {
	const now = call.clock.now();
	const told = candidates.map(({ server }) => {
		const { breaker, options } = server;
		const seconds = Math.ceil(breaker.waitMs(now) / 1000);
		const times =
			breaker.failures === 1 ? "once" : `${breaker.failures} times in a row`;
		return `${options.name} has failed ${times} and is tried again in ${seconds} s`;
	});
	return new ServiceError(
		"ServiceUnavailableException",
		`No model server is asked just now: ${told.join("; ")}.`,
	);
}
