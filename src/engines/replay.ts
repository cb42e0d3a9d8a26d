/** Engine `replay`: answers from cassettes. */
import { showDifference } from "../recordings/explain.ts";
import type { Recordings } from "../recordings/recordings.ts";
import { Missed } from "./chain.ts";
import type { Engine } from "./engine.ts";

/** What an answer that was recorded is found by. */
export type OpenRecordings = () => Recordings | undefined;

/**
 * Answers every operation by what was recorded of it.
 *
 * @param opened - the recordings, once they are open
 */
export function replayEngine(opened: OpenRecordings): Engine {
	return {
		name: "replay",
		isLast: () => opened()?.isClosed === true,
		async relay(modelId, call) {
			const recordings = opened();
			const found = await recordings?.find(modelId, call);
			if (!found || found.answer) return found?.answer;
			if (!recordings?.isClosed) return undefined;
			throw missed(call.operation, modelId ?? call.wire.path, found);
		},
		reply: () => undefined,
		reset: (namespace) => opened()?.reset(namespace),
	};
}

/** How much an error tells of the nearest cassette; the journal has all of it. */
const mostTold = 2;

function missed(
	operation: string,
	about: string,
	{
		nearest,
		folder,
	}: { nearest: Parameters<typeof near>[0][]; folder: string },
): Missed {
	const [first] = nearest;
	return new Missed(
		`No cassette in ${folder} answers this ${operation} for ${about}. ${first ? `${near(first)} ` : ""}` +
			`Record it: --record ${folder} --record-mode missing; or leave out of the comparison what changes: --match.`,
	);
}

function near({
	file,
	differences,
}: {
	file: string;
	differences: Parameters<typeof showDifference>[0][];
}): string {
	const told = differences.slice(0, mostTold).map(showDifference).join("; ");
	const more = differences.length - mostTold;
	return `Nearest: ${file}, where ${told}${more > 0 ? `; and ${more} more` : ""}.`;
}
