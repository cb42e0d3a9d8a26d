import {
	BedrockRuntimeClient,
	type BedrockRuntimeClientConfig,
} from "@aws-sdk/client-bedrock-runtime";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import type { Clock } from "../../src/call.ts";
import { MovableClock } from "../../src/clock.ts";
import { type Config, defaultConfig } from "../../src/config.ts";
import type { Parts } from "../../src/emulator/state.ts";
import type { Emulator } from "../../src/emulator.ts";
import type { Log } from "../../src/log.ts";
import { startEmulator } from "../../src/start.ts";

/** A running emulator of one test, on a free port. */
export interface TestOutcrop extends AsyncDisposable {
	emulator: Emulator;
	url: string;
	/** The AWS SDK's client as users make it: HTTP/2 by default. */
	client(config?: BedrockRuntimeClientConfig): BedrockRuntimeClient;
}

/** The day that tests of lifecycles live in: the models that they name have not reached their end yet. */
const catalogueDayMs = Date.parse("2026-11-22");

/** Time that goes on from that day, so that the suite does not age with the catalogue. */
function catalogueClock(): Clock {
	const startedAtMs = Date.now();
	const clock = new MovableClock();
	return {
		now: () => catalogueDayMs + clock.now() - startedAtMs,
		sleep: (delayMs, signal) => clock.sleep(delayMs, signal),
	};
}

/**
 * Starts an emulator; disposing of it stops it and fails the test when it logged an unexpected error. With `strict` the
 * lifecycles of models count, and unless the test brings a clock it is the day that the catalogue was made.
 *
 * @example await using outcrop = await startOutcrop({ strict: true });
 */
export async function startOutcrop(
	config: Partial<Config> = {},
	parts: Partial<Parts> = {},
): Promise<TestOutcrop> {
	const errors: unknown[] = [];
	const log: Log = {
		error: (message, details) =>
			errors.push(
				`${message}: ${details instanceof Error ? details.stack : details}`,
			),
		info() {},
		debug() {},
	};
	const emulator = await startEmulator(defaultConfig({ port: 0, ...config }), {
		log,
		...(config.strict && { clock: catalogueClock() }),
		...parts,
	});
	const clients: BedrockRuntimeClient[] = [];
	return {
		emulator,
		url: emulator.url,
		client(options) {
			const client = new BedrockRuntimeClient({
				endpoint: emulator.url,
				region: "us-east-1",
				credentials: { accessKeyId: "test", secretAccessKey: "test" },
				maxAttempts: 1,
				...options,
			});
			clients.push(client);
			return client;
		},
		async [Symbol.asyncDispose]() {
			for (const client of clients) client.destroy();
			await emulator.stop(0);
			if (errors.length > 0)
				throw new Error(
					`The emulator logged unexpected errors:\n${errors.join("\n")}`,
				);
		},
	};
}

/** Both transports of the JavaScript client, for tests that repeat on each. */
export const transports: [
	name: string,
	options: () => BedrockRuntimeClientConfig,
][] = [
	["HTTP/2 cleartext (the default)", () => ({})],
	["HTTP/1.1", () => ({ requestHandler: new NodeHttpHandler() })],
];

/** The items of a stream, all of them. */
export async function all<T>(
	stream: AsyncIterable<T> | undefined,
): Promise<T[]> {
	const items: T[] = [];
	for await (const item of stream ?? []) items.push(item);
	return items;
}

/** Posts a body as it is, past every client-side check. */
export async function post(
	url: string,
	body: string | Uint8Array<ArrayBuffer>,
	headers: Record<string, string> = {},
): Promise<{
	status: number;
	headers: Headers;
	text: string;
	json: Record<string, unknown>;
}> {
	const response = await fetch(url, {
		method: "POST",
		body,
		headers: { "content-type": "application/json", ...headers },
	});
	const text = await response.text();
	return {
		status: response.status,
		headers: response.headers,
		text,
		json: parse(text),
	};
}

function parse(text: string): Record<string, unknown> {
	try {
		return JSON.parse(text) as Record<string, unknown>;
	} catch {
		return {};
	}
}
