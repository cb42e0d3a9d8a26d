/** restJson1, to the wire: an operation's output, or what was thrown, to status, headers and body. */
import type { Random } from "../call.ts";
import { protocolErrors, ServiceError } from "../errors.ts";
import type { HttpResponse } from "../http/message.ts";
import type { Description, Operation, Shape } from "./description.ts";
import { encodeError, encodeEvent, encodeException } from "./eventstream.ts";

/** What writing a response needs of the call, and whom it tells. */
export interface Common {
	requestId: string;
	random: Random;
	/** Hears of what a stream throws and no modelled error says. */
	onError(error: unknown): void;
	/** Hears of each event of a stream when it is written. */
	onEvent?(event: unknown): void;
	/** A stream is answered before its first event is there: what is thrown then is an exception frame too. */
	beginsEarly?: boolean | undefined;
	/** May spoil the bytes of a stream's frame. */
	spoilFrame?: ((bytes: Uint8Array, index: number) => Uint8Array) | undefined;
	/** Hears once of a stream's end: what was thrown, if anything; a client that hung up is no error. */
	onEnd?(error: unknown): void;
}

type Value = Record<string, unknown>;

/** A member of a stream's event that no description knows: the frame that the event came in, which goes out untouched. */
export const trueBytes = Symbol("true bytes");

/** An event of a stream that somebody else wrote: its union member, where it could be decoded, and its frame. */
export type TrueEvent = Value & { [trueBytes]: Uint8Array };

/** A member of an output that no description knows: headers of the response beside the modelled ones. */
export const extraHeaders = Symbol("extra headers");

/** An output that may have them. */
export interface ExtraHeaders {
	[extraHeaders]?: Record<string, string> | undefined;
}

/**
 * Writes an operation's output. Members stand in alphabetical order, as Bedrock writes them (observed).
 *
 * An output with an event stream is answered only once the stream's first event is there, so that what is thrown before it
 * becomes an HTTP error.
 *
 * @throws whatever the stream throws before its first event
 */
export function writeOutput(
	description: Description,
	operation: Operation,
	output: Value,
	common: Common,
): HttpResponse | Promise<HttpResponse> {
	const headers: Record<string, string> = {
		"x-amzn-RequestId": common.requestId,
	};
	let body: HttpResponse["body"] | undefined;
	let stream: Promise<AsyncIterable<Uint8Array>> | undefined;
	for (const member of operation.output.members) {
		const value = output[member.name];
		if (value === undefined) continue;
		if (member.in === "header") headers[member.wireName] = String(value);
		else if (member.in === "payload" && member.target.eventStream) {
			headers["Content-Type"] = "application/vnd.amazon.eventstream";
			stream = writeStream(
				description,
				member.target,
				value as AsyncIterable<Value> | Value[],
				common,
			);
		} else if (member.in === "payload") body = value as Uint8Array;
	}
	if (body === undefined && stream === undefined) {
		headers["Content-Type"] = "application/json";
		body = JSON.stringify(writeMembers(operation.output, output));
	}
	const extra = (output as ExtraHeaders)[extraHeaders];
	if (extra) Object.assign(headers, extra);
	const { status } = operation;
	if (stream)
		return stream.then((frames) => ({ status, headers, body: frames }));
	return { status, headers, body: body ?? "" };
}

/** Starts the stream, so that its first event (or failure) decides between an HTTP answer and an exception frame. */
async function writeStream(
	description: Description,
	union: Shape,
	events: AsyncIterable<Value> | Value[],
	common: Common,
): Promise<AsyncIterable<Uint8Array>> {
	if (Array.isArray(events)) return writeAtOnce(union, events, common);
	const iterator = events[Symbol.asyncIterator]();
	const first = common.beginsEarly ? undefined : await iterator.next();
	return new FrameStream(description, union, iterator, first, common);
}

