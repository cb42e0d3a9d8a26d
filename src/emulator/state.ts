import type { Clock, Mode } from "../call.ts";
import { MovableClock } from "../clock.ts";
import type { Config } from "../config.ts";
import type { Engine } from "../engines/engine.ts";
import { createEngines } from "../engines/index.ts";
import { ServiceError } from "../errors.ts";
import { Faults } from "../faults/faults.ts";
import { Quotas } from "../faults/quotas.ts";
import { type HttpRequest, TransportFault } from "../http/message.ts";
import { Journal } from "../journal/journal.ts";
import { Overview } from "../journal/overview.ts";
import type { Log } from "../log.ts";
import { Catalog } from "../models/catalog.ts";
import { Spend } from "../models/spend.ts";
import { Identities } from "../protocol/sigv4.ts";
import type { Recordings } from "../recordings/recordings.ts";
import { services as allServices } from "../services/index.ts";
import { modelResolver } from "../services/model.ts";
import type { ResolvedModel, Service } from "../services/service.ts";
import { PromptCache } from "../turn/prompt-cache.ts";

/** Characters of a path or a message that a line of the log holds: both may repeat what the client sent. */
const longestLogged = 500;

/** What an emulator may be given beside its configuration. */
export interface Parts {
	log: Log;
	clock?: Clock;
	/** Instead of the configured engines. */
	engines?: readonly Engine[];
}

/** What an emulator is made of, and what its calls leave behind. */
export class EmulatorState {
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

	constructor(config: Config, { log, clock, engines }: Parts) {
		this.config = config;
		this.log = log;
		this.clock = clock ?? new MovableClock();
		this.startedAtMs = this.clock.now();
		this.mode = modeOf(config);
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
		this.faults = new Faults({
			clock: this.clock,
			seed: config.seed,
			specs: config.faults,
		});
		this.quotas = new Quotas({ clock: this.clock, specs: config.quotas });
		this.engines =
			engines ??
			createEngines(config, this.promptCache, {
				log,
				clock: this.clock,
				spend: this.spend,
				recordings: () => this.recordings,
			});
	}

	/** Forgets what requests have left behind: those of a namespace, or all. */
	reset(namespace?: string): void {
		this.journal.reset(namespace);
		this.faults.reset(namespace);
		this.quotas.reset(namespace);
		this.promptCache.reset(namespace);
		for (const engine of this.engines) engine.reset?.(namespace);
		if (namespace !== undefined) return;
		if (this.clock instanceof MovableClock) this.clock.reset();
		this.overview.reset(this.clock.now());
	}

	/** A modelled refusal is a line at info; what nobody foresaw is an error with its stack; a hang-up is neither. */
	report(error: unknown, { method, path, signal }: HttpRequest): void {
		if (error instanceof ServiceError) {
			this.log.info(
				`${method} ${path.slice(0, longestLogged)} ${error.name}: ${error.message.slice(0, longestLogged)}`,
			);
		} else if (!(error instanceof TransportFault) && !signal.aborted) {
			this.log.error(`${method} ${path} failed`, error);
		}
	}
}

function modeOf({ compat, strict }: Config): Mode {
	if (compat === "floci") return "floci";
	return strict ? "strict" : "default";
}
