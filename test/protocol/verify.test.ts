import { createHash } from "node:crypto";
import { once } from "node:events";
import {
	createServer,
	type IncomingMessage,
	type RequestListener,
} from "node:http";
import {
	createServer as createHttp2Server,
	type Http2ServerRequest,
	type Http2ServerResponse,
} from "node:http2";
import type { AddressInfo } from "node:net";
import {
	BedrockRuntimeClient,
	ConverseCommand,
} from "@aws-sdk/client-bedrock-runtime";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { SignatureV4 } from "@smithy/signature-v4";
import { expect, test } from "vitest";
import type { HttpRequest } from "../../src/http/message.ts";
import type { Credentials } from "../../src/protocol/sign.ts";
import {
	BearerRejected,
	type Keys,
	verifySignature,
} from "../../src/protocol/verify.ts";
import { Sha256 } from "../support/sha256.ts";

const now = Date.UTC(2026, 9, 1, 12, 0, 0);
const secretAccessKey = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const plain: Credentials = {
	accessKeyId: "AKIAIOSFODNN7EXAMPLE",
	secretAccessKey,
};
const temporary: Credentials = {
	accessKeyId: "ASIAIOSFODNN7EXAMPLE",
	secretAccessKey,
	sessionToken: "IQoJb3JpZ2luX2VjE//+example==",
};
const keys: Keys = {
	credentials: new Map(
		[plain, temporary].map((credentials) => [
			credentials.accessKeyId,
			credentials,
		]),
	),
	bearerKeys: new Set(["ABSKQmVkcm9ja0FQSUtleQ=="]),
};
const unknownKey = {
	name: "UnrecognizedClientException",
	message: "The security token included in the request is invalid.",
};

interface Call {
	method?: string;
	path?: string;
	query?: Record<string, string | string[]>;
	headers?: Record<string, string>;
	body?: string;
	credentials?: Credentials;
	service?: string;
	signedMs?: number;
	/** False as boto3, which sends no `x-amz-content-sha256`. */
	checksum?: boolean;
}

const body = '{"messages":[]}';
const path = "/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse";

function oracle(call: Call) {
	const signer = new SignatureV4({
		service: call.service ?? "bedrock",
		region: "us-east-1",
		credentials: call.credentials ?? plain,
		sha256: Sha256,
		applyChecksum: call.checksum ?? false,
	});
	const unsigned = {
		method: call.method ?? "POST",
		protocol: "http:",
		hostname: "localhost",
		path: call.path ?? path,
		query: call.query ?? {},
		headers: call.headers ?? {
			host: "localhost:4566",
			"content-type": "application/json",
		},
		body: call.body ?? body,
	};
	return { signer, unsigned };
}

function toRequest(parts: {
	method: string;
	path: string;
	query?: unknown;
	headers: Record<string, string>;
}): HttpRequest {
	const query = Object.entries(
		(parts.query ?? {}) as Record<string, string | string[]>,
	).flatMap(([name, value]) =>
		[value]
			.flat()
			.map((one) => `${encodeURIComponent(name)}=${encodeURIComponent(one)}`),
	);
	return {
		method: parts.method,
		path: parts.path,
		query: query.join("&"),
		headers: parts.headers,
		httpVersion: "1.1",
		remoteAddress: "127.0.0.1",
		body: async () => Buffer.alloc(0),
		signal: new AbortController().signal,
	};
}

async function sign(call: Call = {}): Promise<HttpRequest> {
	const { signer, unsigned } = oracle(call);
	return toRequest(
		await signer.sign(unsigned, {
			signingDate: new Date(call.signedMs ?? now),
		}),
	);
}

async function presign(
	call: Call = {},
	expiresIn = 3600,
): Promise<HttpRequest> {
	const { signer, unsigned } = oracle(call);
	return toRequest(
		await signer.presign(unsigned, {
			signingDate: new Date(call.signedMs ?? now),
			expiresIn,
		}),
	);
}

function verify(request: HttpRequest, sent = body, nowMs = now) {
	return verifySignature(request, Buffer.from(sent), keys, nowMs);
}

