import {
	BedrockClient,
	type BedrockClientConfig,
} from "@aws-sdk/client-bedrock";
import type { TestOutcrop } from "../support/outcrop.ts";

/** The SDK's control-plane client as users make it. */
export function bedrockClient(
	outcrop: TestOutcrop,
	options: BedrockClientConfig = {},
): BedrockClient {
	return new BedrockClient({
		endpoint: outcrop.url,
		region: "us-east-1",
		credentials: { accessKeyId: "123456789012", secretAccessKey: "test" },
		maxAttempts: 1,
		...options,
	});
}
