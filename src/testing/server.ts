import type { Config } from "../config.ts";
import { defaultConfig } from "../config.ts";
import { ConfigError } from "../errors.ts";
import type { Log } from "../log.ts";
import { hintFor } from "../nearest.ts";
import { startEmulator } from "../start.ts";
import { type Api, localApi, readJson, remoteApi } from "./api.ts";
import type { Changes } from "./changes.ts";

/** One Outcrop, in this process or elsewhere, as its handles share it. */
export class Server {
	readonly api: Api;
	readonly url: string;
	readonly region: string;
	/** Handles that have changes on their way. */
	readonly busy = new Set<Changes>();
	readonly #end: () => Promise<void>;
	#stopped: Promise<void> | undefined;

	constructor(parts: {
		api: Api;
		url: string;
		region: string;
		end: () => Promise<void>;
	}) {
		this.api = parts.api;
		this.url = parts.url;
		this.region = parts.region;
		this.#end = parts.end;
	}

	/** Resolves when no handle has a change on its way; undefined when none has. */
	get settled(): Promise<void> | undefined {
		const [changes] = this.busy;
		return changes?.settled?.then(() => this.settled);
	}

	/**
	 * Asks a route of Outcrop's own API.
	 *
	 * @param name - what stands after `/_outcrop/api/`
	 * @param what - begins the message when it is refused
	 * @throws OutcropApiError
	 */
	async send(
		method: string,
		name: string,
		body?: unknown,
		what = `${method} ${name.replace(/\?.*/s, "")}`,
	): Promise<unknown> {
		const path = `/_outcrop/api/${name}`;
		return readJson(what, await this.api.send(method, path, body));
	}

	stop(): Promise<void> {
		this.#stopped ??= this.#end();
		return this.#stopped;
	}
}

/** How `startOutcrop` starts: every option of the configuration, and where errors go. */
export interface StartOptions extends Partial<Config> {
	/** Hears of what nobody foresaw; default: it is written to stderr. */
	onError?: (message: string) => void;
}

/** Starts an emulator in this process. @throws ConfigError on options that there are not */
export async function startServer(options: StartOptions): Promise<Server> {
	const {
		onError = (message) => process.stderr.write(`${message}\n`),
		...config
	} = options;
	checkNames(config);
	const emulator = await startEmulator(
		defaultConfig({ port: 0, log: "error", ...config }),
		{ log: errorsOnly(onError) },
	);
	const router = emulator.ownRoutes ?? (() => undefined);
	const server = new Server({
		api: localApi(emulator, router),
		url: emulator.url,
		region: emulator.config.region,
		end: () => emulator.stop(0),
	});
	// A request waits until what the test wrote before it is in force.
	emulator.ownRoutes = (request) =>
		server.settled?.then(() => emulator.answer(request)) ?? router(request);
	return server;
}

/** The type says so too, but not to JavaScript. */
function checkNames(given: Partial<Config>): void {
	const known = [...Object.keys(defaultConfig()), "onError"];
	for (const name of Object.keys(given)) {
		if (known.includes(name)) continue;
		const all = "docs/configuration.md lists those there are.";
		throw new ConfigError(
			`startOutcrop has no option ${name}.${hintFor(name, known, all)}`,
		);
	}
}

function errorsOnly(onError: (message: string) => void): Log {
	return {
		error: (message, details) =>
			onError(
				`Outcrop: ${message}${details === undefined ? "" : `: ${details instanceof Error ? details.stack : details}`}`,
			),
		info() {},
		debug() {},
	};
}

/**
 * Attaches to an Outcrop that runs.
 *
 * @throws OutcropApiError when none answers there
 */
export async function attachServer(
	url: string,
	region: string,
): Promise<Server> {
	if (typeof url !== "string")
		throw new TypeError(
			`attachOutcrop takes the URL of an Outcrop such as http://localhost:4566, not ${url}.`,
		);
	const bare = url.replace(/\/+$/, "");
	const api = remoteApi(bare);
	readJson(`Attaching to ${bare}`, await api.send("GET", "/_outcrop/health"));
	return new Server({ api, url: bare, region, end: async () => {} });
}
