import type {
	ConverseStreamOutput,
	TokenUsage,
} from "@aws-sdk/client-bedrock-runtime";
import type { Call, Clock, Identity, Notes } from "../call.ts";
import type { HttpRequest } from "../http/message.ts";
import type { Operation, Shape } from "../protocol/description.ts";
import { readInput } from "../protocol/read.ts";
import { readEvents } from "../protocol/read-events.ts";
import { unsignedQuery } from "../protocol/sigv4.ts";
import { type TrueEvent, trueBytes } from "../protocol/write-stream.ts";
import { keepAnswerHeaders, keepHeaders, readAttempt } from "./headers.ts";

/** What an exchange weighs in memory beside path and bodies, and an event of a stream beside its texts, roughly. */
const ownBytes = 700;
const eventBytes = 200;

const noHeaders: Record<string, string> = {};

/** An event of a stream, and when it was sent: milliseconds from the start. */
export interface SentEvent {
	atMs: number;
	event: unknown;
}

/**
 * One call as the journal keeps it. Bodies are kept as they travelled and decoded when somebody looks: the hot path makes
 * next to nothing for a journal that is seldom read.
 */
export class Exchange {
	/** The request id. */
	readonly id: string;
	/** Counts up over the emulator's life, from 1. */
	readonly sequence: number;
	readonly namespace: string;
	readonly service: string;
	readonly operation: string;
	readonly identity: Identity;
	readonly method: string;
	readonly path: string;
	readonly httpVersion: string;
	/** Those of the allow-list only. */
	readonly requestHeaders: Record<string, string>;
	/** Milliseconds since the epoch. */
	readonly startedAtMs: number;
	readonly notes: Notes;
	/** HTTP status; undefined while it runs or when the connection was broken before one was sent. */
	status: number | undefined;
	error: { name: string; message: string } | undefined;
	/** Whether the client hung up before a stream's end. */
	isCut = false;
	usage: TokenUsage | undefined;
	/** At the catalogue's prices; undefined when the model's are not known. */
	priceUsd: number | undefined;
	/** What it is taken to weigh in memory. */
	bytes: number;
	/** The bodies as they travelled; a stream's answer stands in `events`. */
	requestBody: Uint8Array | undefined;
	responseBody: string | Uint8Array | undefined;
	readonly #clock: Clock;
	readonly #operation: Operation;
	readonly #labels: Readonly<Record<string, string>>;
	readonly #query: string;
	// Points in time, not spans: a field that holds undefined, then a number as small as 0, has V8 compile `end` over and over.
	#firstEventAtMs: number | undefined = undefined;
	#endedAtMs: number | undefined = undefined;
	#answerHeaders: Record<string, string> = noHeaders;
	#events: SentEvent[] | undefined = undefined;
	/** Of a stream that was sent in one piece: kept as it travelled, like bodies. */
	#frames: Uint8Array | undefined = undefined;

	constructor(
		call: Call,
		request: HttpRequest,
		operation: Operation,
		labels: Readonly<Record<string, string>>,
		sequence: number,
	) {
		this.#clock = call.clock;
		this.#operation = operation;
		this.#labels = labels;
		this.#query = unsignedQuery(request.query);
		this.id = call.id;
		this.sequence = sequence;
		this.namespace = call.namespace;
		this.service = call.service;
		this.operation = call.operation;
		this.identity = call.identity;
		this.method = request.method;
		this.path = request.path;
		this.bytes = ownBytes + request.path.length;
		this.httpVersion = request.httpVersion;
		this.requestHeaders = keepHeaders(request.headers, operation);
		this.startedAtMs = call.clock.now();
		this.notes = call.notes;
		this.status = undefined;
		this.error = undefined;
		this.usage = undefined;
		this.priceUsd = undefined;
		this.requestBody = undefined;
		this.responseBody = undefined;
	}

	/** Milliseconds from the start to a stream's first event. */
	get firstEventMs(): number | undefined {
		return this.#spanTo(this.#firstEventAtMs);
	}

	/** Milliseconds from the start to the end; undefined while it runs. */
	get durationMs(): number | undefined {
		return this.#spanTo(this.#endedAtMs);
	}

