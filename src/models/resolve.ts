/** What a model identifier names. */
export type ModelIdKind =
	| "foundation-model"
	| "inference-profile"
	| "application-inference-profile"
	| "provisioned-model"
	| "custom-model"
	| "imported-model"
	| "prompt"
	| "prompt-router"
	| "marketplace"
	| "unknown";

/** The parts of a model id, inference-profile id or ARN. */
export interface ResolvedId {
	/**
	 * The bare foundation-model id, such as `anthropic.claude-3-haiku-20240307-v1:0`, where the identifier tells it; else what
	 * names the resource (an opaque id), or the identifier itself.
	 */
	baseId: string;
	kind: ModelIdKind;
	/** `us`, `eu`, `apac`, `global`, … of a cross-region inference profile. */
	profilePrefix?: string;
	/** Of an ARN. */
	region?: string;
	/** Of an ARN, 12 digits; foundation models have none. */
	accountId?: string;
}

/**
 * A cross-region profile id is a geography before a whole model id. Ids of models may hold dots too (`deepseek.v3.2`), so
 * geographies are known by form: two letters with an optional suffix (`us`, `us-gov`, `jp`), or one of the longer names.
 * No vendor has two letters.
 */
const profileId =
	/^([a-z]{2}(?:-[a-z]+)?|apac|global|amer|emea|latam)\.([^.]+\..+)$/;

const bedrockArn =
	/^arn:aws(?:-[^:]+)?:bedrock:([^:]*):([^:]*):([^/]+)\/(.+)$/s;
const sagemakerArn =
	/^arn:aws(?:-[^:]+)?:sagemaker:([^:]*):([^:]*):endpoint\/(.+)$/s;

/** Resource types of `arn:…:bedrock:…:<type>/…`. A deployment of a custom model is called like the model. */
const kindOfResource: Record<string, ModelIdKind> = {
	"foundation-model": "foundation-model",
	"inference-profile": "inference-profile",
	"application-inference-profile": "application-inference-profile",
	"provisioned-model": "provisioned-model",
	"custom-model": "custom-model",
	"custom-model-deployment": "custom-model",
	"imported-model": "imported-model",
	prompt: "prompt",
	"prompt-router": "prompt-router",
	"default-prompt-router": "prompt-router",
};

/**
 * Takes a model identifier apart. It never fails: what follows no known form is `unknown`.
 *
 * @param modelId - as received, percent-decoded
 *
 * Source: patterns of InvokeModelIdentifier and ConversationalModelId (documented).
 */
export function resolveModelId(modelId: string): ResolvedId {
	if (modelId.startsWith("arn:")) return resolveArn(modelId);
	const profile = profileId.exec(modelId);
	if (profile)
		return {
			baseId: profile[2] as string,
			kind: "inference-profile",
			profilePrefix: profile[1] as string,
		};
	return {
		baseId: modelId,
		kind: /^[a-z0-9-]+\../.test(modelId) ? "foundation-model" : "unknown",
	};
}

function resolveArn(arn: string): ResolvedId {
	const bedrock = bedrockArn.exec(arn);
	const [, region, accountId, type, resource = ""] = bedrock ?? [];
	const kind = type === undefined ? undefined : kindOfResource[type];
	if (kind)
		return { ...baseOf(kind, resource), kind, ...owner(region, accountId) };
	const marketplace = sagemakerArn.exec(arn);
	if (marketplace) {
		return {
			baseId: marketplace[3] as string,
			kind: "marketplace",
			...owner(marketplace[1], marketplace[2]),
		};
	}
	return { baseId: arn, kind: "unknown" };
}

function baseOf(
	kind: ModelIdKind,
	resource: string,
): Pick<ResolvedId, "baseId" | "profilePrefix"> {
	// custom-model/<base model>/<12 characters>
	if (kind === "custom-model")
		return { baseId: resource.replace(/\/[^/]*$/, "") };
	const profile = kind.endsWith("inference-profile")
		? profileId.exec(resource)
		: null;
	if (profile)
		return {
			baseId: profile[2] as string,
			profilePrefix: profile[1] as string,
		};
	return { baseId: resource };
}

function owner(
	region: string | undefined,
	accountId: string | undefined,
): Pick<ResolvedId, "region" | "accountId"> {
	return { ...(region && { region }), ...(accountId && { accountId }) };
}
