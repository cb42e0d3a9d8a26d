/** Events of a stream in readable form, and back to frames. */

import type { Random } from "../call.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import { encodeEvent } from "../protocol/eventstream.ts";
import { readFrames } from "../protocol/frames.ts";
import {
	paddingOf,
	type TrueEvent,
	trueBytes,
} from "../protocol/write-stream.ts";
import { exactJson, exactText } from "./body.ts";
import type { RecordedEvent } from "./cassette.ts";

/** Names of events that a cassette uses itself. */
const ownMembers = new Set(["at", "frame", "name", "payload"]);

/** A frame with the milliseconds from the request at which it was sent. */
export interface TimedFrame {
	atMs: number;
	frame: Uint8Array;
}

/** The events of frames, and whether they carry padding. */
export function readableEvents(frames: readonly TimedFrame[]): {
	padding: boolean;
	events: RecordedEvent[];
} {
	const padding = frames.some(({ frame }) => hasPadding(frame));
	const events = frames.map(({ atMs, frame }) => ({
		at: atMs,
		...readableEvent(frame, padding),
	}));
	return { padding, events };
}

function hasPadding(bytes: Uint8Array): boolean {
	const payload = exactText(readFrames(bytes)[0]?.payload ?? new Uint8Array());
	const value = exactJson(payload ?? "");
	return isObject(value) && typeof value.p === "string";
}

function readableEvent(bytes: Uint8Array, padding: boolean): JsonObject {
	const frame = Buffer.from(bytes).toString("base64");
	const { headers, payload } = readFrames(bytes)[0] ?? {};
	const name = headers?.get(":event-type");
	const text = payload && exactText(payload);
	if (name === undefined || text === undefined || ownMembers.has(name))
		return { frame };
	// Headers in another order, or others beside them.
	if (!encodeEvent(name, text).equals(bytes)) return { frame };
	const value = exactJson(text);
	if (!isObject(value)) return { name, payload: text };
	const { p, ...rest } = value;
	const again = padding ? withPadding(rest, p) : value;
	if ((typeof p === "string") !== padding || JSON.stringify(again) !== text)
		return { name, payload: text };
	return { [name]: readableChunk(rest) };
}

/** The native JSON in an event's bytes, in place of them, where it gives them back and cannot be taken for bytes. */
function readableChunk(event: JsonObject): JsonObject {
	const { bytes } = event;
	if (typeof bytes !== "string" || Object.keys(event).length > 1) return event;
	const decoded = Buffer.from(bytes, "base64");
	if (decoded.toString("base64") !== bytes) return event;
	const native = exactJson(exactText(decoded) ?? "");
	return isObject(native) && !Object.hasOwn(native, "bytes") ? native : event;
}

/**
 * An event as it travels, with padding of its own.
 *
 * @param padding - whether the stream's events have it
 */
export function frameOf(
	recorded: RecordedEvent,
	padding: boolean,
	random: Random,
): TrueEvent {
	const { at: _, frame, name, payload, ...events } = recorded;
	if (typeof frame === "string") return ofFrame(Buffer.from(frame, "base64"));
	if (typeof name === "string" && typeof payload === "string")
		return ofFrame(encodeEvent(name, payload));
	const [[member, said] = ["", {}]] = Object.entries(events);
	const event = writeChunk(member, isObject(said) ? said : {});
	const padded = padding ? withPadding(event, paddingOf(random)) : event;
	return {
		[member]: decoded(event),
		[trueBytes]: encodeEvent(member, JSON.stringify(padded)),
	};
}

function writeChunk(member: string, event: JsonObject): JsonObject {
	if (member !== "chunk" || Object.hasOwn(event, "bytes")) return event;
	return { bytes: Buffer.from(JSON.stringify(event)).toString("base64") };
}

/** An event's members as whoever looks at the exchange expects them: native bytes are bytes. */
function decoded(event: JsonObject): unknown {
	return typeof event.bytes === "string"
		? { bytes: Buffer.from(event.bytes, "base64") }
		: event;
}

function ofFrame(bytes: Buffer): TrueEvent {
	const { headers, payload } = readFrames(bytes)[0] ?? {};
	const name = headers?.get(":event-type") ?? headers?.get(":exception-type");
	const value = exactJson(payload?.toString("utf8") ?? "");
	if (name === undefined || !isObject(value)) return { [trueBytes]: bytes };
	const { p: _, ...event } = value;
	return { [name]: decoded(event), [trueBytes]: bytes };
}

/** Puts `p` where Bedrock does: members stand in alphabetical order. */
function withPadding(event: JsonObject, p: Json | undefined): JsonObject {
	const padded: JsonObject = {};
	let pending = p;
	for (const [name, value] of Object.entries(event)) {
		if (pending !== undefined && name > "p") {
			padded.p = pending;
			pending = undefined;
		}
		padded[name] = value;
	}
	if (pending !== undefined) padded.p = pending;
	return padded;
}
