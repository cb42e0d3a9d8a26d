import type {
	GetInferenceProfileCommandInput,
	GetInferenceProfileResponse,
	InferenceProfileSummary,
	ListInferenceProfilesCommandInput,
	ListInferenceProfilesResponse,
} from "@aws-sdk/client-bedrock";
import { ServiceError } from "../../errors.ts";
import {
	hasEnded,
	type InferenceProfile,
	type Model,
} from "../../models/catalog.ts";
import { resolveModelId } from "../../models/resolve.ts";
import type { Handler, ServiceCall } from "../service.ts";
import { modelArn, profileArn } from "./arn.ts";
import { pageOf } from "./page.ts";

/** Some clients send the filter by the SDK's name of the member instead of the wire's (observed, ruby_llm). */
type ListInput = ListInferenceProfilesCommandInput & {
	typeEqualsByItsName?: ListInferenceProfilesCommandInput["typeEquals"];
};

/** The cross-region profiles that can be called from the caller's Region. Application profiles there are none yet. */
export const listInferenceProfiles: Handler<
	ListInput,
	ListInferenceProfilesResponse
> = (input, call) => {
	const type = input.typeEquals ?? input.typeEqualsByItsName;
	const profiles = type === "APPLICATION" ? [] : listedProfiles(call);
	const { items, nextToken } = pageOf(profiles, input);
	return {
		inferenceProfileSummaries: items.map((profile) =>
			describeProfile(profile, call),
		),
		nextToken,
	};
};

/**
 * One profile, by id or ARN. From a Region that does not list it, it is found but with `--strict`.
 *
 * The text for unknown ones is assumed; the type is observed.
 */
export const getInferenceProfile: Handler<
	GetInferenceProfileCommandInput,
	GetInferenceProfileResponse
> = (input, call) => {
	const identifier = input.inferenceProfileIdentifier ?? "";
	const { kind, profilePrefix, baseId } = resolveModelId(identifier);
	const profile =
		kind === "inference-profile" && profilePrefix
			? call.catalog.findProfile(`${profilePrefix}.${baseId}`)
			: undefined;
	const model = profile && call.catalog.find(profile.modelId);
	const hidden =
		call.mode === "strict" && profile && !isListed(profile, model, call);
	if (!profile || hidden) {
		throw new ServiceError(
			"ResourceNotFoundException",
			`Could not find the inference profile ${identifier}.`,
		);
	}
	return describeProfile(profile, call);
};

function listedProfiles(call: ServiceCall): InferenceProfile[] {
	const models = new Map(
		call.catalog.all().map((model) => [model.modelId, model]),
	);
	return call.catalog
		.allProfiles()
		.filter((profile) => isListed(profile, models.get(profile.modelId), call));
}

function isListed(
	profile: InferenceProfile,
	model: Model | undefined,
	{ catalog, clock, identity }: ServiceCall,
): boolean {
	if (model && hasEnded(model, clock.now())) return false;
	return (
		routeFrom(profile, identity.region) !== undefined ||
		!catalog.hasRegion(identity.region)
	);
}

function routeFrom(profile: InferenceProfile, region: string) {
	return profile.routes.find((route) => route.sourceRegions.includes(region));
}

/** Which Regions a profile names depends on the one it is asked from (observed). */
function describeProfile(
	profile: InferenceProfile,
	{ identity }: ServiceCall,
): InferenceProfileSummary {
	const { region, accountId } = identity;
	const route = routeFrom(profile, region) ?? profile.routes[0];
	const regions = (route?.destinationRegions ?? [region]).map((destination) =>
		destination === "<source>" ? region : destination,
	);
	return {
		inferenceProfileName: profile.inferenceProfileName,
		description: profile.description.replace("<destinations>", listed(regions)),
		createdAt: profile.createdAt ? new Date(profile.createdAt) : undefined,
		updatedAt: profile.updatedAt ? new Date(profile.updatedAt) : undefined,
		inferenceProfileArn: profileArn(
			region,
			accountId,
			profile.inferenceProfileId,
		),
		models: regions.map((destination) => ({
			modelArn: modelArn(destination, profile.modelId),
		})),
		inferenceProfileId: profile.inferenceProfileId,
		status: "ACTIVE",
		type: "SYSTEM_DEFINED",
	};
}

/** `us-east-1, us-east-2 and us-west-2`, as AWS's descriptions say it (observed). */
function listed(regions: string[]): string {
	const sorted = [...regions].sort();
	const last = sorted.pop() ?? "";
	return sorted.length === 0 ? last : `${sorted.join(", ")} and ${last}`;
}
