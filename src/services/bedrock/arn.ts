/** The ARN of a foundation model: it belongs to no account. An empty Region stands for any. */
export function modelArn(region: string, modelId: string): string {
	return `arn:${partitionOf(region)}:bedrock:${region}::foundation-model/${modelId}`;
}

/** The ARN of a cross-region inference profile, which is the caller's. */
export function profileArn(
	region: string,
	accountId: string,
	profileId: string,
): string {
	return `arn:${partitionOf(region)}:bedrock:${region}:${accountId}:inference-profile/${profileId}`;
}

function partitionOf(region: string): string {
	if (region.startsWith("us-gov-")) return "aws-us-gov";
	return region.startsWith("cn-") ? "aws-cn" : "aws";
}
