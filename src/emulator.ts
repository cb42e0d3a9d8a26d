/** Builds one Emulator from a Config: what it is made of, start, stop and reset. */

import type { Clock, Mode } from "./call.ts";
import { MovableClock } from "./clock.ts";
import type { Config } from "./config.ts";
import { Answering, isTransportFault } from "./emulator/answer.ts";
import { EmulatorCall } from "./emulator/call.ts";
import type { Engine } from "./engines/engine.ts";
import { createEngines } from "./engines/index.ts";
import { ServiceError } from "./errors.ts";
import { Faults } from "./faults/faults.ts";
import { Quotas } from "./faults/quotas.ts";
import type { Forward } from "./forward.ts";
import { type Listener, listen } from "./http/listener.ts";
import type { HttpRequest, HttpResponse } from "./http/message.ts";
import type { Router } from "./http/router.ts";
import { generateCertificate } from "./http/tls.ts";
import { Journal } from "./journal/journal.ts";
import { Overview } from "./journal/overview.ts";
import type { Log } from "./log.ts";
import { Catalog } from "./models/catalog.ts";
import { Spend } from "./models/spend.ts";
import { Identities } from "./protocol/sigv4.ts";
import type { Recordings } from "./recordings/recordings.ts";
import { services as allServices } from "./services/index.ts";
import { modelResolver } from "./services/model.ts";
import type { ResolvedModel, Service } from "./services/service.ts";
import { PromptCache } from "./turn/prompt-cache.ts";

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
	readonly identities: Identities;
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
	readonly #answering = new Answering(this);
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
		this.identities = new Identities(config.region);
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
			this.#answering.verifySignature = (
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
		const sequence = ++this.#calls;
		const call = new EmulatorCall(this, request, sequence);
		return this.#answering.answer(request, call, sequence);
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
