import { SignatureV4 } from "@smithy/signature-v4";
import { describe, expect, test } from "vitest";
import { type Credentials, signRequest } from "../../src/protocol/sign.ts";
import { Sha256 } from "../support/sha256.ts";

const nowMs = Date.UTC(2026, 9, 1, 12, 0, 0);
const host = "bedrock-runtime.eu-west-1.amazonaws.com";
const lasting: Credentials = {
	accessKeyId: "AKIAIOSFODNN7OUTCROP",
	secretAccessKey: "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",
};
const temporary: Credentials = { ...lasting, sessionToken: "FwoG//token+=" };

interface Case {
	path?: string;
	query?: Record<string, string>;
	body?: string;
	credentials?: Credentials;
	headers?: Record<string, string>;
}

/** What AWS's own signer makes of a request. */
async function oracle({
	path = "/",
	query = {},
	body = "{}",
	credentials = lasting,
	headers = {},
}: Case) {
	const signer = new SignatureV4({
		service: "bedrock",
		region: "eu-west-1",
		credentials,
		sha256: Sha256,
	});
	const signed = await signer.sign(
		{
			method: "POST",
			protocol: "https:",
			hostname: host,
			path,
			query,
			headers: { host, "content-type": "application/json", ...headers },
			body,
		},
		{ signingDate: new Date(nowMs) },
	);
	return signed.headers.authorization;
}

function ours({
	path = "/",
	query = {},
	body = "{}",
	credentials = lasting,
	headers = {},
}: Case) {
	const signed = signRequest(
		{
			method: "POST",
			path,
			headers: { host, "content-type": "application/json", ...headers },
		},
		Object.entries(query)
			.map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
			.join("&"),
		Buffer.from(body),
		{ credentials, region: "eu-west-1", service: "bedrock", nowMs },
	);
	return signed.authorization;
}

const id = "us.anthropic.claude-3-haiku-20240307-v1:0";
const arn = `arn:aws:bedrock:eu-west-1:123456789012:inference-profile/${id}`;

describe.each<[string, Case]>([
	["an encoded id", { path: `/model/${encodeURIComponent(id)}/converse` }],
	["a raw id", { path: `/model/${id}/converse` }],
	["an encoded ARN", { path: `/model/${encodeURIComponent(arn)}/invoke` }],
	["a raw ARN with a slash", { path: `/model/${arn}/invoke` }],
	["a query", { query: { maxResults: "10", byProvider: "amazon nova" } }],
	["an empty body", { body: "" }],
	["a body of more than ASCII", { body: '{"text":"Grüße 🌍"}' }],
	["a session token", { credentials: temporary }],
	[
		"further headers",
		{ headers: { "x-amzn-bedrock-trace": "ENABLED", accept: "*/*" } },
	],
	["a user agent, which is not signed", { headers: { "user-agent": "me/1" } }],
])("%s", (_, request) => {
	test("is signed as AWS's SDK signs it", async () => {
		expect(ours(request)).toBe(await oracle(request));
	});
});

test("what is added tells time, body and token", () => {
	const { authorization, ...added } = signRequest(
		{ method: "POST", path: "/", headers: { host } },
		"",
		Buffer.from("{}"),
		{ credentials: temporary, region: "eu-west-1", service: "bedrock", nowMs },
	);
	expect(added).toEqual({
		"x-amz-content-sha256":
			"44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
		"x-amz-date": "20261001T120000Z",
		"x-amz-security-token": "FwoG//token+=",
	});
	expect(authorization).toContain("/20261001/eu-west-1/bedrock/aws4_request");
});
