import { ServiceError } from "../errors.ts";
import type { HttpRequest } from "../http/message.ts";
import {
	type Claim,
	incomplete,
	parameter,
	readAuthorization,
	readPresigned,
	skewSeconds,
} from "./claim.ts";
import { type Credentials, signText, writeDate, writeToSign } from "./sign.ts";
import {
	algorithm,
	headerOf,
	readBearerKey,
	readQuery,
	readShortTermKey,
	type Signed,
	writeCanonicalRequest,
} from "./sigv4.ts";

// In one bundle an import would load it at every start (3 ms), also when nothing is verified.
const { hash, timingSafeEqual } = process.getBuiltinModule("node:crypto");

/** All that is let in. */
export interface Keys {
	/** By access key id. */
	credentials: Map<string, Credentials>;
	/** The texts of long-term API keys. */
	bearerKeys: Set<string>;
}

/**
 * An API key was refused: 403 with the body `{"Message": <message>}`, capital M, and no error type in any header, so it
 * is no ServiceError.
 *
 * Source: ai4s-research/open-science#53 (observed 2026-07, wrong key); "Bearer Token has expired" in AWS's shape is quoted
 * by LiteLLM's tests (observed at second hand).
 */
export class BearerRejected extends Error {
	override readonly name = "BearerRejected";
	constructor(
		message = "Authentication failed: Please make sure your API Key is valid.",
	) {
		super(message);
	}
}

const maxKeyExpires = 43_200;
const unhashedPayloads = new Set([
	"UNSIGNED-PAYLOAD",
	"STREAMING-AWS4-HMAC-SHA256-EVENTS",
]);
const mantlePath = /^\/(?:openai\/|anthropic\/)?v1\//;
const invalidToken = "The security token included in the request is invalid.";

/**
 * Checks that a request is signed by one of the keys, or carries one of the API keys.
 *
 * The order is the front end's: form, time, `host` signed, algorithm, credential scope, key, signature. The signatures of
 * single events inside a two-way stream are not checked.
 *
 * @param body - the whole body; may be empty when `x-amz-content-sha256` says that it is not hashed
 * @throws ServiceError MissingAuthenticationTokenException, IncompleteSignatureException, InvalidSignatureException or
 *   UnrecognizedClientException
 * @throws BearerRejected when the request carries an API key that is unknown, malformed or expired
 *
 * Source: texts of Signature expired (anthropics/anthropic-sdk-go#122), of the mismatch (BerriAI/litellm#14763), of the
 * wrong service (maximhq/bifrost#2533) and of the unknown key: observed on Bedrock. Order and other texts: observed on
 * DynamoDB, Kinesis and API Gateway, which share the front end; assumed for Bedrock.
 */
export function verifySignature(
	request: HttpRequest,
	body: Uint8Array,
	keys: Keys,
	nowMs: number,
): void {
	const authorization = request.headers.authorization ?? "";
	const key = readBearerKey(authorization);
	if (key !== undefined) {
		verifyBearerKey(key, keys, nowMs);
		return;
	}
	const query = readQuery(request.query);
	const presigned = query.some(
		([name]) => name === "X-Amz-Algorithm" || name === "X-Amz-Credential",
	);
	if (authorization === "" && !presigned) {
		throw new ServiceError(
			"MissingAuthenticationTokenException",
			"Missing Authentication Token",
		);
	}
	if (authorization !== "" && presigned) {
		throw mismatch(
			"Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
		);
	}
	const claim = presigned
		? readPresigned(query, headerOf(request, "x-amz-content-sha256"))
		: readAuthorization(authorization, request, query);
	verifyClaim(claim, request, body, keys, nowMs);
}

function verifyBearerKey(key: string, keys: Keys, nowMs: number): void {
	for (const known of keys.bearerKeys) if (sameText(known, key)) return;
	const text = readShortTermKey(key);
	if (text === undefined) throw new BearerRejected();
	// `Version` is appended after signing.
	const query = readQuery(text).filter(([name]) => name !== "Version");
	if (parameter(query, "Action") !== "CallWithBearerToken")
		throw new BearerRejected();
	const request = {
		method: "POST",
		path: "/",
		headers: { host: "bedrock.amazonaws.com" },
	};
	try {
		const claim = readPresigned(query, undefined);
		if (claim.expires > maxKeyExpires) throw new BearerRejected();
		verifyClaim(claim, request, new Uint8Array(), keys, nowMs);
	} catch (error) {
		if (!(error instanceof ServiceError)) throw error;
		throw error.message.startsWith("Signature expired")
			? new BearerRejected("Bearer Token has expired")
			: new BearerRejected();
	}
}

