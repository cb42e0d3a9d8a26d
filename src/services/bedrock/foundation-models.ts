import type {
	FoundationModelDetails,
	FoundationModelLifecycle,
	GetFoundationModelAvailabilityCommandInput,
	GetFoundationModelAvailabilityResponse,
	GetFoundationModelCommandInput,
	GetFoundationModelResponse,
	InferenceType,
	ListFoundationModelsCommandInput,
	ListFoundationModelsResponse,
	ModelCustomization,
	ModelModality,
} from "@aws-sdk/client-bedrock";
import { invalid, ServiceError } from "../../errors.ts";
import {
	hasEnded,
	inferenceTypesIn,
	isIn,
	isLegacy,
	type Model,
} from "../../models/catalog.ts";
import { resolveModelId } from "../../models/resolve.ts";
import type { Handler, ServiceCall } from "../service.ts";
import { modelArn } from "./arn.ts";

/**
 * The models that the caller's Region lists at the emulator's time. Filters are conjunctive; providers are compared
 * without case (assumed: AWS's own examples write both `amazon` and `Amazon`).
 */
export const listFoundationModels: Handler<
	ListFoundationModelsCommandInput,
	ListFoundationModelsResponse
> = (input, call) => {
	const { byProvider, byOutputModality, byCustomizationType, byInferenceType } =
		input;
	const provider = byProvider?.toLowerCase();
	const modelSummaries = call.catalog
		.all()
		.filter((model) => isListed(model, call))
		.map((model) => describeModel(model, call))
		.filter(
			(model) =>
				(!provider || model.providerName?.toLowerCase() === provider) &&
				(!byOutputModality ||
					model.outputModalities?.includes(byOutputModality)) &&
				(!byCustomizationType ||
					model.customizationsSupported?.includes(byCustomizationType)) &&
				(!byInferenceType ||
					model.inferenceTypesSupported?.includes(byInferenceType)),
		);
	return { modelSummaries };
};

/** One model, by id or ARN. */
export const getFoundationModel: Handler<
	GetFoundationModelCommandInput,
	GetFoundationModelResponse
> = (input, call) => ({
	modelDetails: describeModel(
		findModel(input.modelIdentifier ?? "", call),
		call,
	),
});

/** Whether the account may use a model: by the configuration, and by the Region. */
export const getFoundationModelAvailability: Handler<
	GetFoundationModelAvailabilityCommandInput,
	GetFoundationModelAvailabilityResponse
> = (input, call) => {
	const model = findModel(input.modelId ?? "", call);
	const granted = call.catalog.grants(model.modelId);
	const region = isThere(model, call);
	return {
		modelId: model.modelId,
		agreementAvailability: { status: granted ? "AVAILABLE" : "NOT_AVAILABLE" },
		authorizationStatus: granted ? "AUTHORIZED" : "NOT_AUTHORIZED",
		entitlementAvailability: granted ? "AVAILABLE" : "NOT_AVAILABLE",
		regionAvailability: region ? "AVAILABLE" : "NOT_AVAILABLE",
	};
};

/**
 * Models past their end and of other Regions are gone with `--strict`, as on AWS; else they are found, since they can be
 * invoked. The text for unknown ids is assumed, and so is that profile ids are malformed ones here.
 */
function findModel(identifier: string, call: ServiceCall): Model {
	const { baseId, kind } = resolveModelId(identifier);
	if (kind !== "foundation-model")
		throw invalid("The provided model identifier is invalid.");
	const model = call.catalog.find(baseId);
	if (!model || (call.mode === "strict" && !isListed(model, call))) {
		throw new ServiceError(
			"ResourceNotFoundException",
			`Could not find the model ${baseId}.`,
		);
	}
	return model;
}

function isListed(model: Model, call: ServiceCall): boolean {
	if (model.mantleOnly || model.listed === false) return false;
	return !hasEnded(model, call.clock.now()) && isThere(model, call);
}

/** A Region that AWS does not have lists everything: whoever calls himself `local` wants an answer. */
function isThere(model: Model, { catalog, identity }: ServiceCall): boolean {
	return isIn(model, identity.region) || !catalog.hasRegion(identity.region);
}

/** What the lists and details say of a model; on the wire stand more words than the SDK's enumerations know (observed). */
function describeModel(
	model: Model,
	{ identity, clock }: ServiceCall,
): FoundationModelDetails {
	const described = {
		modelArn: modelArn(identity.region, model.modelId),
		modelId: model.modelId,
		modelName: model.modelName ?? model.modelId,
		providerName: model.providerName,
		inputModalities: (model.inputModalities ?? ["TEXT"]) as ModelModality[],
		outputModalities: (model.outputModalities ?? ["TEXT"]) as ModelModality[],
		responseStreamingSupported: model.responseStreamingSupported,
		customizationsSupported: (model.customizationsSupported ??
			[]) as ModelCustomization[],
		inferenceTypesSupported: inferenceTypesIn(
			model,
			identity.region,
		) as InferenceType[],
		modelLifecycle: lifecycleAt(model, clock.now()),
		converse: describeConverse(model),
	};
	return described;
}

function lifecycleAt(model: Model, now: number): FoundationModelLifecycle {
	const {
		startOfLifeTime,
		legacyTime,
		publicExtendedAccessTime,
		endOfLifeTime,
	} = model.lifecycle ?? {};
	return {
		status: isLegacy(model, now) ? "LEGACY" : "ACTIVE",
		startOfLifeTime: date(startOfLifeTime),
		legacyTime: date(legacyTime),
		publicExtendedAccessTime: date(publicExtendedAccessTime),
		endOfLifeTime: date(endOfLifeTime),
	};
}

/** A member of the live service that no SDK knows and REST clients read (observed). */
function describeConverse(model: Model): object | undefined {
	if (!model.converse) return undefined;
	return {
		maxTokensDefault: model.converseMaxTokensDefault,
		maxTokensMaximum: model.converseMaxTokens ?? model.maxOutputTokens,
		systemRoleSupported: model.systemPrompts,
		userImageTypesSupported: model.imageInput ? imageTypes : [],
		userDocumentTypesSupported: model.documentTypes,
		reasoningSupported: model.reasoning ? { embedded: false } : null,
	};
}

const imageTypes = ["png", "jpeg", "gif", "webp"];

function date(text: string | undefined): Date | undefined {
	return text === undefined ? undefined : new Date(text);
}
