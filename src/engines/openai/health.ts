import type { Clock } from "../../call.ts";
import type { Log } from "../../log.ts";
import type { ModelServer } from "./server.ts";

/**
 * Asks a server for its models again and again, so that one which is away is known before a request meets it, and one which
 * is back is asked again at once. Ends when the signal aborts.
 */
export async function watchHealth(
	server: ModelServer,
	clock: Clock,
	signal: AbortSignal,
	log?: Log,
): Promise<void> {
	const { breaker, options } = server;
	let wasThere = true;
	while (!signal.aborted) {
		const problem = await server.askModels().then(
			() => undefined,
			(error: Error) => error.message,
		);
		if (signal.aborted) return;
		if (problem === undefined) breaker.succeed();
		else breaker.fail(clock.now());
		const isThere = problem === undefined;
		if (isThere !== wasThere)
			log?.info(
				isThere
					? `The model server ${options.name} is back.`
					: `The model server ${options.name} is away: ${problem}`,
			);
		wasThere = isThere;
		// The signal ends the wait, and with it the loop.
		await clock.sleep(options.health, signal).catch(() => {});
	}
}
