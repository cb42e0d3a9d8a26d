/** One model server: its connections, whether it is well, and what is known of its ways. */

import type { Pool } from "undici";
import { ConfigError } from "../../errors.ts";
import { isObject, type JsonObject } from "../../json.ts";
import { Breaker } from "./breaker.ts";
import {
	connectionFailure,
	isTimeout,
	type Place,
	statusFailure,
	UpstreamFailure,
} from "./failures.ts";
import {
	readJson,
	readText,
	responseOf,
	type UpstreamResponse,
} from "./response.ts";
import { Stopper } from "./stopper.ts";
import { shownUrl, type UpstreamOptions } from "./upstream.ts";

/** How long the list of models may take. */
const listMs = 10_000;

/** Its list did not come in time; as a connection's failures are told. */
const noList = Object.assign(new Error("it lists no models in time"), {
	code: "ETIMEDOUT",
});

/** A model server, asked over connections that are kept. They are undici's: its code is loaded with the first request. */
export class ModelServer {
	readonly options: UpstreamOptions;
	readonly breaker: Breaker;
	/** Request members that it refused, by what was done about it: they are not sent again. */
	readonly refused = new Set<string>();
	#pool: Promise<Pool> | undefined;
	#models: Promise<string[]> | undefined;
	#authorization: string | undefined;
	readonly #shownUrl: string;
	/** What stands before a request's path, and after it. */
	readonly #path: readonly [before: string, after: string];

	constructor(options: UpstreamOptions) {
		this.options = options;
		const { pathname, search } = new URL(options.url);
		this.#path = [pathname.replace(/\/+$/u, ""), search];
		this.#shownUrl = shownUrl(options.url);
		this.breaker = new Breaker(options.breaker.failures, options.breaker.pause);
		if (options.apiKey !== undefined)
			this.#authorization = `Bearer ${options.apiKey}`;
	}

	/**
	 * Reads the key that stands in the environment.
	 *
	 * @throws ConfigError when it is not there
	 */
	readKey(env: Readonly<Record<string, string | undefined>>): void {
		const { apiKeyVariable, name } = this.options;
		if (apiKeyVariable === undefined) return;
		const key = env[apiKeyVariable];
		if (!key)
			throw new ConfigError(
				`The upstream ${name} takes its key from the environment variable ${apiKeyVariable}, which is not set. Set it, or leave apiKeyVariable out.`,
			);
		this.#authorization = `Bearer ${key}`;
	}

	/** Where a request goes, for messages. */
	place(path: string, model = ""): Place {
		return { name: this.options.name, url: this.#shownUrl, path, model };
	}

	/**
	 * Sends a request and waits for the beginning of its answer.
	 *
	 * @param path - below the base URL, such as `/chat/completions`
	 * @param signal - stops it, whenever that is: the connection is closed
	 * @throws UpstreamFailure unless the status is 200; the signal's reason when it aborts
	 */
	async post(
		path: string,
		body: JsonObject,
		signal: AbortSignal,
	): Promise<UpstreamResponse> {
		const { model } = body;
		const place = this.place(path, typeof model === "string" ? model : "");
		const stopper = new Stopper(signal, this.options.timeouts.total);
		const text = JSON.stringify(body);
		try {
			return await this.#send("POST", path, text, stopper, place);
		} catch (error) {
			if (signal.aborted || error instanceof UpstreamFailure) throw error;
			throw connectionFailure(error, place) ?? error;
		}
	}

	/** The ids of its models, asked for once and kept. Several calls may wait for it, so none of them stops it. */
	models(): Promise<string[]> {
		this.#models ??= this.askModels().catch((error: unknown) => {
			this.#models = undefined;
			throw error;
		});
		return this.#models;
	}

	/**
	 * Asks for the ids of its models.
	 *
	 * @param patienceMs - how long it may take
	 * @throws UpstreamFailure
	 */
	async askModels(patienceMs: number = listMs): Promise<string[]> {
		const path = "/models";
		const place = this.place(path);
		const stopper = new Stopper(undefined, patienceMs);
		try {
			const asked = this.#send("GET", path, undefined, stopper, place);
			const { data } = await readJson(await asked, place, stopper.signal);
			const items = Array.isArray(data) ? data : [];
			return items.flatMap((item) =>
				isObject(item) && typeof item.id === "string" ? [item.id] : [],
			);
		} catch (error) {
			if (error instanceof UpstreamFailure) throw error;
			const told = isTimeout(error) ? noList : error;
			throw connectionFailure(told, place) ?? error;
		}
	}

	/** Closes its connections, those under way too. */
	async close(): Promise<void> {
		await (await this.#pool)?.destroy();
		this.#pool = undefined;
	}

	async #send(
		method: "GET" | "POST",
		path: string,
		body: string | undefined,
		stopper: Stopper,
		place: Place,
	): Promise<UpstreamResponse> {
		try {
			return await this.#request(method, path, body, stopper, place);
		} catch (error) {
			stopper.letGo();
			throw error;
		}
	}

	async #request(
		method: "GET" | "POST",
		path: string,
		body: string | undefined,
		stopper: Stopper,
		place: Place,
	): Promise<UpstreamResponse> {
		this.#pool ??= this.#open();
		const pool = await this.#pool;
		const [before, after] = this.#path;
		const {
			statusCode,
			headers,
			body: answer,
		} = await pool.request({
			path: before + path + after,
			method,
			headers: {
				...(body !== undefined && { "content-type": "application/json" }),
				...(this.#authorization !== undefined && {
					authorization: this.#authorization,
				}),
			},
			signal: stopper.signal,
			...(body !== undefined && { body }),
		});
		if (statusCode !== 200) {
			const text = await readText(answer).catch(() => "");
			const retryAfter = headers["retry-after"];
			throw statusFailure(
				statusCode,
				text,
				place,
				typeof retryAfter === "string" ? retryAfter : undefined,
			);
		}
		const contentType = String(headers["content-type"] ?? "");
		return responseOf(answer, contentType, stopper);
	}

	async #open(): Promise<Pool> {
		const { Pool } = await import("undici");
		const { connect, firstByte, idle } = this.options.timeouts;
		return new Pool(new URL(this.options.url).origin, {
			// 0 is no limit to undici too.
			connect: { timeout: connect },
			headersTimeout: firstByte,
			bodyTimeout: idle,
		});
	}
}
