/** What two requests must have in common to be the same one. */

/** Words for what differs from run to run, each taken out of texts before they are compared. */
export const normalisers = ["whitespace", "dates", "uuids", "toolIds"] as const;

/** The name of a normaliser. */
export type Normaliser = (typeof normalisers)[number];

/** How requests are compared; the operation always counts. */
export interface MatchSpec {
	/**
	 * Members that count: `model`, `headers`, and those of the body, where `tools` and `system` and `messages` stand for
	 * what each family calls them. Empty: everything.
	 */
	readonly members: readonly string[];
	/** JSONPaths into the body, left out. */
	readonly ignore: readonly string[];
	readonly normalise: readonly Normaliser[];
}

/** Everything counts, as it was sent. */
export const matchAll: MatchSpec = { members: [], ignore: [], normalise: [] };
