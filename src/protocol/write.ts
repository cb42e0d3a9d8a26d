/** restJson1, to the wire: an operation's output, or what was thrown, to status, headers and body. */
import type { Random } from "../call.ts";
import { protocolErrors, ServiceError } from "../errors.ts";
import type { HttpResponse } from "../http/message.ts";
import type { Description, Member, Operation, Shape } from "./description.ts";
import {
	encodeError,
	encodeEvent,
	encodeException,
	Frames,
} from "./eventstream.ts";

/** What writing a response needs of the call, and whom it tells. */
export interface Common {
	requestId: string;
	random: Random;
	/** Hears of what a stream throws and no modelled error says. */
	onError(error: unknown): void;
	/** Hears of a stream's events when they are written: of all at once, or of one after the other. */
	onEvents?(events: readonly unknown[]): void;
	/** A stream is answered before its first event is there: what is thrown then is an exception frame too. */
	beginsEarly?: boolean | undefined;
	/** May spoil the bytes of a stream's frame. */
	spoilFrame?: ((bytes: Uint8Array, index: number) => Uint8Array) | undefined;
	/**
	 * Hears once of a stream's end: what was thrown, if anything.
	 *
	 * @param isCut - nobody took the stream to its end: the client hung up, which is no error
	 */
	onEnd?(error: unknown, isCut?: boolean): void;
}

type Value = Record<string, unknown>;

/** A member of a stream's event that no description knows: the frame that the event came in, which goes out untouched. */
export const trueBytes = Symbol("true bytes");

/** An event of a stream that somebody else wrote: its union member, where it could be decoded, and its frame. */
export type TrueEvent = Value & { [trueBytes]: Uint8Array };

/** A failure in mid-stream that somebody else wrote: its frame goes out untouched. */
export class TrueFailure extends ServiceError {
	readonly [trueBytes]: Uint8Array;

	constructor(name: string, message: string, frame: Uint8Array) {
		super(name, message);
		this[trueBytes] = frame;
	}
}

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
				member.target,
				value as AsyncIterable<Value> | Value[],
				common,
			);
		} else if (member.in === "payload") body = value as Uint8Array;
	}
	if (body === undefined && stream === undefined) {
		headers["Content-Type"] = "application/json";
		body = writeMembers(operation.output, output);
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
	union: Shape,
	events: AsyncIterable<Value> | Value[],
	common: Common,
): Promise<AsyncIterable<Uint8Array>> {
	if (Array.isArray(events)) return writeAtOnce(union, events, common);
	const iterator = events[Symbol.asyncIterator]();
	const first = common.beginsEarly ? undefined : await iterator.next();
	return new FrameStream(union, iterator, first, common);
}

/** All frames in one piece, for a stream that has no waits in it. A real service's events (`TrueEvent`) never come as a list. */
function writeAtOnce(
	union: Shape,
	events: Value[],
	common: Common,
): AsyncIterable<Uint8Array> {
	const frames = new Frames();
	for (const event of events) {
		const name = nameOf(union, event);
		const p = paddingOf(common.random);
		frames.addEvent(name, writePayload(union, event, name, p));
	}
	common.onEvents?.(events);
	return new OneChunk(frames.join(), common);
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
		const chunk = this.#take(false);
		return Promise.resolve(
			chunk ? { done: false, value: chunk } : { done: true, value: undefined },
		);
	}

	return(): Promise<IteratorResult<Uint8Array>> {
		this.#take(true);
		return Promise.resolve({ done: true, value: undefined });
	}

	#take(isCut: boolean): Uint8Array | undefined {
		const chunk = this.#chunk;
		this.#chunk = undefined;
		if (chunk) this.#common.onEnd?.(undefined, isCut);
		return chunk;
	}
}

/**
 * The frames of a stream whose first event is there already. An iterator by hand: a generator that was never begun would
 * not let go of the events when the client hangs up before the first frame.
 */
class FrameStream implements AsyncIterableIterator<Uint8Array> {
	readonly #union: Shape;
	readonly #events: AsyncIterator<Value>;
	readonly #common: Common;
	#first: IteratorResult<Value> | undefined;
	#index = 0;
	#ended = false;

	constructor(
		union: Shape,
		events: AsyncIterator<Value>,
		first: IteratorResult<Value> | undefined,
		common: Common,
	) {
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
			this.#common.onEvents?.([step.value]);
			return { done: false, value: frame };
		} catch (error) {
			if (!(error instanceof ServiceError)) this.#common.onError(error);
			await this.#letGo(error);
			if (isTransportFault(error)) throw error;
			return {
				done: false,
				value: encodeStreamFailure(this.#union, error),
			};
		}
	}

	/** The client hung up, or the listener gave up. */
	async return(): Promise<IteratorResult<Uint8Array>> {
		await this.#letGo(undefined, true);
		return { done: true, value: undefined };
	}

	#spoil(frame: Uint8Array): Uint8Array {
		return this.#common.spoilFrame?.(frame, this.#index++) ?? frame;
	}

	#end(error: unknown, isCut = false): void {
		if (this.#ended) return;
		this.#ended = true;
		this.#common.onEnd?.(error, isCut);
	}

	async #letGo(error: unknown, isCut = false): Promise<void> {
		if (this.#ended) return;
		this.#end(error, isCut);
		await this.#events.return?.();
	}
}