function refusal(
	request: HttpRequest,
	sent = body,
	nowMs = now,
): { name: string; message: string } {
	try {
		verify(request, sent, nowMs);
	} catch (error) {
		if (error instanceof Error)
			return { name: error.name, message: error.message };
	}
	throw new Error("The request was let in.");
}

function withHeader(
	request: HttpRequest,
	name: string,
	value: string,
): HttpRequest {
	return { ...request, headers: { ...request.headers, [name]: value } };
}

function without(request: HttpRequest, name: string): HttpRequest {
	const { [name]: _, ...headers } = request.headers;
	return { ...request, headers };
}

async function signedAs(
	replace: (authorization: string) => string,
): Promise<HttpRequest> {
	const request = await sign();
	return withHeader(
		request,
		"authorization",
		replace(request.headers.authorization ?? ""),
	);
}

const mismatch = {
	name: "InvalidSignatureException",
	message: expect.stringMatching(
		/^The request signature we calculated does not match/,
	),
};

// Let in.

test("a signed call is let in", async () => {
	expect(verify(await sign())).toBeUndefined();
});

test("a signed call with a checksum header is let in", async () => {
	expect(verify(await sign({ checksum: true }))).toBeUndefined();
});

test("a call with the session token of temporary credentials is let in", async () => {
	expect(verify(await sign({ credentials: temporary }))).toBeUndefined();
});

test("an ARN in the path with encoded colons and slashes is let in", async () => {
	const arn =
		"arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aapplication-inference-profile%2Fabc123";
	expect(
		verify(await sign({ path: `/model/${arn}/converse` })),
	).toBeUndefined();
});

test("a raw colon in the path is let in", async () => {
	expect(
		verify(await sign({ path: "/model/us.anthropic.claude-v1:0/invoke" })),
	).toBeUndefined();
});

test("a path with empty and dotted segments is let in", async () => {
	expect(
		verify(await sign({ path: "//model/./a/../b/(c)!*'/" })),
	).toBeUndefined();
});

test("a query that has to be sorted is let in", async () => {
	const query = { z: "1", "a-b": "2", a: ["z y", "b+c", "ü*"], A: "", é: "/" };
	expect(verify(await sign({ query }))).toBeUndefined();
});

test("the signed headers may be listed in another order and case", async () => {
	const request = await signedAs((text) =>
		text.replace(
			"content-type;host;x-amz-date",
			"X-Amz-Date;Host;Content-Type",
		),
	);
	expect(verify(request)).toBeUndefined();
});

test("a header with surplus spaces is let in", async () => {
	const headers = {
		host: "localhost:4566",
		"x-amz-user-agent": "  aws   sdk  ",
	};
	expect(verify(await sign({ headers }))).toBeUndefined();
});

test("a call over HTTP/2 that signs :authority instead of host is let in", async () => {
	const headers = {
		":authority": "localhost:4566",
		"content-type": "application/json",
	};
	const request = await sign({ headers, checksum: true });
	expect(request.headers.authorization).toContain(
		"SignedHeaders=:authority;content-type;",
	);
	expect(verify(withHeader(request, "host", "localhost:4566"))).toBeUndefined();
});

test("a call with an unsigned payload is let in with any body", async () => {
	const headers = {
		host: "localhost",
		"x-amz-content-sha256": "UNSIGNED-PAYLOAD",
	};
	expect(verify(await sign({ headers }), "another")).toBeUndefined();
});

test("a two-way stream is let in by its opening signature", async () => {
	const headers = {
		host: "localhost",
		"x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-EVENTS",
	};
	expect(verify(await sign({ headers }), "")).toBeUndefined();
});

test("a call dated by the Date header alone is let in", async () => {
	const { signer, unsigned } = oracle({});
	const signed = await signer.sign(unsigned, {
		signingDate: new Date(now),
		unsignableHeaders: new Set(["x-amz-date"]),
	});
	const undated = without(toRequest(signed), "x-amz-date");
	expect(
		verify(withHeader(undated, "date", "Thu, 01 Oct 2026 12:00:00 GMT")),
	).toBeUndefined();
});

test("a presigned call is let in until it expires", async () => {
	const request = await presign();
	expect(verify(request, body, now + 3_599_000)).toBeUndefined();
});

