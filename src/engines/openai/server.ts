/** One model server: its connections, whether it is well, and what is known of its ways. */
import type { Readable } from "node:stream";
import type { Pool } from "undici";
import { ConfigError } from "../../errors.ts";
import { parseJson } from "../../protocol/json.ts";
import type { Json, JsonObject } from "../../turn/turn.ts";
import { isObject } from "../sample-check.ts";
import { Breaker } from "./breaker.ts";
import {
	BrokenStream,
	connectionFailure,
	isTimeout,
	type Place,
	statusFailure,
	UpstreamFailure,
	unreadable,
} from "./failures.ts";
import { shownUrl, type UpstreamOptions } from "./upstream.ts";

/** An answer that has begun: its status was 200. Who has it has to `close` it. */
export interface UpstreamResponse {
	contentType: string;
	body: AsyncIterable<Uint8Array>;
	/**
	 * Lets go of the connection.
	 *
	 * @param isSaid - all that matters has been read: the answer's end is awaited for a moment, so that the connection can serve
	 * again; else it is closed at once, and the server stops
	 */
	close(isSaid: boolean): void;
}

/** How long the end of an answer may take after its last word. */
const endMs = 1000;

/** How long the list of models may take. */
const listMs = 10_000;

/** Its list did not come in time; as a connection's failures are told. */
const noList = Object.assign(new Error("it lists no models in time"), {
	code: "ETIMEDOUT",
});

/** Bytes of a whole body, at most. */
const longestBody = 64 * 1024 * 1024;

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
		const total = this.options.timeouts.total;
		const limit = total > 0 ? AbortSignal.timeout(total) : undefined;
		const stop = limit ? AbortSignal.any([signal, limit]) : signal;
		try {
			return await this.#send("POST", path, JSON.stringify(body), stop, place);
		} catch (error) {
			if (signal.aborted || error instanceof UpstreamFailure) throw error;
			throw connectionFailure(error, place) ?? error;
		}
	}

	/** The ids of its models, asked for once and kept. Several calls may wait for it, so none of them stops it. */
	models(): Promise<string[]> {
		const signal = AbortSignal.timeout(listMs);
		this.#models ??= this.askModels(signal).catch((error: unknown) => {
			this.#models = undefined;
			throw error;
		});
		return this.#models;
	}

	/**
	 * Asks for the ids of its models.
	 *
	 * @throws UpstreamFailure
	 */
	async askModels(signal: AbortSignal): Promise<string[]> {
		const path = "/models";
		const place = this.place(path);
		try {
			const asked = this.#send("GET", path, undefined, signal, place);
			const { data } = await readJson(await asked, place, signal);
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
		signal: AbortSignal,
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
			signal,
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
		return {
			contentType: String(headers["content-type"] ?? ""),
			body: answer.iterator({ destroyOnReturn: false }),
			close: (isSaid) => letGo(answer, isSaid),
		};
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

function letGo(body: Readable, isSaid: boolean): void {
	if (body.closed) return;
	// A connection that breaks now breaks nothing.
	body.on("error", () => {});
	if (!isSaid) {
		body.destroy();
		return;
	}
	const timer = setTimeout(() => body.destroy(), endMs).unref();
	body.once("close", () => clearTimeout(timer));
	body.resume();
}

/**
 * Reads an answer that is one JSON object, and lets go of it.
 *
 * @throws UpstreamFailure when it breaks off or is something else; the signal's reason when it aborts
 */
export async function readJson(
	response: UpstreamResponse,
	place: Place,
	signal: AbortSignal,
): Promise<JsonObject> {
	let isRead = false;
	try {
		const text = await readText(response.body);
		isRead = true;
		const json = parse(text);
		if (isObject(json)) return json;
		throw unreadable(`no JSON object, but ${text.slice(0, 200)}`, place);
	} catch (error) {
		if (signal.aborted || error instanceof UpstreamFailure) throw error;
		if (error instanceof BrokenStream) throw unreadable(error.message, place);
		throw connectionFailure(error, place) ?? error;
	} finally {
		response.close(isRead);
	}
}

function parse(text: string): Json | undefined {
	try {
		return parseJson(text);
	} catch {
		return undefined;
	}
}

/**
 * A body as text.
 *
 * @throws BrokenStream when it is larger than any answer should be
 */
export async function readText(
	body: AsyncIterable<Uint8Array>,
): Promise<string> {
	const chunks: Uint8Array[] = [];
	let length = 0;
	for await (const chunk of body) {
		length += chunk.byteLength;
		if (length > longestBody)
			throw new BrokenStream(`it is larger than ${longestBody} bytes`);
		chunks.push(chunk);
	}
	return Buffer.concat(chunks).toString("utf8");
}
