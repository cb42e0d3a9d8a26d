/** What a signed request claims of itself, in its `Authorization` header or its query; nothing of it is checked here. */
import { ServiceError } from "../errors.ts";
import { headerOf, type Pairs, type Signed } from "./sigv4.ts";

// In one bundle an import would load it at every start (3 ms), also when nothing is verified.
const { hash } = process.getBuiltinModule("node:crypto");

/** How far a signature's time may be from the server's, in seconds; headers are good for as long. */
export const skewSeconds = 300;
const maxExpires = 604_800;

/** What the caller says of its signature, from header or query. */
export interface Claim {
	algorithm: string;
	credential: string;
	signedHeaders: string;
	signature: string;
	/** As sent; normally `20260102T030405Z`. */
	date: string;
	/** Seconds that the signature is good for; headers are good for 5 minutes. */
	expires: number;
	token: string | undefined;
	payloadHash: string | undefined;
	/** The query without what cannot be signed. */
	query: Pairs;
}

/**
 * Reads the claim of an `Authorization` header.
 *
 * @throws ServiceError `IncompleteSignatureException`
 */
export function readAuthorization(
	authorization: string,
	request: Signed,
	query: Pairs,
): Claim {
	const [scheme = "", ...words] = authorization.trim().split(/[\s,]+/);
	const given: Record<string, string> = Object.create(null);
	for (const word of words) {
		const equals = word.indexOf("=");
		if (equals < 0) {
			// AWS hashes what it echoes since about 2024, as it may be a password or a key of something else.
			throw incomplete(
				"Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with " +
					`Base64): '${hash("sha256", authorization, "base64")}'.`,
			);
		}
		given[word.slice(0, equals)] = word.slice(equals + 1);
	}
	const {
		Credential: credential = "",
		SignedHeaders: signedHeaders = "",
		Signature: signature = "",
	} = given;
	const date =
		headerOf(request, "x-amz-date") ?? headerOf(request, "date") ?? "";
	const missing =
		(credential === ""
			? "Authorization header requires 'Credential' parameter. "
			: "") +
		(signature === ""
			? "Authorization header requires 'Signature' parameter. "
			: "") +
		(signedHeaders === ""
			? "Authorization header requires 'SignedHeaders' parameter. "
			: "") +
		(date === ""
			? "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
			: "");
	if (missing !== "") {
		const echo = hash("sha256", authorization, "base64");
		throw incomplete(
			`${missing}(Hashed with SHA-256 and encoded with Base64) Authorization=${echo}`,
		);
	}
	return {
		algorithm: scheme,
		credential,
		signedHeaders,
		signature,
		date,
		expires: skewSeconds,
		token: headerOf(request, "x-amz-security-token"),
		payloadHash: headerOf(request, "x-amz-content-sha256"),
		query,
	};
}

/**
 * Reads the claim of a presigned query.
 *
 * @param payloadHash - of the header `x-amz-content-sha256`; the query's own goes before it
 * @throws ServiceError `IncompleteSignatureException`
 */
export function readPresigned(
	query: Pairs,
	payloadHash: string | undefined,
): Claim {
	const names = [
		"X-Amz-Algorithm",
		"X-Amz-Credential",
		"X-Amz-Signature",
		"X-Amz-SignedHeaders",
		"X-Amz-Date",
	];
	const missing = names.filter((name) => !parameter(query, name));
	if (missing.length > 0) {
		const texts = missing.map(
			(name) => `AWS query-string parameters must include '${name}'. `,
		);
		throw incomplete(
			`${texts.join("")}Re-examine the query-string parameters.`,
		);
	}
	const expires = parameter(query, "X-Amz-Expires") ?? String(skewSeconds);
	if (!/^[0-9]{1,6}$/.test(expires) || Number(expires) > maxExpires) {
		// Assumed: S3's wording, the only one that is known.
		throw incomplete(
			`X-Amz-Expires must be a number, non-negative, and less than ${maxExpires} seconds`,
		);
	}
	return {
		algorithm: parameter(query, "X-Amz-Algorithm") ?? "",
		credential: parameter(query, "X-Amz-Credential") ?? "",
		signedHeaders: parameter(query, "X-Amz-SignedHeaders") ?? "",
		signature: parameter(query, "X-Amz-Signature") ?? "",
		date: parameter(query, "X-Amz-Date") ?? "",
		expires: Number(expires),
		token: parameter(query, "X-Amz-Security-Token"),
		// The JS SDK moves every `x-amz-…` header into the query.
		payloadHash:
			query.find(
				([name]) => name.toLowerCase() === "x-amz-content-sha256",
			)?.[1] ?? payloadHash,
		query: query.filter(([name]) => name !== "X-Amz-Signature"),
	};
}

/** The first value of a name in a query. */
export function parameter(query: Pairs, name: string): string | undefined {
	return query.find((pair) => pair[0] === name)?.[1];
}

/** The refusal of a signature that lacks a part, or whose part has no proper form. */
export function incomplete(message: string): ServiceError {
	return new ServiceError("IncompleteSignatureException", message);
}
