/** Builds one Emulator from a Config, and holds the life of every request: ids, identity, errors, one finish. */
import type { Clock, Identity, Mode, Notes, Random } from "./call.ts";
import { MovableClock } from "./clock.ts";
import type { Config } from "./config.ts";
import { askEngines } from "./engines/chain.ts";
import type { Engine } from "./engines/engine.ts";
import { createEngines } from "./engines/index.ts";
import { ServiceError } from "./errors.ts";
import { type Listener, listen } from "./http/listener.ts";
import {
	BodyTooLargeError,
	type HttpRequest,
	type HttpResponse,
} from "./http/message.ts";
import type { Router } from "./http/router.ts";
import type { Log } from "./log.ts";
import { readInput } from "./protocol/read.ts";
import type { Match } from "./protocol/route.ts";
import { readIdentity } from "./protocol/sigv4.ts";
import { validateInput } from "./protocol/validate.ts";
import type { verifySignature } from "./protocol/verify.ts";
import { type Common, writeError, writeOutput } from "./protocol/write.ts";
import { seededRandom, uuid } from "./random.ts";
import { services as allServices } from "./services/index.ts";
import { resolveModel } from "./services/model.ts";
import type {
	ResolvedModel,
	Service,
	ServiceCall,
} from "./services/service.ts";
import { PromptCache } from "./turn/prompt-cache.ts";
import { countTurn } from "./turn/tokens.ts";
import type { Reply, Turn } from "./turn/turn.ts";

/** What an emulator may be given beside its configuration. */
export interface Parts {
	log: Log;
	clock?: Clock;
	/** Instead of the configured engines. */
	engines?: readonly Engine[];
}

/** One running Outcrop. Several live side by side in one process: all state hangs here. */
export class Emulator {
	readonly config: Config;
	readonly log: Log;
	readonly clock: Clock;
	readonly services: readonly Service[];
	readonly startedAtMs: number;
	readonly promptCache = new PromptCache();
	readonly engines: readonly Engine[];
	readonly mode: Mode;
	/** Paths that are Outcrop's own; asked before the services. */
	ownRoutes: Router | undefined;
	/** Loaded at start, and only when signatures are verified: it needs more of Node than the rest. */
	#verifySignature: typeof verifySignature | undefined;
	#listener: Listener | undefined;
	#calls = 0;

	constructor(config: Config, parts: Parts) {
		this.config = config;
		this.log = parts.log;
		this.clock = parts.clock ?? new MovableClock();
		this.startedAtMs = this.clock.now();
		this.mode =
			config.compat === "floci"
				? "floci"
				: config.strict
					? "strict"
					: "default";
		this.services = allServices.filter(
			(service) => config.services[service.name]?.enabled !== false,
		);
		this.engines = parts.engines ?? createEngines(config, this.promptCache);
	}

	/** Where clients point to, such as `http://127.0.0.1:4566`. */
	get url(): string {
		return this.#running.url;
	}

	get port(): number {
		return this.#running.port;
	}

	get #running(): Listener {
		if (!this.#listener) throw new Error("The emulator has not been started.");
		return this.#listener;
	}