test("a presigned call with a session token and an unsigned payload is let in", async () => {
	const headers = {
		host: "localhost",
		"x-amz-content-sha256": "UNSIGNED-PAYLOAD",
	};
	expect(
		verify(await presign({ credentials: temporary, headers }), "another"),
	).toBeUndefined();
});

test("mantle's own service name is let in on the OpenAI-compatible paths", async () => {
	const request = await sign({
		path: "/v1/chat/completions",
		service: "bedrock-mantle",
	});
	expect(verify(request)).toBeUndefined();
});

// The set that boto3 1.44.5 signs (observed by running it against this verifier).
test("a call that signs content-type, host and x-amz-date alone is let in", async () => {
	const request = await sign();
	expect(request.headers.authorization).toContain(
		"SignedHeaders=content-type;host;x-amz-date,",
	);
	expect(
		verify(withHeader(request, "user-agent", "Boto3/1.44.5")),
	).toBeUndefined();
});

// Refused: altered.

test("an altered body is refused with the canonical string that AWS computed", async () => {
	const sent = '{"messages":[1]}';
	const sha256 = createHash("sha256").update(sent).digest("hex");
	const canonical = [
		"POST",
		"/model/anthropic.claude-3-haiku-20240307-v1%253A0/converse",
		"",
		"content-type:application/json",
		"host:localhost:4566",
		"x-amz-date:20261001T120000Z",
		"",
		"content-type;host;x-amz-date",
		sha256,
	].join("\n");
	const toSign = [
		"AWS4-HMAC-SHA256",
		"20261001T120000Z",
		"20261001/us-east-1/bedrock/aws4_request",
		createHash("sha256").update(canonical).digest("hex"),
	].join("\n");
	expect(refusal(await sign(), sent)).toEqual({
		name: "InvalidSignatureException",
		message:
			"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.\n\n" +
			`The Canonical String for this request should have been\n'${canonical}'\n\nThe String-to-Sign should have been\n'${toSign}'\n`,
	});
});

test("an altered body is refused although its checksum header was kept", async () => {
	expect(refusal(await sign({ checksum: true }), "{}")).toEqual(mismatch);
});

test("an altered path is refused", async () => {
	expect(
		refusal({ ...(await sign()), path: "/model/another/converse" }),
	).toEqual(mismatch);
});

test("a path encoded another way than it was signed is refused", async () => {
	const request = await sign({ path: "/model/a-v1:0/converse" });
	expect(refusal({ ...request, path: "/model/a-v1%3A0/converse" })).toEqual(
		mismatch,
	);
});

test("an altered query is refused", async () => {
	const request = await sign({ query: { maxResults: "3" } });
	expect(refusal({ ...request, query: "maxResults=4" })).toEqual(mismatch);
});

test("an altered signed header is refused", async () => {
	expect(
		refusal(withHeader(await sign(), "content-type", "text/plain")),
	).toEqual(mismatch);
});

test("a signed header that was taken away is refused", async () => {
	expect(refusal(without(await sign(), "content-type"))).toEqual(mismatch);
});

test("another method is refused", async () => {
	expect(refusal({ ...(await sign()), method: "PUT" })).toEqual(mismatch);
});

test("a signature with a wrong secret is refused", async () => {
	const credentials = { ...plain, secretAccessKey: "wrong" };
	expect(refusal(await sign({ credentials }))).toEqual(mismatch);
});

test("a truncated signature is refused", async () => {
	expect(refusal(await signedAs((text) => text.slice(0, -1)))).toEqual(
		mismatch,
	);
});

test("signed header names that are properties of every object are read as absent headers", async () => {
	const request = await signedAs((text) =>
		text.replace("content-type;", "__proto__;constructor;content-type;"),
	);
	expect(refusal(request)).toEqual(mismatch);
});

test("an altered body of a presigned call is refused", async () => {
	expect(refusal(await presign(), "{}")).toEqual(mismatch);
});

test("a query with broken escapes is refused as a mismatch", async () => {
	expect(refusal({ ...(await sign()), query: "%zz=%ff&&=" })).toEqual(mismatch);
});

// Refused: who.

