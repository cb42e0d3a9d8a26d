import type { HttpResponse } from "../http/message.ts";

/**
 * What one call suffers on purpose. A call without faults has no plan. Each member may throw `ServiceError` (a modelled
 * exception) or `TransportFault` (the connection itself).
 */
export interface FaultPlan {
	/** Before the operation runs: waits, or throws. */
	before?(): Promise<void> | void;
	/** Slows or breaks the events of a stream. */
	events?<Event>(events: AsyncIterable<Event>): AsyncIterable<Event>;
	/** Spoils the bytes of a stream's frame. */
	frame?(bytes: Uint8Array, index: number): Uint8Array;
	/** Spoils or replaces a response whose body is whole. */
	response?(response: HttpResponse): HttpResponse;
}
