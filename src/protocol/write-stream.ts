/** The events of a stream, to frames. */
import type { Random } from "../call.ts";
import { ServiceError } from "../errors.ts";
import { TransportFault } from "../http/message.ts";
import type { Member, Shape } from "./description.ts";
import {
	encodeError,
	encodeEvent,
	encodeException,
	Frames,
} from "./eventstream.ts";
import { toServiceError, writeErrorBody } from "./write-error.ts";
import { writeMembers } from "./write-json.ts";

/** What writing a response needs of the call, and whom it tells. */
export interface WriteCall {
	requestId: string;
	random: Random;
	/** Hears of what a stream throws and no modelled error says. */
	onError(error: unknown): void;
	/** Hears of each event of a stream when it is written. */
	onEvent?(event: unknown): void;
	/** Hears of a stream that is written in one piece, by its frames. */
	onFrames?(frames: Uint8Array): void;
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

/** Starts the stream, so that its first event (or failure) decides between an HTTP answer and an exception frame. */
export async function writeStream(
	union: Shape,
	events: AsyncIterable<Value> | Value[],
	call: WriteCall,
): Promise<AsyncIterable<Uint8Array>> {
	if (Array.isArray(events)) return writeAtOnce(union, events, call);
	const iterator = events[Symbol.asyncIterator]();
	const first = call.beginsEarly ? undefined : await iterator.next();
	return new FrameStream(union, iterator, first, call);
}

/** All frames in one piece, for a stream that has no waits in it. A real service's events (`TrueEvent`) never come as a list. */
function writeAtOnce(
	union: Shape,
	events: Value[],
	call: WriteCall,
): AsyncIterable<Uint8Array> {
	const frames = new Frames();
	for (const event of events) {
		const name = nameOf(union, event);
		const p = paddingOf(call.random);
		frames.addEvent(name, writePayload(union, event, name, p));
	}
	const bytes = frames.join();
	call.onFrames?.(bytes);
	return new OneChunk(bytes, call);
}

/** An iterator by hand, like `FrameStream`: the stream has ended when its chunk was taken, or nobody will take it. */
class OneChunk implements AsyncIterableIterator<Uint8Array> {
	#chunk: Uint8Array | undefined;
	readonly #call: WriteCall;

	constructor(chunk: Uint8Array, call: WriteCall) {
		this.#chunk = chunk;
		this.#call = call;
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
		if (chunk) this.#call.onEnd?.(undefined, isCut);
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
	readonly #call: WriteCall;
	#first: IteratorResult<Value> | undefined;
	#index = 0;
	#ended = false;

	constructor(
		union: Shape,
		events: AsyncIterator<Value>,
		first: IteratorResult<Value> | undefined,
		call: WriteCall,
	) {
		this.#union = union;
		this.#events = events;
		this.#first = first;
		this.#call = call;
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
				writeEvent(this.#union, step.value, this.#call.random),
			);
			this.#call.onEvent?.(step.value);
			return { done: false, value: frame };
		} catch (error) {
			if (!(error instanceof ServiceError)) this.#call.onError(error);
			await this.#letGo(error);
			// It breaks the connection itself; the listener knows how.
			if (error instanceof TransportFault) throw error;
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
		return this.#call.spoilFrame?.(frame, this.#index++) ?? frame;
	}

	#end(error: unknown, isCut = false): void {
		if (this.#ended) return;
		this.#ended = true;
		this.#call.onEnd?.(error, isCut);
	}

	async #letGo(error: unknown, isCut = false): Promise<void> {
		if (this.#ended) return;
		this.#end(error, isCut);
		await this.#events.return?.();
	}
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
