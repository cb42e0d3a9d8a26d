/** Signs requests that Outcrop itself sends to AWS: the counterpart of `verify.ts`. */
import {
	algorithm,
	readQuery,
	type Signed,
	writeCanonicalRequest,
} from "./sigv4.ts";

/** Loaded when something is signed: at every start it would cost 4 ms. */
const crypto = () => process.getBuiltinModule("node:crypto");

/** What one access key signs with. Replace the object to change it: signing keys derived from it are remembered. */
export interface Credentials {
	readonly accessKeyId: string;
	readonly secretAccessKey: string;
	/** Set for temporary credentials: every call must then carry it. */
	readonly sessionToken?: string | undefined;
}

/** With what, for where and when a request is signed. */
export interface Signing {
	credentials: Credentials;
	region: string;
	/** The signing name, `bedrock` for all of Bedrock's services. */
	service: string;
	/** Milliseconds since the epoch, by the verifier's clock. */
	nowMs: number;
}

/** Headers that what stands between may change or add to, as the SDKs leave them unsigned. */
const unsigned = new Set(["connection", "expect", "te", "user-agent"]);

/**
 * The headers that sign a request: `authorization`, `x-amz-date`, `x-amz-content-sha256` and, for temporary credentials,
 * `x-amz-security-token`. All headers given are signed but those that may change on the way.
 *
 * @param request - names of headers in lower case, `host` among them; the path as it will be sent
 * @param query - as it will be sent, without `?`
 *
 * Source: Create a signed AWS API request (documented); held against @smithy/signature-v4 in tests.
 */
export function signRequest(
	request: Signed,
	query: string,
	body: Uint8Array,
	{ credentials, region, service, nowMs }: Signing,
): Record<string, string> {
	const date = writeDate(nowMs);
	const payloadHash = crypto().hash("sha256", body);
	const added: Record<string, string> = {
		"x-amz-content-sha256": payloadHash,
		"x-amz-date": date,
		...(credentials.sessionToken !== undefined && {
			"x-amz-security-token": credentials.sessionToken,
		}),
	};
	const headers = { ...request.headers, ...added };
	const names = Object.keys(headers)
		.filter((name) => !unsigned.has(name))
		.sort();
	const canonical = writeCanonicalRequest(
		{ ...request, headers },
		readQuery(query),
		names,
		payloadHash,
	);
	const scope = `${date.slice(0, 8)}/${region}/${service}/aws4_request`;
	const signature = signText(
		credentials,
		scope,
		writeToSign(date, scope, canonical),
	);
	return {
		...added,
		authorization:
			`${algorithm} Credential=${credentials.accessKeyId}/${scope}, ` +
			`SignedHeaders=${names.join(";")}, Signature=${signature}`,
	};
}

/** The text that is signed. */
export function writeToSign(
	date: string,
	scope: string,
	canonical: string,
): string {
	return `${algorithm}\n${date}\n${scope}\n${crypto().hash("sha256", canonical)}`;
}

/** The signature of a text, in hex. */
export function signText(
	credentials: Credentials,
	scope: string,
	text: string,
): string {
	return crypto()
		.createHmac("sha256", signingKey(credentials, scope))
		.update(text)
		.digest("hex");
}

const maxSigningKeys = 32;
// Hangs on the credentials, so two emulators share nothing that they do not share anyway.
const signingKeys = new WeakMap<Credentials, Map<string, Buffer>>();

/** The key that a day, region and service sign with; remembered, as deriving it costs four of the five HMACs of a check. */
function signingKey(credentials: Credentials, scope: string): Buffer {
	let known = signingKeys.get(credentials);
	if (known === undefined) {
		known = new Map();
		signingKeys.set(credentials, known);
	}
	let key = known.get(scope);
	if (key === undefined) {
		key = Buffer.from(`AWS4${credentials.secretAccessKey}`);
		for (const part of scope.split("/"))
			key = crypto().createHmac("sha256", key).update(part).digest();
		if (known.size >= maxSigningKeys) known.clear();
		known.set(scope, key);
	}
	return key;
}

/** `20260102T030405Z` */
export function writeDate(ms: number): string {
	return new Date(ms).toISOString().replace(/[-:]|\.\d+/g, "");
}
