import type { Operation } from "../protocol/description.ts";

/**
 * Request headers that may be kept and shown. Everything else, `authorization`, `cookie` and `x-amz-security-token` among
 * it, is never stored.
 */
const allowed = [
	"amz-sdk-invocation-id",
	"amz-sdk-request",
	"content-type",
	"user-agent",
	"x-outcrop-fault",
	"x-outcrop-namespace",
];

/** The headers of the allow-list, and those that the operation's input is read from. */
export function keepHeaders(
	headers: Readonly<Record<string, string>>,
	{ input }: Operation,
): Record<string, string> {
	const kept: Record<string, string> = {};
	const keep = (name: string) => {
		const value = headers[name];
		if (value !== undefined) kept[name] = value;
	};
	for (const name of allowed) keep(name);
	for (const member of input.boundMembers)
		if (member.in === "header") keep(member.wireName);
	return kept;
}

const answerAllowed = new Set(["content-type", "x-amzn-errortype"]);

/** Headers of an answer that say something of it, names in lower case: what else a real service sent is not kept. */
export function keepAnswerHeaders(
	headers: Readonly<Record<string, string>>,
): Record<string, string> {
	const kept: Record<string, string> = {};
	for (const [name, value] of Object.entries(headers)) {
		const lower = name.toLowerCase();
		if (answerAllowed.has(lower) || lower.startsWith("x-amzn-bedrock-"))
			kept[lower] = value;
	}
	return kept;
}

/** `attempt=2; max=3` as 2; boto3 writes `ttl=…; attempt=2; max=3` when it retries (observed). */
export function readAttempt(header: string | undefined): number | undefined {
	const match = /(?:^|; ?)attempt=(\d{1,4})/u.exec(header ?? "");
	return match ? Number(match[1]) : undefined;
}
