/** Builds one Emulator from a Config, and holds the life of every request: ids, identity, errors, one finish. */

import type { Clock, Mode } from "./call.ts";
import { MovableClock } from "./clock.ts";
import type { Config } from "./config.ts";
import { EmulatorCall } from "./emulator-call.ts";
import { trueAnswer } from "./emulator-relay.ts";
import { relaysFor } from "./engines/chain.ts";
import type { Engine } from "./engines/engine.ts";
import { createEngines } from "./engines/index.ts";
import { ServiceError } from "./errors.ts";
import { Faults } from "./faults/faults.ts";
import { FaultAnswer, type FaultPlan } from "./faults/plan.ts";
import { Quotas } from "./faults/quotas.ts";
import type { Forward } from "./forward.ts";
import { type Listener, listen } from "./http/listener.ts";
import {
	BodyTooLargeError,
	type HttpRequest,
	type HttpResponse,
} from "./http/message.ts";
import type { Router } from "./http/router.ts";
import { generateCertificate } from "./http/tls.ts";
import { Exchange } from "./journal/exchange.ts";
import { Journal } from "./journal/journal.ts";
import { Overview } from "./journal/overview.ts";
import type { Log } from "./log.ts";
import { Catalog } from "./models/catalog.ts";
import { Spend } from "./models/spend.ts";
import type { Operation } from "./protocol/description.ts";
import { readInput } from "./protocol/read.ts";
import type { Match } from "./protocol/route.ts";
import { validateInput } from "./protocol/validate.ts";
import type { verifySignature } from "./protocol/verify.ts";
import {
	type ExtraHeaders,
	extraHeaders,
	writeOutput,
} from "./protocol/write.ts";
import { writeError } from "./protocol/write-error.ts";
import type { Common } from "./protocol/write-stream.ts";
import type { Recordings } from "./recordings/recordings.ts";
import { services as allServices } from "./services/index.ts";
import { modelResolver } from "./services/model.ts";
import type { ResolvedModel, Service } from "./services/service.ts";
import { PromptCache } from "./turn/prompt-cache.ts";
import type { TrueAnswer } from "./turn/true-answer.ts";

