import { defineService, readDescription } from "../service.ts";
import {
	getFoundationModel,
	getFoundationModelAvailability,
	listFoundationModels,
} from "./foundation-models.ts";
import {
	getInferenceProfile,
	listInferenceProfiles,
} from "./inference-profiles.ts";

/** The control plane: Amazon Bedrock. Its description is large, and read when a request is not the runtime's. */
export const bedrock = defineService(
	"bedrock",
	() => readDescription("bedrock"),
	{
		GetFoundationModel: getFoundationModel,
		GetFoundationModelAvailability: getFoundationModelAvailability,
		GetInferenceProfile: getInferenceProfile,
		ListFoundationModels: listFoundationModels,
		ListInferenceProfiles: listInferenceProfiles,
	},
);
