/** Builds one Emulator from a Config: start, stop and reset. */

import type { Config } from "./config.ts";
import { Answering } from "./emulator/answer.ts";
import { EmulatorCall } from "./emulator/call.ts";
import { EmulatorState, type Parts } from "./emulator/state.ts";
import type { Forward } from "./forward.ts";
import { type Listener, listen } from "./http/listener.ts";
import type { HttpRequest, HttpResponse } from "./http/message.ts";
import type { Router } from "./http/router.ts";
import { generateCertificate } from "./http/tls.ts";

/** One running Outcrop. Several live side by side in one process: all state hangs here. */
export class Emulator extends EmulatorState {
	/** Paths that are Outcrop's own; asked before the services. */
	ownRoutes: Router | undefined;
	readonly #answering: Answering;
	/** Where requests for other AWS services go. */
	#forward: Forward | undefined;
	#listener: Listener | undefined;
	#calls = 0;
	readonly #stop = new AbortController();

	constructor(config: Config, parts: Parts) {
		super(config, parts);
		this.#answering = new Answering(this);
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
				onUnexpectedTls: () =>
					this.log.info(
						"A client speaks TLS, and was turned away. Give it http://, or start with --tls",
					),
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
		if ((config.record ?? config.replay) === undefined) {
			await checkRedact(config);
			return;
		}
		const { Recordings } = await import("./recordings/recordings.ts");
		const rowOf = (modelId: string) => this.resolveModel(modelId).row;
		const recordings = await Recordings.open(config, { rowOf, log });
		this.recordings = recordings;
		this.journal.subscribe((exchange) => recordings?.keep(exchange));
	}

	override reset(namespace?: string): void {
		super.reset(namespace);
		if (namespace === undefined) this.#calls = 0;
	}

	/** The life of one request; never throws. */
	answer(request: HttpRequest): Promise<HttpResponse> | HttpResponse {
		const own = this.ownRoutes?.(request);
		if (own) return own;
		if (this.#forward?.takes(request)) return this.#forward.answer(request);
		return this.#answering.answer(
			new EmulatorCall(this, request, ++this.#calls),
		);
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

/** Patterns that are wrong are told at once, not on the day on which something is recorded. */
async function checkRedact({ redact }: Config): Promise<void> {
	if (redact.length === 0) return;
	const { compileRedact } = await import("./recordings/redact.ts");
	await compileRedact(redact);
}