	#spanTo(timeMs: number | undefined): number | undefined {
		return timeMs === undefined ? undefined : timeMs - this.startedAtMs;
	}

	/** Which attempt of its SDK this was, from 1; undefined when the client does not say. */
	get attempt(): number | undefined {
		return readAttempt(this.requestHeaders["amz-sdk-request"]);
	}

	/** As sent, without `?` and without a signature. */
	get query(): string {
		return this.#query;
	}

	/** What AWS's description says of the operation. */
	get described(): Operation {
		return this.#operation;
	}

	/** Those of the answer that are Bedrock's own, names in lower case. */
	get responseHeaders(): Record<string, string> {
		return keepAnswerHeaders(this.#answerHeaders);
	}

	/** Percent-decoded; undefined for operations without a model in their path. */
	get modelId(): string | undefined {
		return this.#labels.modelId;
	}

	/** A stream's events with the milliseconds from the start at which they were sent. */
	get events(): SentEvent[] | undefined {
		const { stream } = this;
		if (!this.#frames || !stream) return this.#events;
		const atMs = this.firstEventMs ?? 0;
		return readEvents(stream, this.#frames).map((event) => ({ atMs, event }));
	}

	/** The operation's typed input; undefined when it cannot be read. */
	get input(): Record<string, unknown> | undefined {
		try {
			return readInput(this.#operation, {
				labels: this.#labels,
				query: this.#query,
				headers: this.requestHeaders,
				body: this.requestBody ?? new Uint8Array(),
			});
		} catch {
			return undefined;
		}
	}

	/** The union of the events that the operation streams; undefined when it answers whole. */
	get stream(): Shape | undefined {
		return this.#operation.output.members.find(
			({ target }) => target.eventStream,
		)?.target;
	}

	/** What was answered, decoded: the operation's output, or a native body under its member's name. */
	get output(): unknown {
		if (this.error || this.responseBody === undefined) return undefined;
		const payload = this.#operation.output.members.find(
			(member) => member.in === "payload",
		);
		const body = decodeBody(this.responseBody);
		return payload ? { [payload.name]: body } : body;
	}

	/** The request's body was read. */
	received(body: Uint8Array): void {
		this.requestBody = body;
		this.bytes += body.byteLength;
	}

	/** An event of a stream was sent. */
	sent(event: unknown): void {
		const nowMs = this.#clock.now();
		this.#firstEventAtMs ??= nowMs;
		this.#events ??= [];
		this.#events.push({ atMs: nowMs - this.startedAtMs, event });
		this.bytes += eventBytes + weigh(event);
	}

	/** A stream was sent in one piece. */
	sentWhole(frames: Uint8Array): void {
		this.#firstEventAtMs = this.#clock.now();
		this.#frames = frames;
		this.bytes += frames.byteLength;
	}

	/** What is answered; a stream's body is not kept, its events are. */
	answered(
		status: number,
		body: string | Uint8Array | undefined,
		headers: Record<string, string>,
	): void {
		this.status = status;
		this.#answerHeaders = headers;
		this.responseBody = body;
		this.bytes += body?.length ?? 0;
	}

	/** The exchange is over. */
	end(error: unknown, isCut = false): void {
		this.isCut = isCut;
		this.#endedAtMs = this.#clock.now();
		if (error instanceof Error)
			this.error = { name: error.name, message: error.message };
	}
}

/** How long the texts and bytes of an event are; scripts and model servers may put much in one. */
function weigh(event: unknown): number {
	const { contentBlockDelta } = event as ConverseStreamOutput;
	const frame = (event as Partial<TrueEvent>)[trueBytes]?.length ?? 0;
	return frame + (contentBlockDelta?.delta?.text?.length ?? weighAll(event, 8));
}

function weighAll(value: unknown, levelsLeft: number): number {
	if (typeof value === "string" || value instanceof Uint8Array)
		return value.length;
	if (typeof value !== "object" || value === null || levelsLeft === 0) return 0;
	let weight = 0;
	for (const item of Object.values(value))
		weight += weighAll(item, levelsLeft - 1);
	return weight;
}

function decodeBody(body: string | Uint8Array): unknown {
	const text = typeof body === "string" ? body : Buffer.from(body).toString();
	try {
		return JSON.parse(text);
	} catch {
		return body;
	}
}
