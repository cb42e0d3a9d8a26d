/** Cassettes that were recorded of something that has changed since. */
import type { Model } from "../models/catalog.ts";
import type { Operation } from "../protocol/description.ts";
import type { Cassette } from "./cassette.ts";
import { differencesOf, showDifference } from "./explain.ts";
import { factsOf, hashFacts, hashOperation } from "./facts.ts";

/** What there is now. */
export interface Present {
	rowOf(modelId: string): Model | undefined;
	operations: ReadonlyMap<string, Operation>;
}

/** What has changed since a cassette was recorded, a sentence each; empty: nothing. */
export function changesSince(
	{ request, outcrop, api, catalog, facts }: Cassette,
	{ rowOf, operations }: Present,
): string[] {
	const changes: string[] = [];
	const operation = operations.get(request.operation);
	if (api !== undefined && operation && hashOperation(operation) !== api)
		changes.push(
			`AWS's description of ${request.operation} has changed since Outcrop ${outcrop}`,
		);
	if (catalog === undefined) return changes;
	const row = rowOf(request.model);
	if (!row)
		return [...changes, `the catalogue no longer knows ${request.model}`];
	const now = factsOf(row);
	if (hashFacts(now) === catalog) return changes;
	const told = differencesOf(facts ?? {}, now).map(showDifference);
	return [...changes, `the catalogue's row has changed: ${told.join("; ")}`];
}