	/** @throws the system's error when the port cannot be had (`EADDRINUSE`, `EACCES`) */
	async start(): Promise<void> {
		const { host, port, maxBodyBytes, verifySignatures } = this.config;
		if (verifySignatures)
			this.#verifySignature = (
				await import("./protocol/verify.ts")
			).verifySignature;
		this.#listener = await listen({
			host,
			port,
			maxBodyBytes,
			tls: await readCertificate(this.config),
			handler: (request) => this.answer(request),
			onError: (error) => this.log.error("The listener failed", error),
		});
	}

	/** Stops accepting, lets running responses end for up to `graceMs`, then breaks them. */
	async stop(graceMs = 0): Promise<void> {
		await this.#listener?.close(graceMs);
	}

	/** Forgets all that requests have left behind. */
	reset(): void {
		this.#calls = 0;
		this.promptCache.reset();
	}

	/** The life of one request; never throws. */
	async answer(request: HttpRequest): Promise<HttpResponse> {
		const own = this.ownRoutes?.(request);
		if (own) return own;
		const call = new EmulatorCall(this, request, ++this.#calls);
		const common: Common = { requestId: call.id, random: call.random };
		let found: Found | undefined;
		try {
			found = this.#find(request);
			call.service = found.service.name;
			call.operation = found.match.operation.name;
			return await this.#serve(found, request, call, common);
		} catch (error) {
			return this.#fail(error, found, request, common);
		}
	}

	async #serve(
		found: Found,
		request: HttpRequest,
		call: EmulatorCall,
		common: Common,
	): Promise<HttpResponse> {
		const { service, match } = found;
		const { operation, labels } = match;
		const floci = this.mode === "floci";
		const handler = floci
			? service.flociHandlers[operation.name]
			: service.handlers[operation.name];
		if (!handler) throw unsupported(service, operation.name, floci);

		const body = await request.body();
		this.#verifySignature?.(request, body, this.config.keys, this.clock.now());
		let output: unknown;
		if (floci) {
			const rawHandler = service.flociHandlers[operation.name];
			output = await rawHandler?.(decodeLabels(labels), body, call);
		} else {
			const input = readInput(operation, {
				labels,
				query: request.query,
				headers: request.headers,
				body,
			});
			validateInput(operation.input, input);
			output = await service.handlers[operation.name]?.(input as never, call);
		}
		return writeOutput(
			service.description,
			operation,
			output as Record<string, unknown>,
			common,
			(error) => this.#report(error, request),
		);
	}

	#find(request: HttpRequest): Found {
		for (const service of this.services) {
			const match = service.route(request.method, request.path);
			if (match) return { service, match };
		}
		throw new ServiceError(
			this.mode === "floci"
				? "UnsupportedOperationException"
				: "UnknownOperationException",
			`No operation has ${request.method} ${request.path.slice(0, 200)}. ` +
				`Served here: ${this.services.map((service) => service.name).join(", ") || "nothing, all services are off"}.`,
		);
	}

	#fail(
		error: unknown,
		found: Found | undefined,
		request: HttpRequest,
		common: Common,
	): HttpResponse {
		if (error instanceof Error && error.name === "TransportFault") throw error;
		const description = found?.service.description;
		if (error instanceof Error && error.name === "BearerRejected") {
			return {
				status: 403,
				headers: {
					"Content-Type": "application/json",
					"x-amzn-RequestId": common.requestId,
				},
				body: JSON.stringify({ Message: error.message }),
			};
		}
		if (error instanceof BodyTooLargeError) {
			return writeError(
				description,
				new ServiceError("RequestEntityTooLargeException", error.message),
				common,
			);
		}
		this.#report(error, request);
		return writeError(description, error, common);
	}

	/** A modelled refusal is a line at info; what nobody foresaw is an error with its stack; a hang-up is neither. */
	#report(error: unknown, request: HttpRequest): void {
		if (error instanceof ServiceError) {
			this.log.info(
				`${request.method} ${request.path} ${error.name}: ${error.message}`,
			);
		} else if (!request.signal.aborted) {
			this.log.error(`${request.method} ${request.path} failed`, error);
		}
	}
}

interface Found {
	service: Service;
	match: Match;
}

function unsupported(
	service: Service,
	operation: string,
	floci: boolean,
): ServiceError {
	const why = floci
		? "is not supported with --compat floci"
		: "is not built yet";
	return new ServiceError(
		"UnsupportedOperationException",
		`${operation} of ${service.name} ${why}.`,
	);
}

function decodeLabels(labels: Record<string, string>): Record<string, string> {
	return Object.fromEntries(
		Object.entries(labels).map(([name, label]) => {
			try {
				return [name, decodeURIComponent(label)];
			} catch {
				return [name, label];
			}
		}),
	);
}

/** One call; what costs something is made when it is first asked for. */
class EmulatorCall implements ServiceCall {
	readonly id: string;
	readonly random: Random;
	service = "";
	operation = "";
	readonly notes: Notes = {};
	readonly #emulator: Emulator;
	readonly #request: HttpRequest;
	#identity: Identity | undefined;

	constructor(emulator: Emulator, request: HttpRequest, sequence: number) {
		this.#emulator = emulator;
		this.#request = request;
		this.random = seededRandom(
			Math.imul(emulator.config.seed, 0x9e3779b1) +
				Math.imul(sequence, 0x85ebca6b),
		);
		this.id = uuid(this.random);
	}

	get mode(): Mode {
		return this.#emulator.mode;
	}

	get clock(): Clock {
		return this.#emulator.clock;
	}

	get signal(): AbortSignal {
		return this.#request.signal;
	}

	get identity(): Identity {
		this.#identity ??= readIdentity(
			this.#request,
			this.#emulator.config.region,
		);
		return this.#identity;
	}

	get namespace(): string {
		return (
			this.#request.headers["x-outcrop-namespace"] ?? this.identity.accessKeyId
		);
	}

	ask(turn: Turn): Promise<Reply> {
		return askEngines(this.#emulator.engines, turn, this);
	}

	model(modelId: string): ResolvedModel {
		return resolveModel(modelId);
	}

	countTokens(turn: Turn): number {
		return countTurn(turn).total;
	}
}

async function readCertificate(
	config: Config,
): Promise<{ cert: string; key: string } | undefined> {
	if (!config.tls) return undefined;
	if (config.tlsCert && config.tlsKey) {
		const { readFile } = await import("node:fs/promises");
		return {
			cert: await readFile(config.tlsCert, "utf8"),
			key: await readFile(config.tlsKey, "utf8"),
		};
	}
	const { generateCertificate } = await import("./http/tls.ts");
	return generateCertificate([config.host]);
}