/** Characters of a path or a message that a line of the log holds: both may repeat what the client sent. */
const longestLogged = 500;

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
	readonly journal: Journal;
	readonly overview: Overview;
	readonly faults: Faults;
	readonly quotas: Quotas;
	readonly engines: readonly Engine[];
	readonly mode: Mode;
	readonly catalog: Catalog;
	/** What real calls have cost. */
	readonly spend: Spend;
	readonly resolveModel: (modelId: string) => ResolvedModel;
	/** Cassettes, with `--record` or `--replay`; open once the emulator has started. */
	recordings: Recordings | undefined;
	/** Paths that are Outcrop's own; asked before the services. */
	ownRoutes: Router | undefined;
	/** Loaded at start, and only when signatures are verified: it needs more of Node than the rest. */
	#verifySignature: typeof verifySignature | undefined;
	/** Where requests for other AWS services go. */
	#forward: Forward | undefined;
	#listener: Listener | undefined;
	#calls = 0;
	readonly #stop = new AbortController();

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
		this.catalog = new Catalog(config.models, config.deniedModels);
		this.spend = new Spend(this.catalog, config.maxSpend);
		this.resolveModel = modelResolver(this.catalog);
		this.journal = new Journal(config.journalCount, config.journalBytes);
		this.overview = new Overview(this.startedAtMs);
		this.journal.subscribe((exchange) => this.overview.add(exchange));
		const { clock } = this;
		this.faults = new Faults({
			clock,
			seed: config.seed,
			specs: config.faults,
		});
		this.quotas = new Quotas({ clock, specs: config.quotas });
		this.engines =
			parts.engines ??
			createEngines(config, this.promptCache, {
				log: parts.log,
				clock,
				spend: this.spend,
				recordings: () => this.recordings,
			});
	}

	/** Aborts when the emulator is told to stop: what never ends by itself ends then. */
	get stopping(): AbortSignal {
		return this.#stop.signal;
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
		const { host, port, maxBodyBytes, verifySignatures, forward } = this.config;
		if (verifySignatures)
			this.#verifySignature = (
				await import("./protocol/verify.ts")
			).verifySignature;
		if (forward !== undefined) {
			const { Forward } = await import("./forward.ts");
			const { services, log } = this;
			this.#forward = new Forward({ url: forward, services, log });
		}
		try {
			await this.#openRecordings();
			for (const engine of this.engines) await engine.start?.();
			this.#listener = await listen({
				host,
				port,
				maxBodyBytes,
				tls: await readCertificate(this.config),
				handler: (request) => this.answer(request),
				onError: (error) => this.log.error("The listener failed", error),
			});
		} catch (error) {
			// What an engine opened (a watcher, say) must not outlive a start that failed.
			await this.stop();
			throw error;
		}
	}

	/** Stops accepting, lets running responses end for up to `graceMs`, then breaks them. */
	async stop(graceMs = 0): Promise<void> {
		this.#stop.abort();
		await this.#listener?.close(graceMs);
		for (const engine of this.engines) await engine.stop?.();
		this.#forward?.close();
		this.recordings?.stop();
		const { calls, spentUsd } = this.spend.summary;
		if (calls > 0)
			this.log.info(`${calls} real calls have cost about $${spentUsd}`);
	}

	/** Loads what records and replays only when it is asked for. */
	async #openRecordings(): Promise<void> {
		const { config, log } = this;
		if ((config.record ?? config.replay) === undefined) return;
		const { Recordings } = await import("./recordings/recordings.ts");
		const rowOf = (modelId: string) => this.resolveModel(modelId).row;
		const recordings = await Recordings.open(config, { rowOf, log });
		this.recordings = recordings;
		this.journal.subscribe((exchange) => recordings?.keep(exchange));
	}

	/** Forgets what requests have left behind: those of a namespace, or all. */
	reset(namespace?: string): void {
		this.journal.reset(namespace);
		this.faults.reset(namespace);
		this.quotas.reset(namespace);
		this.promptCache.reset(namespace);
		for (const engine of this.engines) engine.reset?.(namespace);
		if (namespace !== undefined) return;
		this.#calls = 0;
		if (this.clock instanceof MovableClock) this.clock.reset();
		this.overview.reset(this.clock.now());
	}

	/** The life of one request; never throws. */
	answer(request: HttpRequest): Promise<HttpResponse> | HttpResponse {
		const own = this.ownRoutes?.(request);
		if (own) return own;
		if (this.#forward?.takes(request)) return this.#forward.answer(request);
		const call = new EmulatorCall(this, request, ++this.#calls);
		try {
			const found = this.#find(request);
			const { operation, labels } = found.match;
			call.service = found.service.name;
			call.operation = operation.name;
			const sequence = this.#calls;
			call.exchange = new Exchange(call, request, operation, labels, sequence);
			return this.config.log === "debug"
				? this.#logCall(found, request, call)
				: this.#answerCall(found, request, call);
		} catch (error) {
			return this.#fail(error, undefined, request, call);
		}
	}

	/** What needs no waiting makes no promise: most calls under load are answered within one turn. */
	#answerCall(
		found: Found,
		request: HttpRequest,
		call: EmulatorCall,
	): Promise<HttpResponse> | HttpResponse {
		let answer: Promise<HttpResponse> | HttpResponse;
		try {
			const isBuilt = this.#isBuilt(found);
			const body = request.wholeBody;
			if (!isBuilt) answer = this.#relayUnbuilt(found, request, call);
			else
				answer = body
					? this.#respond(found, request, call, body)
					: request
							.body()
							.then((later) => this.#respond(found, request, call, later));
		} catch (error) {
			return this.#answerFailure(error, found, request, call);
		}
		return answer instanceof Promise
			? answer.catch((error) =>
					this.#answerFailure(error, found, request, call),
				)
			: answer;
	}

	#respond(
		found: Found,
		request: HttpRequest,
		call: EmulatorCall,
		body: Buffer,
	): Promise<HttpResponse> | HttpResponse {
		const output = this.#invoke(found, request, call, body);
		return output instanceof Promise
			? output.then((later) => this.#write(found, call, later))
			: this.#write(found, call, output as Output);
	}

	/** Something was thrown: a real service's answer, which goes out as it is, or a failure. */
	async #answerFailure(
		error: unknown,
		found: Found,
		request: HttpRequest,
		call: EmulatorCall,
	): Promise<HttpResponse> {
		let failure = error;
		try {
			const truth = await trueAnswer(error, found.match, call);
			if (truth?.failure) this.report(truth.failure, request);
			if (truth) return await this.#writeTruth(found, call, truth);
		} catch (thrown) {
			failure = thrown;
		}
		try {
			const response = this.#fail(failure, found, request, call);
			call.exchange?.answered(
				response.status,
				isWhole(response.body) ? response.body : undefined,
				response.headers,
			);
			return response;
		} finally {
			call.onEnd(failure);
		}
	}

	#writeTruth(
		found: Found,
		call: EmulatorCall,
		{ status, headers, body, failure }: TrueAnswer,
	): HttpResponse | Promise<HttpResponse> {
		if (body instanceof Uint8Array)
			return this.#finish(call, { status, headers, body }, failure);
		const { members } = found.match.operation.output;
		const stream = members.find((member) => member.target.eventStream);
		if (!stream)
			throw new Error(
				`${found.match.operation.name} was answered by a stream.`,
			);
		return this.#write(found, call, {
			[stream.name]: body,
			[extraHeaders]: headers,
		});
	}

	/**
	 * Whether Outcrop answers the operation itself; if not, a real service has to.
	 *
	 * @throws ServiceError where there is none, before the body is read: a client may wait for the answer with its body half
	 *   sent
	 */
	#isBuilt({ service, match }: Found): boolean {
		const floci = this.mode === "floci";
		const { operation, labels } = match;
		const { name, input } = operation;
		const handlers = floci ? service.flociHandlers : service.handlers;
		if (handlers[name]) return true;
		const isTwoWay = input.members.some((member) => member.target.eventStream);
		const relays = relaysFor(this.engines, labels.modelId);
		if (floci || isTwoWay || relays.length === 0)
			throw unsupported(service, name, floci);
		return false;
	}

	/** @throws Relayed */
	async #relayUnbuilt(
		{ service, match }: Found,
		request: HttpRequest,
		call: EmulatorCall,
	): Promise<never> {
		this.#receive(request, call, await request.body());
		const { modelId } = match.labels;
		await this.#suffer(call, { modelId }, request);
		await call.relay(modelId);
		throw unsupported(service, match.operation.name, false);
	}

	/** The body is there: it can be known now whether the caller may come in. */
	#receive(request: HttpRequest, call: EmulatorCall, body: Buffer): void {
		call.body = body;
		call.exchange?.received(body);
		this.#verifySignature?.(request, body, this.config.keys, this.clock.now());
	}

	/** Checks who calls, reads the input, and has the operation's handler answer. */
	#invoke(
		{ service, match }: Found,
		request: HttpRequest,
		call: EmulatorCall,
		body: Buffer,
	): unknown {
		const { operation, labels } = match;
		this.#receive(request, call, body);
		if (this.mode === "floci") {
			const answer = service.flociHandlers[operation.name];
			const suffering = this.#suffer(call, labels, request);
			const answered = () => answer?.(labels, body, call, operation);
			return suffering ? suffering.then(answered) : answered();
		}
		const input = readInput(operation, {
			labels,
			query: request.query,
			headers: request.headers,
			body,
		});
		validateInput(operation.input, input);
		const suffering = this.#suffer(call, input, request);
		const answered = () =>
			service.handlers[operation.name]?.(input as never, call);
		return suffering ? suffering.then(answered) : answered();
	}

	#write(
		{ match }: Found,
		call: EmulatorCall,
		output: Output,
	): HttpResponse | Promise<HttpResponse> {
		const { plan } = call;
		if (plan) breakStream(match.operation, output, call, plan);
		const written = writeOutput(match.operation, output, call);
		return written instanceof Promise
			? written.then((response) => this.#finish(call, response))
			: this.#finish(call, written);
	}

	/** The response is there; a stream goes on. */
	#finish(
		call: EmulatorCall,
		response: HttpResponse,
		failure?: ServiceError,
	): HttpResponse | Promise<HttpResponse> {
		const whole = isWhole(response.body) ? response.body : undefined;
		call.exchange?.answered(response.status, whole, response.headers);
		const broken = call.plan?.response?.(response);
		if (whole !== undefined && !broken) call.onEnd(failure);
		if (!broken) return response;
		return Promise.resolve(broken).then((spoilt) => {
			if (whole !== undefined) call.onEnd(failure);
			return spoilt;
		});
	}

	async #logCall(
		found: Found,
		request: HttpRequest,
		call: EmulatorCall,
	): Promise<HttpResponse> {
		try {
			return await this.#answerCall(found, request, call);
		} finally {
			this.log.debug(
				`${request.method} ${request.path} ${call.operation} ${call.exchange?.status ?? "broken"}`,
			);
		}
	}

	/** Plays what the call suffers before its operation runs; undefined when there is nothing to wait for. */
	#suffer(
		call: EmulatorCall,
		{ modelId }: { modelId?: unknown },
		request: HttpRequest,
	): Promise<void> | undefined {
		const model = typeof modelId === "string" ? modelId : undefined;
		const plan = this.faults.plan(call, model, request.headers);
		if (!plan) return undefined;
		call.suffer(plan);
		return plan.before?.() ?? undefined;
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
		if (isTransportFault(error)) throw error;
		if (error instanceof FaultAnswer) return error.response;
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
		this.report(error, request);
		return writeError(description, error, common);
	}

	/** A modelled refusal is a line at info; what nobody foresaw is an error with its stack; a hang-up is neither. */
	report(error: unknown, request: HttpRequest): void {
		if (error instanceof ServiceError) {
			this.log.info(
				`${request.method} ${request.path.slice(0, longestLogged)} ${error.name}: ${error.message.slice(0, longestLogged)}`,
			);
		} else if (!isTransportFault(error) && !request.signal.aborted) {
			this.log.error(`${request.method} ${request.path} failed`, error);
		}
	}
}

/** Has the stream of an output, if it has one, suffer the plan. */
function breakStream(
	operation: Operation,
	output: Output,
	common: Common,
	plan: FaultPlan,
): void {
	const stream = operation.output.members.find(
		(member) => member.target.eventStream,
	);
	const events = stream && output[stream.name];
	if (!events) return;
	const each = Array.isArray(events) ? oneByOne(events) : events;
	output[stream.name] = plan.events?.(each as AsyncIterable<unknown>) ?? each;
	common.beginsEarly ||= plan.beginsEarly;
	common.spoilFrame = plan.frame;
}

async function* oneByOne<Item>(items: Item[]): AsyncGenerator<Item> {
	yield* items;
}

function isTransportFault(error: unknown): boolean {
	return error instanceof Error && error.name === "TransportFault";
}

function isWhole(body: HttpResponse["body"]): body is string | Uint8Array {
	return typeof body === "string" || body instanceof Uint8Array;
}

type Output = Record<string, unknown> & ExtraHeaders;

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
	return generateCertificate([config.host]);
}
