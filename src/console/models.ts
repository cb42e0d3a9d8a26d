import type { Clock } from "../call.ts";
import { writeJson } from "../http/router.ts";
import {
	type Catalog,
	hasEnded,
	isCurrent,
	isLegacy,
	type Model,
} from "../models/catalog.ts";
import { directFamilyFor, providerFor } from "../providers/index.ts";
import type { Ability } from "../providers/provider.ts";
import type { ApiRow } from "./row.ts";

const path = "/_outcrop/api/models";

/** What Outcrop knows of models: all in short, one with its profiles' routes. */
export function modelRoutes({
	catalog,
	clock,
}: {
	catalog: Catalog;
	clock: Clock;
}): ApiRow[] {
	return [
		{
			method: "GET",
			path,
			summary:
				"The catalogue of models: what each can do, its limits, prices, Regions and profiles",
			answer() {
				const profiles = Map.groupBy(
					catalog.allProfiles(),
					({ modelId }) => modelId,
				);
				return writeJson({
					models: catalog.all().map((model) => ({
						...describe(model, catalog, clock.now()),
						profiles: profileIds(
							model,
							profiles.get(model.modelId)?.map((one) => one.inferenceProfileId),
						),
					})),
				});
			},
		},
		{
			method: "GET",
			path: `${path}/{id}`,
			summary:
				"One model, with the Regions between which each of its profiles routes",
			answer(_request, { id = "" }) {
				const model = catalog.find(id);
				if (!model)
					return writeJson(
						{
							message: `The catalogue has no model ${id}. It can be called all the same, unless Outcrop is strict.`,
						},
						404,
					);
				const routed = catalog
					.allProfiles()
					.filter(({ modelId }) => modelId === model.modelId);
				const ids = routed.map((one) => one.inferenceProfileId);
				return writeJson({
					...describe(model, catalog, clock.now()),
					profiles: profileIds(model, ids).map((profileId) => ({
						id: profileId,
						routes: routed.find((one) => one.inferenceProfileId === profileId)
							?.routes,
					})),
				});
			},
		},
	];
}

/** AWS's profiles, and those that only the model's row tells of. */
function profileIds(model: Model, known: readonly string[] = []): string[] {
	const named = (model.inferenceProfiles ?? []).map(
		(prefix) => prefix + model.modelId,
	);
	return [...new Set([...known, ...named])].toSorted();
}

function describe(model: Model, catalog: Catalog, now: number) {
	const { modelId, converseMaxTokens } = model;
	const { status, ...dates } = model.lifecycle ?? { status: "ACTIVE" };
	return {
		id: modelId,
		name: model.modelName ?? modelId,
		provider: model.providerName ?? "Unknown",
		family: (directFamilyFor(modelId) ?? providerFor(modelId)).family,
		can: abilitiesOf(model),
		reads: model.inputModalities,
		writes: model.outputModalities,
		contextWindow: model.contextWindow,
		maxOutputTokens: converseMaxTokens ?? model.maxOutputTokens,
		lifecycle: { ...dates, state: stateOf(model, now) },
		/** Whether a list without ended, provisioned and OpenAI-only models has it. */
		isCurrent: isCurrent(model, now),
		isGranted: catalog.grants(modelId),
		prices: model.prices,
		pricesByProfile: model.pricesByProfile,
		invokedBy: model.inferenceTypesSupported,
		regions: model.regions,
		onDemandRegions: model.onDemandRegions,
		source: model.confidence,
	};
}

function stateOf(model: Model, now: number): "active" | "legacy" | "ended" {
	if (hasEnded(model, now)) return "ended";
	return isLegacy(model, now) ? "legacy" : "active";
}

/** What a model does. Where its row says nothing, as a user's may, what its family's bodies can say has to do. */
function abilitiesOf(model: Model): string[] {
	const { modelId, outputModalities = [] } = model;
	const direct = directFamilyFor(modelId);
	const speaks = (direct ?? providerFor(modelId)).speaks;
	const does = (own: boolean | undefined, ability: Ability) =>
		own ?? speaks.includes(ability);
	const abilities: [string, boolean | undefined][] = [
		["converse", model.converse ?? direct === undefined],
		["streaming", does(model.responseStreamingSupported, "stream")],
		["system", model.systemPrompts],
		["tools", does(model.toolUse, "tools")],
		["images", does(model.imageInput, "images")],
		["documents", model.documentInput],
		["video", model.videoInput],
		["reasoning", does(model.reasoning, "reasoning")],
		["caching", model.promptCaching],
		["embeddings", does(undefined, "embeddings")],
		["rerank", does(undefined, "rerank")],
		["pictures", outputModalities.includes("IMAGE")],
		["speech", outputModalities.includes("SPEECH")],
	];
	return abilities.flatMap(([name, isThere]) => (isThere ? name : []));
}