/** Faults of the transport break the connection itself; the listener knows how. */
function isTransportFault(error: unknown): boolean {
	return error instanceof Error && error.name === "TransportFault";
}

/** One event as a frame. */
function writeEvent(
	union: Shape,
	event: Value | TrueEvent,
	random: Random,
): Uint8Array {
	if (isTrueEvent(event)) return event[trueBytes];
	return encodeStreamEvent(union, event, paddingOf(random));
}

/** Whether somebody else wrote the event: its frame is known to the byte. */
export function isTrueEvent(event: Value): event is TrueEvent {
	return trueBytes in event;
}

/**
 * One event as a frame.
 *
 * @param p - its padding
 * @throws Error when the union has no such event
 */
export function encodeStreamEvent(
	union: Shape,
	event: Value,
	p?: string,
): Uint8Array {
	const name = nameOf(union, event);
	return encodeEvent(name, writePayload(union, event, name, p));
}

/** The one member of a union that an event is. */
function nameOf(union: Shape, event: Value): string {
	for (const name in event)
		if (event[name] !== undefined && union.memberByName.has(name)) return name;
	throw new Error(
		`A stream of ${union.name} was given an event it does not know: ${Object.keys(event).join(", ")}`,
	);
}

/** The member's own JSON, without the union around it, with its padding. */
function writePayload(
	union: Shape,
	event: Value,
	name: string,
	p: string | undefined,
): string {
	const { target } = union.memberByName.get(name) as Member;
	return writeMembers(target, event[name] as Value, p);
}

const paddingText =
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/** Random length, 2 to 61 characters, so that frame sizes do not tell token lengths (observed, member `p`). */
export function paddingOf(random: Random): string {
	return paddingText.slice(0, 2 + Math.floor(random.next() * 60));
}

/** What a stream threw as its last frame: an exception that its union has, else an error by code. */
export function encodeStreamFailure(union: Shape, error: unknown): Uint8Array {
	if (error instanceof TrueFailure) return error[trueBytes];
	const failure = toServiceError(error);
	const memberName =
		failure.name.charAt(0).toLowerCase() + failure.name.slice(1);
	const shape = union.memberByName.get(memberName)?.target;
	if (!shape) return encodeError(failure.name, failure.message);
	return encodeException(memberName, writeErrorBody(shape, failure));
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
		: JSON.stringify({ message: failure.message });
	const type = `{"__type":${JSON.stringify(failure.name)}`;
	return {
		status: declared ?? protocolErrors[failure.name] ?? 500,
		headers: {
			"Content-Type": "application/json",
			"x-amzn-RequestId": common.requestId,
			"x-amzn-ErrorType": `${failure.name}:http://internal.amazon.com/coral/${namespace}/`,
		},
		body: body === "{}" ? `${type}}` : `${type},${body.slice(1)}`,
	};
}

function writeErrorBody(shape: Shape, error: ServiceError): string {
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

/**
 * The body members of a structure or union as JSON, in alphabetical order, with `p` in its place when given. Text is put
 * together at once: objects made only for `JSON.stringify` cost as much as it does.
 */
function writeMembers(shape: Shape, value: Value, p?: string): string {
	let text = "";
	let pending = p;
	for (const member of shape.members) {
		if (pending !== undefined && member.name > "p") {
			text += `${text === "" ? "{" : ","}"p":"${pending}"`;
			pending = undefined;
		}
		const item = value[member.name];
		if (item === undefined || item === null || member.in !== "body") continue;
		text += text === "" ? member.firstKey : member.nextKey;
		text += writeValue(member.target, item);
	}
	if (pending !== undefined)
		text += `${text === "" ? "{" : ","}"p":"${pending}"`;
	return text === "" ? "{}" : `${text}}`;
}

function writeValue(shape: Shape, value: unknown): string {
	switch (shape.type) {
		case "structure":
		case "union":
			return writeMembers(shape, value as Value);
		case "list": {
			let text = "";
			for (const item of value as unknown[])
				text += `${text === "" ? "" : ","}${writeValue(shape.member as Shape, item)}`;
			return `[${text}]`;
		}
		case "map":
			return writeMap(shape, value as Value);
		case "blob": {
			const bytes = value as Uint8Array;
			const { buffer, byteOffset, byteLength } = bytes;
			return `"${Buffer.from(buffer, byteOffset, byteLength).toString("base64")}"`;
		}
		case "timestamp":
			return `"${(value as Date).toISOString().replace(".000Z", "Z")}"`;
		default:
			// What JSON has no word for is null, as in lists of JSON.stringify.
			return JSON.stringify(value) ?? "null";
	}
}

function writeMap(shape: Shape, value: Value): string {
	let text = "";
	for (const key in value) {
		if (value[key] === undefined) continue;
		const item = writeValue(shape.value as Shape, value[key]);
		text += `${text === "" ? "" : ","}${JSON.stringify(key)}:${item}`;
	}
	return `{${text}}`;
}
