/**
 * Request headers that may be kept and shown. Everything else, `authorization`, `cookie` and `x-amz-security-token` among
 * it, is never stored.
 */
const allowed = [
	"accept",
	"amz-sdk-invocation-id",
	"amz-sdk-request",
	"content-type",
	"user-agent",
	"x-amzn-bedrock-accept",
	"x-amzn-bedrock-guardrailidentifier",
	"x-amzn-bedrock-guardrailversion",
	"x-amzn-bedrock-performanceconfig-latency",
	"x-amzn-bedrock-request-metadata",
	"x-amzn-bedrock-service-tier",
	"x-amzn-bedrock-trace",
	"x-outcrop-fault",
	"x-outcrop-namespace",
];

/** The headers of the allow-list. */
export function keepHeaders(
	headers: Readonly<Record<string, string>>,
): Record<string, string> {
	const kept: Record<string, string> = {};
	for (const name of allowed) {
		const value = headers[name];
		if (value !== undefined) kept[name] = value;
	}
	return kept;
}

/** `attempt=2; max=3` as 2; boto3 writes `ttl=…; attempt=2; max=3` when it retries (observed). */
export function readAttempt(header: string | undefined): number | undefined {
	const match = /(?:^|; ?)attempt=(\d{1,4})/u.exec(header ?? "");
	return match ? Number(match[1]) : undefined;
}