/** All frames in one piece, for a stream that has no waits in it. */
function writeAtOnce(
	union: Shape,
	events: Value[],
	common: Common,
): AsyncIterable<Uint8Array> {
	const frames = events.map((event) => {
		common.onEvent?.(event);
		return writeEvent(union, event, common.random);
	});
	return new OneChunk(Buffer.concat(frames), common);
}

/** An iterator by hand, like `FrameStream`: the stream has ended when its chunk was taken, or nobody will take it. */
class OneChunk implements AsyncIterableIterator<Uint8Array> {
	#chunk: Uint8Array | undefined;
	readonly #common: Common;

	constructor(chunk: Uint8Array, common: Common) {
		this.#chunk = chunk;
		this.#common = common;
	}

	[Symbol.asyncIterator](): this {
		return this;
	}

	next(): Promise<IteratorResult<Uint8Array>> {
		const chunk = this.#take();
		return Promise.resolve(
			chunk ? { done: false, value: chunk } : { done: true, value: undefined },
		);
	}

	return(): Promise<IteratorResult<Uint8Array>> {
		this.#take();
		return Promise.resolve({ done: true, value: undefined });
	}

	#take(): Uint8Array | undefined {
		const chunk = this.#chunk;
		this.#chunk = undefined;
		if (chunk) this.#common.onEnd?.(undefined);
		return chunk;
	}
}

/**
 * The frames of a stream whose first event is there already. An iterator by hand: a generator that was never begun would
 * not let go of the events when the client hangs up before the first frame.
 */
class FrameStream implements AsyncIterableIterator<Uint8Array> {
	readonly #description: Description;
	readonly #union: Shape;
	readonly #events: AsyncIterator<Value>;
	readonly #common: Common;
	#first: IteratorResult<Value> | undefined;
	#index = 0;
	#ended = false;

	constructor(
		description: Description,
		union: Shape,
		events: AsyncIterator<Value>,
		first: IteratorResult<Value> | undefined,
		common: Common,
	) {
		this.#description = description;
		this.#union = union;
		this.#events = events;
		this.#first = first;
		this.#common = common;
	}

	[Symbol.asyncIterator](): this {
		return this;
	}