test("an unknown access key is refused", async () => {
	const credentials = { ...plain, accessKeyId: "AKIAUNKNOWN" };
	expect(refusal(await sign({ credentials }))).toEqual(unknownKey);
});

test("a wrong session token is refused", async () => {
	const credentials = { ...temporary, sessionToken: "another" };
	expect(refusal(await sign({ credentials }))).toEqual(unknownKey);
});

test("a missing session token is refused", async () => {
	const { sessionToken: _, ...credentials } = temporary;
	expect(refusal(await sign({ credentials }))).toEqual(unknownKey);
});

test("a session token with long-term credentials is refused", async () => {
	expect(
		refusal(await sign({ credentials: { ...plain, sessionToken: "stray" } })),
	).toEqual(unknownKey);
});

test("a call without credentials is refused", async () => {
	expect(refusal(without(await sign(), "authorization"))).toEqual({
		name: "MissingAuthenticationTokenException",
		message: "Missing Authentication Token",
	});
});

// Refused: when.

test("a signature of five minutes ago is let in", async () => {
	expect(verify(await sign(), body, now + 300_000)).toBeUndefined();
});

test("an older signature has expired", async () => {
	expect(refusal(await sign(), body, now + 301_000)).toEqual({
		name: "InvalidSignatureException",
		message:
			"Signature expired: 20261001T120000Z is now earlier than 20261001T120001Z (20261001T120501Z - 5 min.)",
	});
});

test("a signature of five minutes ahead is let in", async () => {
	expect(verify(await sign(), body, now - 300_000)).toBeUndefined();
});

test("a later signature is not yet current", async () => {
	expect(refusal(await sign(), body, now - 301_000)).toEqual({
		name: "InvalidSignatureException",
		message:
			"Signature not yet current: 20261001T120000Z is still later than 20261001T115959Z (20261001T115459Z + 5 min.)",
	});
});

test("a presigned call past its seconds has expired", async () => {
	expect(refusal(await presign(), body, now + 3_601_000)).toEqual({
		name: "InvalidSignatureException",
		message:
			"Signature expired: 20261001T120000Z is now earlier than 20261001T120001Z (20261001T130001Z - 60 min.)",
	});
});

test("a date that is none is refused", async () => {
	expect(refusal(withHeader(await sign(), "x-amz-date", "201"))).toEqual({
		name: "IncompleteSignatureException",
		message:
			"Date must be in ISO-8601 'basic format'. Got '201'. See http://en.wikipedia.org/wiki/ISO_8601",
	});
});

// Refused: form.

test("a header without its parts names all of them", () => {
	const request = toRequest({
		method: "POST",
		path,
		headers: { authorization: "AWS4-HMAC-SHA256" },
	});
	expect(refusal(request)).toEqual({
		name: "IncompleteSignatureException",
		message:
			"Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. " +
			"Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a " +
			"'X-Amz-Date' or a 'Date' header. (Hashed with SHA-256 and encoded with Base64) Authorization=" +
			createHash("sha256").update("AWS4-HMAC-SHA256").digest("base64"),
	});
});

