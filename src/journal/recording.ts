import type { TokenUsage } from "@aws-sdk/client-bedrock-runtime";
import type { Call } from "../call.ts";
import type { HttpRequest } from "../http/message.ts";
import type { Exchange } from "./exchange.ts";
import { keepHeaders, readAttempt } from "./headers.ts";
import type { Journal } from "./journal.ts";

/** What an exchange weighs beside its bodies, roughly. */
const frameBytes = 1000;
const eventBytes = 120;

/** One exchange while it runs. It reaches the journal once, when it has ended. */
export class Recording {
	readonly exchange: Exchange;
	readonly #journal: Journal;
	readonly #call: Call;
	#ended = false;

	constructor(
		journal: Journal,
		call: Call,
		request: HttpRequest,
		sequence: number,
	) {
		const { kind, accountId, region } = call.identity;
		this.#journal = journal;
		this.#call = call;
		this.exchange = {
			id: call.id,
			sequence,
			namespace: call.namespace,
			service: call.service,
			operation: call.operation,
			modelId: undefined,
			identity: { kind, accountId, region },
			attempt: readAttempt(request.headers["amz-sdk-request"]),
			method: request.method,
			path: request.path,
			httpVersion: request.httpVersion,
			requestHeaders: keepHeaders(request.headers),
			startedAtMs: call.clock.now(),
			firstEventMs: undefined,
			durationMs: undefined,
			status: undefined,
			error: undefined,
			input: undefined,
			output: undefined,
			events: undefined,
			usage: undefined,
			priceUsd: undefined,
			notes: call.notes,
			bytes: frameBytes,
		};
	}

	#sinceStartMs(): number {
		return this.#call.clock.now() - this.exchange.startedAtMs;
	}

	/** The operation's input was read from a body of this size. */
	read(input: unknown, bodyBytes: number): void {
		const modelId = (input as { modelId?: unknown }).modelId;
		this.exchange.input = input;
		if (typeof modelId === "string") this.exchange.modelId = modelId;
		this.exchange.bytes += bodyBytes;
	}

	/** What the reply used is known. */
	used(usage: TokenUsage, priceUsd: number | undefined): void {
		this.exchange.usage = usage;
		this.exchange.priceUsd = priceUsd;
	}

	/** A stream's event was sent. */
	event(event: unknown): void {
		const atMs = this.#sinceStartMs();
		this.exchange.firstEventMs ??= atMs;
		this.exchange.events ??= [];
		this.exchange.events.push({ atMs, event });
		this.exchange.bytes += eventBytes;
	}

	/** What is answered, before it is sent: the output without its stream. */
	answered(status: number, output: unknown, bodyBytes: number): void {
		this.exchange.status = status;
		this.exchange.output = output;
		this.exchange.bytes += bodyBytes;
	}

	/** The exchange is over. */
	end(error?: unknown): void {
		if (this.#ended) return;
		this.#ended = true;
		this.exchange.durationMs = this.#sinceStartMs();
		if (error instanceof Error) {
			this.exchange.error = { name: error.name, message: error.message };
		}
		this.#journal.add(this.exchange);
	}
}
