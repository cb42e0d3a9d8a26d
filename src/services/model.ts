import type { Catalog } from "../models/catalog.ts";
import { resolveModelId } from "../models/resolve.ts";
import { directFamilyFor, providerFor } from "../providers/index.ts";
import { modelFacts } from "./model-facts.ts";
import type { ResolvedModel } from "./service.ts";

/** How many ids are remembered; clients use few, and an attacker must not fill the memory. */
const maxRemembered = 1000;

/**
 * Resolves model ids, inference-profile ids and ARNs, as received and percent-decoded, with what the catalogue knows of
 * them. Remembers the answers.
 */
export function modelResolver(
	catalog: Catalog,
): (modelId: string) => ResolvedModel {
	const remembered = new Map<string, ResolvedModel>();
	return (modelId) => {
		const known = remembered.get(modelId);
		if (known) return known;
		const resolved = resolveModelId(modelId);
		const row = catalog.find(resolved.baseId);
		const model: ResolvedModel = {
			...resolved,
			id: modelId,
			provider: providerFor(modelId),
			direct: directFamilyFor(resolved.baseId),
			facts: modelFacts(resolved.baseId, row),
			row,
		};
		if (remembered.size >= maxRemembered) remembered.clear();
		remembered.set(modelId, model);
		return model;
	};
}
