/** Requests for other AWS services, which go to another emulator: one endpoint URL then serves all. */
import { HttpClient, reasonOf } from "./http/client.ts";
import { addHop, hopsHeader } from "./http/hops.ts";
import type { HttpRequest, HttpResponse } from "./http/message.ts";
import { writeJson } from "./http/router.ts";
import type { Log } from "./log.ts";
import type { Service } from "./services/service.ts";

/** Where they go. */
export interface ForwardOptions {
	/** Of the other emulator; its path is not looked at. */
	url: string;
	/** What stays here. */
	services: readonly Service[];
	log: Log;
}

/** Outcrop's own paths never leave it. */
const ownPrefix = "/_outcrop/";

/** The service of a credential scope, in a header or a query; the last but one of its parts. */
const scope =
	/Credential=[^,&\s]{0,300}?(?:\/|%2F)([a-z0-9-]{1,64})(?:\/|%2F)aws4_request/iu;

/** Headers of one connection only (RFC 9110, 7.6.1), and the length, which is given anew. */
const ofConnection = new Set([
	"connection",
	"content-length",
	"expect",
	"http2-settings",
	"keep-alive",
	"proxy-connection",
	"te",
	"trailer",
	"transfer-encoding",
	"upgrade",
]);

/** Sends on what no service here describes: headers, signature and body as they came, and the answer as it comes. */
export class Forward {
	readonly #origin: URL;
	readonly #services: readonly Service[];
	readonly #log: Log;
	readonly #client = new HttpClient();
	readonly #hop = process.getBuiltinModule("node:crypto").randomUUID();

	constructor({ url, services, log }: ForwardOptions) {
		this.#origin = new URL(url);
		this.#services = services;
		this.#log = log;
	}

	/**
	 * Whether a request is for another service. The signature says it, or a target; else the path has to, as for anonymous
	 * calls and API keys: an S3 bucket may have the name of one of Bedrock's paths.
	 */
	takes(request: HttpRequest): boolean {
		const { path, method, headers, query } = request;
		if (path.startsWith(ownPrefix)) return false;
		const service = scope.exec(headers.authorization ?? query)?.[1];
		if (service !== undefined && !service.startsWith("bedrock")) return true;
		if (headers["x-amz-target"] !== undefined) return true;
		return this.#services.every(({ route }) => !route(method, path));
	}

	/** Never rejects before the body of the answer is read. */
	async answer(request: HttpRequest): Promise<HttpResponse> {
		const { method, path, query, signal } = request;
		const { origin } = this.#origin;
		const hops = addHop(request.headers, this.#hop);
		if (hops === undefined)
			return refuse(
				400,
				`The request goes in circles: ${origin} leads back to this Outcrop. Name another --forward.`,
			);
		try {
			const body = await request.body();
			const headers = {
				...passHeaders(request.headers),
				[hopsHeader]: hops,
				...lengthOf(request, body),
			};
			const target = query === "" ? path : `${path}?${query}`;
			const response = await this.#client.send({
				method,
				origin: this.#origin,
				target,
				headers,
				body,
				signal,
			});
			this.#log.debug(`${method} ${path} ${origin} ${response.status}`);
			const { "content-length": length } = response.headers;
			return {
				status: response.status,
				headers: {
					...passHeaders(response.headers),
					...(length !== undefined && { "content-length": length }),
				},
				body: response.body,
			};
		} catch (error) {
			return this.#fail(error, request);
		}
	}

	#fail(error: unknown, { method, path }: HttpRequest): HttpResponse {
		const { origin } = this.#origin;
		const reason = reasonOf(error);
		this.#log.debug(`${method} ${path} ${origin} ${reason}`);
		if (error instanceof Error && error.name === "BodyTooLargeError")
			return refuse(413, `${reason} Raise --max-body-bytes.`);
		return refuse(
			503,
			`This is for no service of Outcrop's, and ${origin}, which --forward names for all others, cannot be reached: ${reason}. Start it, or check the URL.`,
		);
	}

	/** Closes its connections. */
	close(): void {
		this.#client.close();
	}
}

function passHeaders(
	headers: Readonly<Record<string, string>>,
): Record<string, string> {
	return Object.fromEntries(
		Object.entries(headers).filter(
			([name]) => !ofConnection.has(name) && !name.startsWith(":"),
		),
	);
}

/** A request that said nothing of a body says nothing still. */
function lengthOf(
	{ headers }: HttpRequest,
	body: Uint8Array,
): Record<string, string> {
	return body.length > 0 || headers["content-length"] !== undefined
		? { "content-length": String(body.length) }
		: {};
}

function refuse(status: number, message: string): HttpResponse {
	const refusal = writeJson({ message }, status);
	if (status === 503)
		refusal.headers["x-amzn-ErrorType"] = "ServiceUnavailableException";
	return refusal;
}
