import type { HttpResponse } from "../http/message.ts";
import type { Reply } from "../turn/turn.ts";

/**
 * What one call suffers on purpose. A call without faults has no plan. Each member may throw `ServiceError` (a modelled
 * exception), `FaultAnswer` (a response instead of the operation's) or `TransportFault` (the connection itself).
 */
export interface FaultPlan {
	/** Before the operation runs: waits, or throws. */
	before?(): Promise<void> | void;
	/** Slows what the model says, whatever it becomes on the wire. */
	reply?(reply: Reply): Reply;
	/** The response begins before its stream's first event is there, so that even that one may fail inside the stream. */
	beginsEarly?: boolean;
	/** Breaks the events of a stream. */
	events?<Event>(events: AsyncIterable<Event>): AsyncIterable<Event>;
	/** Spoils the bytes of a stream's frame; `index` counts from 0. */
	frame?(bytes: Uint8Array, index: number): Uint8Array;
	/** Spoils or replaces the response, whole or streamed. */
	response?(response: HttpResponse): HttpResponse | Promise<HttpResponse>;
}

/** Thrown to answer with this response instead of the operation's. Never logged: it is meant. */
export class FaultAnswer extends Error {
	override readonly name = "FaultAnswer";
	readonly response: HttpResponse;
	constructor(response: HttpResponse) {
		super(`Answered ${response.status} on purpose.`);
		this.response = response;
	}
}

/** Plays several plans as one, in their order; undefined when there is none. */
export function combinePlans(
	plans: readonly FaultPlan[],
): FaultPlan | undefined {
	const [first, ...rest] = plans;
	return first && rest.reduce(bothPlans, first);
}

function bothPlans(one: FaultPlan, other: FaultPlan): FaultPlan {
	return {
		async before() {
			await one.before?.();
			await other.before?.();
		},
		reply(reply) {
			const inner = one.reply?.(reply) ?? reply;
			return other.reply?.(inner) ?? inner;
		},
		beginsEarly: one.beginsEarly === true || other.beginsEarly === true,
		events(events) {
			const inner = one.events?.(events) ?? events;
			return other.events?.(inner) ?? inner;
		},
		frame(bytes, index) {
			const inner = one.frame?.(bytes, index) ?? bytes;
			return other.frame?.(inner, index) ?? inner;
		},
		async response(response) {
			const inner = (await one.response?.(response)) ?? response;
			return (await other.response?.(inner)) ?? inner;
		},
	};
}