test("a call without a date says so", async () => {
	const { message } = refusal(without(await sign(), "x-amz-date"));
	expect(message).toMatch(
		/^Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header\. \(Hashed/,
	);
});

test("a part without an equal sign is refused without repeating it", async () => {
	const request = await signedAs((text) =>
		text.replace("Credential=", "Credential= "),
	);
	const hashed = createHash("sha256")
		.update(request.headers.authorization ?? "")
		.digest("base64");
	expect(refusal(request)).toEqual({
		name: "IncompleteSignatureException",
		message: `Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${hashed}'.`,
	});
});

test("another algorithm is refused", async () => {
	expect(
		refusal(await signedAs((text) => text.replace("SHA256", "SHA512"))),
	).toEqual({
		name: "IncompleteSignatureException",
		message:
			"Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA512' (only AWS4-HMAC-SHA256 for now). ",
	});
});

test("a signature that covers no host is refused", async () => {
	expect(refusal(await signedAs((text) => text.replace("host;", "")))).toEqual({
		name: "InvalidSignatureException",
		message:
			"'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
	});
});

test("a credential of four parts is refused", async () => {
	expect(
		refusal(await signedAs((text) => text.replace("/aws4_request", ""))),
	).toEqual({
		name: "IncompleteSignatureException",
		message:
			"Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'AKIAIOSFODNN7EXAMPLE/20261001/us-east-1/bedrock'",
	});
});

test("a credential for another service is refused", async () => {
	expect(refusal(await sign({ service: "bedrock-runtime" }))).toEqual({
		name: "InvalidSignatureException",
		message: "Credential should be scoped to correct service: 'bedrock'. ",
	});
});

test("mantle's service name is refused on the runtime's paths", async () => {
	expect(refusal(await sign({ service: "bedrock-mantle" })).message).toBe(
		"Credential should be scoped to correct service: 'bedrock'. ",
	);
});

test("all that is wrong with a scope is said at once", async () => {
	const request = await signedAs((text) =>
		text.replace(
			"20261001/us-east-1/bedrock/aws4_request",
			"20260930/US/s3/end",
		),
	);
	expect(refusal(request)).toEqual({
		name: "InvalidSignatureException",
		message:
			"Credential should be scoped to a valid region. Credential should be scoped to correct service: 'bedrock'. " +
			"Credential should be scoped with a valid terminator: 'aws4_request', not 'end'. Date in Credential scope does " +
			"not match YYYYMMDD from ISO-8601 version of date from HTTP: '20260930' != '20261001', from '20261001T120000Z'.",
	});
});

test("a presigned query names the parameters that it lacks", async () => {
	const request = await presign();
	const query = request.query
		.replace("X-Amz-Date", "Date")
		.replace("X-Amz-Algorithm", "Algorithm");
	expect(refusal({ ...request, query })).toEqual({
		name: "IncompleteSignatureException",
		message:
			"AWS query-string parameters must include 'X-Amz-Algorithm'. AWS query-string parameters must include 'X-Amz-Date'. Re-examine the query-string parameters.",
	});
});

test("a presigned query that would be good for more than a week is refused", async () => {
	const request = await presign();
	const query = request.query.replace(
		"X-Amz-Expires=3600",
		"X-Amz-Expires=604801",
	);
	expect(refusal({ ...request, query })).toEqual({
		name: "IncompleteSignatureException",
		message:
			"X-Amz-Expires must be a number, non-negative, and less than 604800 seconds",
	});
});

test("a call that is signed in header and query is refused", async () => {
	const { query } = await presign();
	expect(refusal({ ...(await sign()), query })).toEqual({
		name: "InvalidSignatureException",
		message:
			"Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
	});
});

// API keys. Made by @aws/bedrock-token-generator 1.1.0 (JS) and aws-bedrock-token-generator 1.1.0 (Python) with the clock
// at 2026-10-01T12:00:00Z and the credentials above (observed). The Python one carries a session token.

const jsKey =
	"bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29tLz9BY3Rpb249Q2FsbFdpdGhCZWFyZXJUb2tlbiZYLUFtei1BbGdvcml0aG09QVdTNC1ITUFDLVNIQTI1NiZYLUFtei1DcmVkZW50aWFsPUFLSUFJT1NGT0ROTjdFWEFNUExFJTJGMjAyNjEwMDElMkZldS13ZXN0LTElMkZiZWRyb2NrJTJGYXdzNF9yZXF1ZXN0JlgtQW16LURhdGU9MjAyNjEwMDFUMTIwMDAwWiZYLUFtei1FeHBpcmVzPTQzMjAwJlgtQW16LVNpZ25hdHVyZT02MzEzYmNjYjNhODcwOTI0NGFiNjY0ZWVhMjI2OTU3MjcwNjQzMDFjMTY0YWYwYjNhYzQ5YjRiOWM3YWE5MjFlJlgtQW16LVNpZ25lZEhlYWRlcnM9aG9zdCZWZXJzaW9uPTE=";
const jsTokenKey =
	"bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29tLz9BY3Rpb249Q2FsbFdpdGhCZWFyZXJUb2tlbiZYLUFtei1BbGdvcml0aG09QVdTNC1ITUFDLVNIQTI1NiZYLUFtei1DcmVkZW50aWFsPUFTSUFJT1NGT0ROTjdFWEFNUExFJTJGMjAyNjEwMDElMkZ1cy1lYXN0LTElMkZiZWRyb2NrJTJGYXdzNF9yZXF1ZXN0JlgtQW16LURhdGU9MjAyNjEwMDFUMTIwMDAwWiZYLUFtei1FeHBpcmVzPTM2MDAmWC1BbXotU2VjdXJpdHktVG9rZW49SVFvSmIzSnBaMmx1WDJWakUlMkYlMkYlMkJleGFtcGxlJTNEJTNEJlgtQW16LVNpZ25hdHVyZT1mNzgxY2QzNjM0ODdjYTkwMjY3NDUxMzE5ZTk3MGU1ODdkYmIyZDUxZDZmMzg0NWQ3NGEwNTNhNWJiNjYzZjc1JlgtQW16LVNpZ25lZEhlYWRlcnM9aG9zdCZWZXJzaW9uPTE=";
const pythonTokenKey =
	"bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29tLz9BY3Rpb249Q2FsbFdpdGhCZWFyZXJUb2tlbiZYLUFtei1BbGdvcml0aG09QVdTNC1ITUFDLVNIQTI1NiZYLUFtei1DcmVkZW50aWFsPUFTSUFJT1NGT0ROTjdFWEFNUExFJTJGMjAyNjEwMDElMkZ1cy1lYXN0LTElMkZiZWRyb2NrJTJGYXdzNF9yZXF1ZXN0JlgtQW16LURhdGU9MjAyNjEwMDFUMTIwMDAwWiZYLUFtei1FeHBpcmVzPTQzMjAwJlgtQW16LVNpZ25lZEhlYWRlcnM9aG9zdCZYLUFtei1TZWN1cml0eS1Ub2tlbj1JUW9KYjNKcFoybHVYMlZqRSUyRiUyRiUyQmV4YW1wbGUlM0QlM0QmWC1BbXotU2lnbmF0dXJlPTA4ODVkOWM3N2MzZmU4NGNkMGJhZjEyZDVjMjg1NzQ1YzY1OTllMWJkNzViYmI0MTU5MzQwYmE1YmJjN2FiOGEmVmVyc2lvbj0x";

function bearer(key: string): HttpRequest {
	return toRequest({
		method: "POST",
		path,
		headers: { authorization: `Bearer ${key}` },
	});
}

/** A short-term key of the given query, signed by the oracle as the generators do. */
async function makeKey(
	query: Record<string, string>,
	expiresIn = 43_200,
): Promise<string> {
	const headers = { host: "bedrock.amazonaws.com" };
	const signed = await presign(
		{ path: "/", query, headers, body: "" },
		expiresIn,
	);
	return encodeKey(`bedrock.amazonaws.com/?${signed.query}&Version=1`);
}

function encodeKey(url: string): string {
	return `bedrock-api-key-${Buffer.from(url).toString("base64")}`;
}

function decodeKey(key: string): string {
	return Buffer.from(key.slice("bedrock-api-key-".length), "base64").toString();
}

const rejected = {
	name: "BearerRejected",
	message: "Authentication failed: Please make sure your API Key is valid.",
};

test("a known long-term API key is let in", () => {
	expect(verify(bearer("ABSKQmVkcm9ja0FQSUtleQ=="))).toBeUndefined();
});

test("an unknown long-term API key is refused", () => {
	expect(() => verify(bearer("ABSKQmVkcm9ja0FQSUtleR=="))).toThrow(
		BearerRejected,
	);
	expect(refusal(bearer("ABSKQmVkcm9ja0FQSUtleR=="))).toEqual(rejected);
});

test("a short-term API key of the JS generator is let in for its twelve hours", () => {
	expect(verify(bearer(jsKey), body, now + 43_200_000)).toBeUndefined();
});

test("a short-term API key of temporary credentials is let in", () => {
	expect(verify(bearer(jsTokenKey))).toBeUndefined();
});

test("a short-term API key of the Python generator is let in", () => {
	expect(verify(bearer(pythonTokenKey))).toBeUndefined();
});

test("an expired short-term API key says so", () => {
	expect(refusal(bearer(jsKey), body, now + 43_201_000)).toEqual({
		name: "BearerRejected",
		message: "Bearer Token has expired",
	});
});

test("a short-term API key with another region than it was signed for is refused", () => {
	const url = decodeKey(jsKey).replace("eu-west-1", "us-east-1");
	expect(refusal(bearer(encodeKey(url)))).toEqual(rejected);
});

test("a short-term API key of an unknown access key is refused", () => {
	const url = decodeKey(jsKey).replace("AKIAIOSFODNN7EXAMPLE", "AKIAUNKNOWN");
	expect(refusal(bearer(encodeKey(url)))).toEqual(rejected);
});

test("a short-term API key with its validity stretched is refused", () => {
	const url = decodeKey(jsTokenKey).replace(
		"X-Amz-Expires=3600",
		"X-Amz-Expires=43200",
	);
	expect(refusal(bearer(encodeKey(url)))).toEqual(rejected);
});

test("a short-term API key signed for more than twelve hours is refused", async () => {
	expect(
		verify(bearer(await makeKey({ Action: "CallWithBearerToken" }))),
	).toBeUndefined();
	expect(
		refusal(bearer(await makeKey({ Action: "CallWithBearerToken" }, 43_201))),
	).toEqual(rejected);
});

test("a presigned query of another action is no API key", async () => {
	expect(refusal(bearer(await makeKey({ Action: "InvokeModel" })))).toEqual(
		rejected,
	);
});

test("a short-term API key that holds something else is refused", () => {
	expect(refusal(bearer("bedrock-api-key-aGVsbG8="))).toEqual(rejected);
});

// Real clients over real sockets, whose clock is the machine's.

interface Seen {
	authorization: string;
	error: unknown;
}

function check(
	incoming: IncomingMessage | Http2ServerRequest,
	sent: Buffer,
): Seen {
	const [rawPath = "", query = ""] = (incoming.url ?? "").split("?");
	const headers = incoming.headers as Record<string, string>;
	const request = {
		...toRequest({ method: incoming.method ?? "", path: rawPath, headers }),
		query,
	};
	try {
		verifySignature(request, sent, keys, Date.now());
		return { authorization: headers.authorization ?? "", error: undefined };
	} catch (error) {
		return { authorization: headers.authorization ?? "", error };
	}
}

async function converseWith(
	version: "1.1" | "2",
	credentials: Credentials,
): Promise<Seen> {
	const seen: Seen[] = [];
	const answer = async (
		incoming: IncomingMessage | Http2ServerRequest,
		response: Parameters<RequestListener>[1] | Http2ServerResponse,
	) => {
		const chunks: Buffer[] = [];
		for await (const chunk of incoming) chunks.push(chunk);
		seen.push(check(incoming, Buffer.concat(chunks)));
		response.setHeader("content-type", "application/json");
		(response as Http2ServerResponse).end("{}");
	};
	const server =
		version === "2" ? createHttp2Server(answer) : createServer(answer);
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	const client = new BedrockRuntimeClient({
		region: "eu-west-1",
		endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		credentials,
		authSchemePreference: ["sigv4"],
		maxAttempts: 1,
		...(version === "1.1" ? { requestHandler: new NodeHttpHandler() } : {}),
	});
	try {
		const messages = [{ role: "user" as const, content: [{ text: "Grüße" }] }];
		const modelId =
			"arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/abc:0";
		await client.send(new ConverseCommand({ modelId, messages }));
	} finally {
		client.destroy();
		server.close();
	}
	const [only] = seen;
	if (only === undefined) throw new Error("No request arrived.");
	return only;
}

test("a real client over HTTP/2 is let in", async () => {
	const { authorization, error } = await converseWith("2", temporary);
	expect(error).toBeUndefined();
	expect(authorization).toContain("SignedHeaders=:authority;");
});

test("a real client over HTTP/1.1 is let in", async () => {
	const { authorization, error } = await converseWith("1.1", plain);
	expect(error).toBeUndefined();
	expect(authorization).toContain(";host;");
});

test("a real client with a wrong secret is refused", async () => {
	const { error } = await converseWith("2", {
		...plain,
		secretAccessKey: "wrong",
	});
	expect(error).toMatchObject({ name: "InvalidSignatureException" });
});
