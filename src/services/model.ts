import type { ModelFacts } from "../models/facts.ts";
import { resolveModelId } from "../models/resolve.ts";
import { providerFor } from "../providers/index.ts";
import type { ResolvedModel } from "./service.ts";

const anthropicFacts: ModelFacts = {
	family: "anthropic",
	provider: "Anthropic",
	leadingAssistant: true,
};

/** How many ids are remembered; clients use few, and an attacker must not fill the memory. */
const maxRemembered = 1000;
const remembered = new Map<string, ResolvedModel>();

/** Resolves a model id, inference-profile id or ARN, as received and percent-decoded. Pure, so its memory may be shared. */
export function resolveModel(modelId: string): ResolvedModel {
	const known = remembered.get(modelId);
	if (known) return known;
	const resolved = resolveModelId(modelId);
	const provider = providerFor(modelId);
	const facts = provider.name === "Anthropic" ? anthropicFacts : {};
	const model: ResolvedModel = { ...resolved, id: modelId, provider, facts };
	if (remembered.size >= maxRemembered) remembered.clear();
	remembered.set(modelId, model);
	return model;
}
