import type { ConverseTrace } from "@aws-sdk/client-bedrock-runtime";
import { resolveModelId } from "../../models/resolve.ts";

/** A model of each of AWS's own routers (documented). What a router of an account's own chooses from, only that account knows. */
const routed: [RegExp, string][] = [
	[/^anthropic\./, "anthropic.claude-3-5-sonnet-20240620-v1:0"],
	[/^meta\./, "meta.llama3-1-70b-instruct-v1:0"],
	[/./, "amazon.nova-lite-v1:0"],
];

/**
 * What Converse tells of a prompt router: the inference profile that it chose. Undefined for every other model.
 *
 * Source: the member documented; that it is an ARN of a profile is the description's pattern, which model it names is assumed.
 */
export function routerTrace(modelId: string): ConverseTrace | undefined {
	if (!modelId.includes("prompt-router/")) return undefined;
	const {
		kind,
		baseId,
		region = "us-east-1",
		accountId,
	} = resolveModelId(modelId);
	if (kind !== "prompt-router") return undefined;
	const model = routed.find(([router]) => router.test(baseId))?.[1];
	const partition = modelId.split(":")[1];
	const profile = `inference-profile/${geographyOf(region)}.${model}`;
	return {
		promptRouter: {
			invokedModelId: `arn:${partition}:bedrock:${region}:${accountId}:${profile}`,
		},
	};
}

/** Of cross-region profiles: `us`, `us-gov`, `eu`, `apac`. */
function geographyOf(region: string): string {
	if (region.startsWith("ap-")) return "apac";
	return region.startsWith("us-gov-") ? "us-gov" : (region.split("-")[0] ?? "");
}
