/** Engine `bedrock`: the real thing. Requests go to AWS, signed anew, and what AWS answers goes back untouched. */
import type { Call, WireRequest } from "../call.ts";
import { ConfigError, ServiceError } from "../errors.ts";
import { HttpClient, type IncomingResponse, reasonOf } from "../http/client.ts";
import { addHop, hopsHeader, isLoopback } from "../http/hops.ts";
import type { Hold, Spend } from "../models/spend.ts";
import type { TrueAnswer } from "../turn/true-answer.ts";
import { readAnswer } from "./bedrock/answer.ts";
import { type AuthSource, authOf } from "./bedrock/auth.ts";
import { estimate } from "./bedrock/estimate.ts";
import { type Place, placeOf, signAnew } from "./bedrock/request.ts";
import type { Engine } from "./engine.ts";

/** Where requests go and who pays. */
export interface BedrockOptions {
	/** Undefined: AWS's own of each service and Region. */
	bedrockEndpoint: string | undefined;
	/** Undefined: the Region that the client's signature names. */
	bedrockRegion: string | undefined;
	bedrockProfile: string | undefined;
	bedrockApiKey: string | undefined;
}

/** Further from AWS's time a signature is refused (documented: 5 minutes); the rest is for the way. */
const toleratedSkewMs = 240_000;

/** Sends every operation on, as its bytes came, and answers by AWS's bytes. */
export function bedrockEngine(options: BedrockOptions, spend: Spend): Engine {
	return new Bedrock(options, spend);
}

class Bedrock implements Engine {
	readonly name = "bedrock";
	readonly #options: BedrockOptions;
	readonly #spend: Spend;
	readonly #client = new HttpClient();
	readonly #hop = process.getBuiltinModule("node:crypto").randomUUID();
	#auth: AuthSource | undefined;
	/** How far AWS's clock is ahead of ours. */
	#skewMs = 0;

	constructor(options: BedrockOptions, spend: Spend) {
		this.#options = options;
		this.#spend = spend;
	}

	async start(): Promise<void> {
		const { bedrockApiKey, bedrockProfile, bedrockEndpoint } = this.#options;
		this.#auth = authOf({
			apiKey: bedrockApiKey,
			profile: bedrockProfile,
			env: process.env,
			isAws: isAws(bedrockEndpoint),
		});
		const auth = await this.#auth();
		if ("apiKey" in auth && isOpenWire(bedrockEndpoint))
			throw new ConfigError(
				`An API key would go to ${bedrockEndpoint} where everybody on the way can read it. Use https, or access keys.`,
			);
	}

	stop(): void {
		this.#client.close();
	}

	reply(): undefined {
		return undefined;
	}

	async relay(modelId: string | undefined, call: Call): Promise<TrueAnswer> {
		const { wire, signal } = call;
		refusePages(wire);
		const region = this.#options.bedrockRegion ?? call.identity.region;
		const { bedrockEndpoint } = this.#options;
		const place = placeOf(bedrockEndpoint, call.service, region);
		const hops = this.#nextHops(wire, place);
		const hold = this.#reserve(modelId, call);
		try {
			const response = await this.#send(wire, place, hops, signal);
			const answer = await readAnswer(response, signal, place.origin.origin);
			settle(hold, answer);
			return answer;
		} catch (error) {
			// Who hung up has perhaps been answered already, and pays for it.
			if (signal.aborted) hold?.settle(undefined);
			else hold?.release();
			throw error;
		}
	}

	#nextHops(wire: WireRequest, { origin }: Place): Record<string, string> {
		if (isAws(this.#options.bedrockEndpoint)) return {};
		const hops = addHop(wire.headers, this.#hop);
		if (hops !== undefined) return { [hopsHeader]: hops };
		throw new ServiceError(
			"ValidationException",
			`The request goes in circles: ${origin.origin} leads back to this Outcrop. Name another --bedrock-endpoint.`,
		);
	}

	/** Counting tokens and reading cost nothing (documented); all else that is no invocation has prices of its own. */
	#reserve(modelId: string | undefined, call: Call): Hold | undefined {
		const { operation, wire } = call;
		if (operation === "CountTokens" || wire.method === "GET") return undefined;
		if (modelId === undefined) {
			this.#spend.refuseUnpriced(`The price of ${operation}`);
			return undefined;
		}
		const { body } = wire;
		return this.#spend.reserve(modelId, () => estimate(asBuffer(body)));
	}

	async #send(
		wire: WireRequest,
		place: Place,
		more: Record<string, string>,
		signal: AbortSignal,
	): Promise<IncomingResponse> {
		const response = await this.#sendOnce(wire, place, more, signal);
		if (!this.#learnsTime(response)) return response;
		response.body.resume();
		return this.#sendOnce(wire, place, more, signal);
	}

	async #sendOnce(
		wire: WireRequest,
		place: Place,
		more: Record<string, string>,
		signal: AbortSignal,
	): Promise<IncomingResponse> {
		const auth = await this.#authenticate();
		// Not the emulator's clock, which tests move: AWS goes by the world's.
		const nowMs = Date.now() + this.#skewMs;
		const signed = signAnew(wire, place, more, auth, nowMs);
		const { method, body } = wire;
		const { origin } = place;
		try {
			return await this.#client.send({
				method,
				origin,
				body,
				signal,
				...signed,
			});
		} catch (error) {
			if (signal.aborted) throw error;
			throw new ServiceError(
				"ServiceUnavailableException",
				`${origin.origin} cannot be reached: ${reasonOf(error)}. Check the network, the Region (${place.region}) and --bedrock-endpoint.`,
			);
		}
	}

	async #authenticate() {
		try {
			if (!this.#auth) await this.start();
			return await (this.#auth as AuthSource)();
		} catch (error) {
			if (!(error instanceof ConfigError)) throw error;
			throw new ServiceError("AccessDeniedException", error.message);
		}
	}

	/** Whether AWS refuses because our clock is wrong; its time is then known. */
	#learnsTime({ status, headers }: IncomingResponse): boolean {
		if (status !== 403) return false;
		const skewMs = Date.parse(headers.date ?? "") - Date.now();
		if (!(Math.abs(skewMs - this.#skewMs) > toleratedSkewMs)) return false;
		this.#skewMs = skewMs;
		return true;
	}
}

function settle(hold: Hold | undefined, answer: TrueAnswer): void {
	if (answer.failure) hold?.release();
	else void answer.usage?.then((usage) => hold?.settle(usage));
}

function isAws(endpoint: string | undefined): boolean {
	return (
		endpoint === undefined ||
		/\.amazonaws\.com(\.cn)?$/u.test(new URL(endpoint).hostname)
	);
}

function isOpenWire(endpoint: string | undefined): boolean {
	return (
		endpoint?.startsWith("http:") === true &&
		!isLoopback(new URL(endpoint).hostname)
	);
}

/**
 * A page of any site can send requests to localhost, and would spend the user's money. Programs send no `Origin`, pages of
 * other sites always do (documented: Fetch, "Origin header").
 */
function refusePages({ headers }: WireRequest): void {
	const { origin } = headers;
	if (origin === undefined) return;
	if (URL.canParse(origin) && isLoopback(new URL(origin).hostname)) return;
	throw new ServiceError(
		"AccessDeniedException",
		`A page of ${origin} may not ask the real Bedrock. Pages of localhost may.`,
	);
}

function asBuffer(bytes: Uint8Array): Buffer {
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
