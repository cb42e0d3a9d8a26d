import type { WireRequest } from "../../call.ts";
import { type Credentials, signRequest } from "../../protocol/sign.ts";
import type { Auth } from "./auth.ts";

/** Where requests go: an endpoint of AWS's, or another that speaks Bedrock. */
export interface Place {
	origin: URL;
	/** Before every path; an empty string at AWS. */
	prefix: string;
	region: string;
}

/** The configured endpoint, or AWS's own of a service and Region. */
export function placeOf(
	endpoint: string | undefined,
	service: string,
	region: string,
): Place {
	const suffix = region.startsWith("cn-")
		? "amazonaws.com.cn"
		: "amazonaws.com";
	const origin = new URL(endpoint ?? `https://${service}.${region}.${suffix}`);
	return { origin, prefix: origin.pathname.replace(/\/+$/u, ""), region };
}

/** Headers that say what is asked. All others stay here: those of the client's own signature and connection among them. */
const passed = new Set([
	"accept",
	"amz-sdk-invocation-id",
	"amz-sdk-request",
	"content-type",
	"user-agent",
	"x-amz-user-agent",
]);
const passedPrefix = "x-amzn-bedrock-";

/** Of a presigned request, by their names in lower case. */
const signatureParameter =
	/^x-amz-(algorithm|content-sha256|credential|date|expires|security-token|signature|signedheaders)(=|$)/iu;

/**
 * A client's request, signed anew: method, path and body as they came.
 *
 * @param more - further headers, names in lower case
 * @param nowMs - by AWS's clock
 * @returns the target with its query, and the headers
 */
export function signAnew(
	wire: WireRequest,
	{ origin, prefix, region }: Place,
	more: Record<string, string>,
	auth: Auth,
	nowMs: number,
): { target: string; headers: Record<string, string> } {
	const path = prefix + wire.path;
	const query = wire.query
		.split("&")
		.filter((part) => !signatureParameter.test(part))
		.join("&");
	const headers: Record<string, string> = { host: origin.host, ...more };
	for (const [name, value] of Object.entries(wire.headers)) {
		if (passed.has(name) || name.startsWith(passedPrefix))
			headers[name] = value;
	}
	if (wire.body.length > 0 || wire.method !== "GET")
		headers["content-length"] = String(wire.body.length);
	Object.assign(
		headers,
		"apiKey" in auth
			? { authorization: `Bearer ${auth.apiKey}` }
			: signRequest({ method: wire.method, path, headers }, query, wire.body, {
					credentials: auth.credentials satisfies Credentials,
					region,
					service: "bedrock",
					nowMs,
				}),
	);
	return { target: query === "" ? path : `${path}?${query}`, headers };
}