	async next(): Promise<IteratorResult<Uint8Array>> {
		if (this.#ended) return { done: true, value: undefined };
		try {
			const step = this.#first ?? (await this.#events.next());
			this.#first = undefined;
			if (step.done) {
				this.#end(undefined);
				return { done: true, value: undefined };
			}
			const frame = this.#spoil(
				writeEvent(this.#union, step.value, this.#common.random),
			);
			this.#common.onEvent?.(step.value);
			return { done: false, value: frame };
		} catch (error) {
			if (!(error instanceof ServiceError)) this.#common.onError(error);
			await this.#letGo(error);
			if (isTransportFault(error)) throw error;
			return {
				done: false,
				value: writeFailure(this.#description, this.#union, error),
			};
		}
	}

	/** The client hung up, or the listener gave up. */
	async return(): Promise<IteratorResult<Uint8Array>> {
		await this.#letGo(undefined);
		return { done: true, value: undefined };
	}

	#spoil(frame: Uint8Array): Uint8Array {
		return this.#common.spoilFrame?.(frame, this.#index++) ?? frame;
	}

	#end(error: unknown): void {
		if (this.#ended) return;
		this.#ended = true;
		this.#common.onEnd?.(error);
	}

	async #letGo(error: unknown): Promise<void> {
		if (this.#ended) return;
		this.#end(error);
		await this.#events.return?.();
	}
}

/** Faults of the transport break the connection itself; the listener knows how. */
function isTransportFault(error: unknown): boolean {
	return error instanceof Error && error.name === "TransportFault";
}

/** One event as a frame: the member's own JSON, without the union around it, padded. */
function writeEvent(
	union: Shape,
	event: Value | TrueEvent,
	random: Random,
): Uint8Array {
	const frame = (event as Partial<TrueEvent>)[trueBytes];
	if (frame) return frame;
	for (const name in event) {
		const value = event[name];
		const member = union.memberByName.get(name);
		if (member && value !== undefined) {
			const payload = writeMembers(
				member.target,
				value as Value,
				padding(random),
			);
			return encodeEvent(name, JSON.stringify(payload));
		}
	}
	throw new Error(
		`A stream of ${union.name} was given an event it does not know: ${Object.keys(event).join(", ")}`,
	);
}

const paddingText =
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/** Random length, 2 to 61 characters, so that frame sizes do not tell token lengths (observed, member `p`). */
function padding(random: Random): string {
	return paddingText.slice(0, 2 + Math.floor(random.next() * 60));
}

function writeFailure(
	description: Description,
	union: Shape,
	error: unknown,
): Uint8Array {
	const failure = toServiceError(error);
	const memberName =
		failure.name.charAt(0).toLowerCase() + failure.name.slice(1);
	const shape =
		union.memberByName.get(memberName)?.target ??
		description.shapes.get(failure.name);
	if (!union.memberByName.has(memberName) || !shape)
		return encodeError(failure.name, failure.message);
	return encodeException(
		memberName,
		JSON.stringify(writeErrorBody(shape, failure)),
	);
}

/**
 * Writes what was thrown as an HTTP error: type in `x-amzn-ErrorType` with its namespace, `message` in the body, and
 * `__type` beside it (the seed contract; real Bedrock leaves it out).
 */
export function writeError(
	description: Description | undefined,
	error: unknown,
	common: Common,
): HttpResponse {
	const failure = toServiceError(error);
	const declared = description?.errorStatus.get(failure.name);
	const namespace =
		declared === undefined ? "com.amazon.coral.service" : "com.amazon.bedrock";
	const shape = description?.shapes.get(failure.name);
	const body = shape
		? writeErrorBody(shape, failure)
		: { message: failure.message };
	return {
		status: declared ?? protocolErrors[failure.name] ?? 500,
		headers: {
			"Content-Type": "application/json",
			"x-amzn-RequestId": common.requestId,
			"x-amzn-ErrorType": `${failure.name}:http://internal.amazon.com/coral/${namespace}/`,
		},
		body: JSON.stringify({ __type: failure.name, ...body }),
	};
}

function writeErrorBody(shape: Shape, error: ServiceError): Value {
	return writeMembers(shape, { ...error.members, message: error.message });
}

/** AWS's text for what nobody foresaw (observed). */
export const unforeseen =
	"The system encountered an unexpected error during processing. Try your request again.";

function toServiceError(error: unknown): ServiceError {
	return error instanceof ServiceError
		? error
		: new ServiceError("InternalServerException", unforeseen);
}

/** The body members of a structure or union, in alphabetical order, with `p` in its place when given. */
function writeMembers(shape: Shape, value: Value, p?: string): Value {
	const written: Value = {};
	let pending = p;
	for (const member of shape.members) {
		if (pending !== undefined && member.name > "p") {
			written.p = pending;
			pending = undefined;
		}
		const item = value[member.name];
		if (item !== undefined && item !== null && member.in === "body") {
			written[member.name] = writeValue(member.target, item);
		}
	}
	if (pending !== undefined) written.p = pending;
	return written;
}

function writeValue(shape: Shape, value: unknown): unknown {
	switch (shape.type) {
		case "structure":
		case "union":
			return writeMembers(shape, value as Value);
		case "list":
			return (value as unknown[]).map((item) =>
				writeValue(shape.member as Shape, item),
			);
		case "map":
			return writeMap(shape, value as Value);
		case "blob": {
			const bytes = value as Uint8Array;
			return Buffer.from(
				bytes.buffer,
				bytes.byteOffset,
				bytes.byteLength,
			).toString("base64");
		}
		case "timestamp":
			return (value as Date).toISOString().replace(".000Z", "Z");
		default:
			return value;
	}
}

function writeMap(shape: Shape, value: Value): Value {
	const written: Value = {};
	for (const key in value)
		written[key] = writeValue(shape.value as Shape, value[key]);
	return written;
}
