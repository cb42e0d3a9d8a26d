import { ServiceError } from "../errors.ts";
import {
	type Catalog,
	hasEnded,
	inferenceTypesIn,
	isIn,
	isLegacy,
	type Model,
} from "./catalog.ts";
import type { ResolvedId } from "./resolve.ts";

/** What AWS refuses of a model for one account, in one Region, at one time; in which words, and how we know. */
export interface AccessRule {
	/** AWS's sentence; `{modelId}` is the id as it was sent. */
	text: string;
	error:
		| "ValidationException"
		| "AccessDeniedException"
		| "ResourceNotFoundException";
	when: string;
	source: "documented" | "observed" | "assumed";
	/** Where it was seen, or why it is assumed. */
	reference: string;
}

/** What `--strict` adds, in the order in which it is checked: before anything else of the request is looked at. */
export const accessRules = {
	unknownModel: {
		text: "The provided model identifier is invalid.",
		error: "ValidationException",
		when: "no such model or profile, or one that only the OpenAI-compatible endpoint serves",
		source: "observed",
		reference: "recorded on all operations, whatever the body is",
	},
	endOfLife: {
		text: "This model version has reached the end of its life. Please refer to the AWS documentation for more details.",
		error: "ResourceNotFoundException",
		when: "past the model's end of life",
		source: "observed",
		reference: "live logs in several public repositories",
	},
	notInRegion: {
		text: "The provided model identifier is invalid.",
		error: "ValidationException",
		when: "the model or profile cannot be called from the Region",
		source: "observed",
		reference: "aws/aws-sdk-js-v3#6424, a model that was removed from a Region",
	},
	accessDenied: {
		text: "You don't have access to the model with the specified model ID.",
		error: "AccessDeniedException",
		when: "the model is one of `deniedModels`",
		source: "observed",
		reference: "widely quoted live logs",
	},
	legacy: {
		text: "Access denied. This Model is marked by provider as Legacy and you have not been actively using the model in the last 30 days. Please upgrade to an active model on Amazon Bedrock",
		error: "ResourceNotFoundException",
		when: "the model is legacy: an emulator has used nothing in the last 30 days",
		source: "observed",
		reference: "live logs 2026; older texts say 15 days",
	},
	profileOnly: {
		text: "Invocation of model ID {modelId} with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model.",
		error: "ValidationException",
		when: "a bare id in a Region where the model is not served on demand",
		source: "observed",
		reference:
			"stackblitz-labs/bolt.diy#1102, terricain/aioboto3#352; the apostrophe is U+2019",
	},
} as const satisfies Record<string, AccessRule>;

/** Who calls, from where, when, and for which models there are. */
export interface Access {
	catalog: Catalog;
	region: string;
	/** Milliseconds since the epoch. */
	now: number;
}

/**
 * Refuses a model as AWS does for an account, a Region and a date. Resources of accounts (provisioned, custom and imported
 * models, prompts, routers, application profiles) pass: which of them exist, the catalogue does not know.
 *
 * The order is partly observed: resolution comes before access, lifecycle and throughput (assumed among themselves).
 *
 * @param model - the row of `resolved.baseId`
 * @throws ServiceError with AWS's type and text
 */
export function checkAccess(
	modelId: string,
	resolved: ResolvedId,
	model: Model | undefined,
	access: Access,
): void {
	const { kind, baseId } = resolved;
	if (
		kind !== "foundation-model" &&
		kind !== "inference-profile" &&
		kind !== "unknown"
	)
		return;
	const { catalog, region, now } = access;
	if (!model || model.mantleOnly) throw refusal("unknownModel", modelId);
	if (kind === "inference-profile" && !hasProfile(model, resolved))
		throw refusal("unknownModel", modelId);
	if (hasEnded(model, now)) throw refusal("endOfLife", modelId);
	if (!isIn(model, region)) throw refusal("notInRegion", modelId);
	if (
		kind === "inference-profile" &&
		!isRouted(catalog, `${resolved.profilePrefix}.${baseId}`, region)
	) {
		throw refusal("notInRegion", modelId);
	}
	if (!catalog.grants(modelId, baseId)) throw refusal("accessDenied", modelId);
	if (isLegacy(model, now)) throw refusal("legacy", modelId);
	if (
		kind !== "inference-profile" &&
		!inferenceTypesIn(model, region).includes("ON_DEMAND")
	) {
		throw refusal("profileOnly", modelId);
	}
}

function hasProfile(
	{ inferenceProfiles, confidence }: Model,
	{ profilePrefix }: ResolvedId,
): boolean {
	return confidence === "configured" && !inferenceProfiles
		? true
		: inferenceProfiles?.includes(`${profilePrefix}.`) === true;
}

/** A profile that only its model's row tells of is callable from anywhere. */
function isRouted(
	catalog: Catalog,
	profileId: string,
	region: string,
): boolean {
	const profile = catalog.findProfile(profileId);
	return (
		!profile ||
		profile.routes.some((route) => route.sourceRegions.includes(region))
	);
}

function refusal(
	name: keyof typeof accessRules,
	modelId: string,
): ServiceError {
	const { error, text } = accessRules[name];
	return new ServiceError(error, text.replace("{modelId}", modelId));
}