function verifyClaim(
	claim: Claim,
	request: Signed,
	body: Uint8Array,
	keys: Keys,
	nowMs: number,
): void {
	const date = checkTime(claim, nowMs);
	const names = claim.signedHeaders.toLowerCase().split(";").sort();
	if (!names.includes("host") && !names.includes(":authority")) {
		throw mismatch(
			"'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
		);
	}
	if (claim.algorithm !== algorithm) {
		throw incomplete(
			`Unsupported AWS 'algorithm': '${claim.algorithm}' (only ${algorithm} for now). `,
		);
	}
	const [accessKeyId, scope] = checkScope(claim, date, request.path);
	const credentials = keys.credentials.get(accessKeyId);
	if (
		credentials === undefined ||
		!sameText(credentials.sessionToken ?? "", claim.token ?? "")
	) {
		throw new ServiceError("UnrecognizedClientException", invalidToken);
	}
	const canonical = writeCanonicalRequest(
		request,
		claim.query,
		names,
		hashPayload(claim, body),
	);
	const toSign = writeToSign(date, scope, canonical);
	const signature = signText(credentials, scope, toSign);
	if (!sameText(signature, claim.signature)) {
		throw mismatch(
			"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key " +
				"and signing method. Consult the service documentation for details.\n\n" +
				`The Canonical String for this request should have been\n'${canonical}'\n\n` +
				`The String-to-Sign should have been\n'${toSign}'\n`,
		);
	}
}

/** The claim's date in ISO-8601's basic format, when it is within bounds. */
function checkTime(claim: Claim, nowMs: number): string {
	const basic = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;
	// A `Date` header of HTTP's own form is allowed too.
	const signedMs = Date.parse(claim.date.replace(basic, "$1-$2-$3T$4:$5:$6Z"));
	if (
		Number.isNaN(signedMs) ||
		(!basic.test(claim.date) && !claim.date.endsWith(" GMT"))
	) {
		throw incomplete(
			`Date must be in ISO-8601 'basic format'. Got '${claim.date}'. See http://en.wikipedia.org/wiki/ISO_8601`,
		);
	}
	const date = writeDate(signedMs);
	const now = writeDate(nowMs);
	if (signedMs < nowMs - claim.expires * 1000) {
		const window =
			claim.expires % 60 === 0
				? `${claim.expires / 60} min.`
				: `${claim.expires} sec.`;
		const bound = writeDate(nowMs - claim.expires * 1000);
		throw mismatch(
			`Signature expired: ${date} is now earlier than ${bound} (${now} - ${window})`,
		);
	}
	if (signedMs > nowMs + skewSeconds * 1000) {
		const bound = writeDate(nowMs + skewSeconds * 1000);
		throw mismatch(
			`Signature not yet current: ${date} is still later than ${bound} (${now} + 5 min.)`,
		);
	}
	return date;
}

/** The key id, and the scope `date/region/service/aws4_request`; says all that is wrong with it at once, as AWS does. */
function checkScope(
	claim: Claim,
	date: string,
	path: string,
): [accessKeyId: string, scope: string] {
	const parts = claim.credential.split("/");
	if (parts.length !== 5) {
		throw incomplete(
			"Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, " +
				`got '${claim.credential}'`,
		);
	}
	const [
		accessKeyId = "",
		day = "",
		region = "",
		service = "",
		terminator = "",
	] = parts;
	const serviceFits =
		service === "bedrock" ||
		(service === "bedrock-mantle" && mantlePath.test(path));
	const wrong =
		(/^[a-z0-9-]{1,64}$/.test(region)
			? ""
			: "Credential should be scoped to a valid region. ") +
		(serviceFits
			? ""
			: "Credential should be scoped to correct service: 'bedrock'. ") +
		(terminator === "aws4_request"
			? ""
			: `Credential should be scoped with a valid terminator: 'aws4_request', not '${terminator}'. `) +
		(day === date.slice(0, 8)
			? ""
			: "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: " +
				`'${day}' != '${date.slice(0, 8)}', from '${date}'.`);
	if (wrong !== "") throw mismatch(wrong);
	return [accessKeyId, claim.credential.slice(accessKeyId.length + 1)];
}

/**
 * A digest in `x-amz-content-sha256` is never trusted: the body's own is computed, so that an altered body shows as a
 * signature that does not match (assumed; only S3 is known to have an error of its own for it).
 */
function hashPayload(claim: Claim, body: Uint8Array): string {
	const given = claim.payloadHash;
	return given !== undefined && unhashedPayloads.has(given)
		? given
		: hash("sha256", body);
}

/** Compares in a time that says nothing of where two texts differ. */
function sameText(a: string, b: string): boolean {
	const bytesA = Buffer.from(a);
	const bytesB = Buffer.from(b);
	return bytesA.length === bytesB.length && timingSafeEqual(bytesA, bytesB);
}

function mismatch(message: string): ServiceError {
	return new ServiceError("InvalidSignatureException", message);
}
