/** What a fault does to one call. */
import type { Call } from "../call.ts";
import { ServiceError } from "../errors.ts";
import {
	type HttpResponse,
	TransportFault,
	type TransportFaultKind,
} from "../http/message.ts";
import { writeError } from "../protocol/write-error.ts";
import { hashText, seededRandom } from "../random.ts";
import { brokenHalfway, dripped, halved, htmlPage } from "./body.ts";
import { exceptions } from "./exceptions.ts";
import { type Break, type FaultSpec, writeFault } from "./fault.ts";
import { withTruncatedJson, withWrongCrc, withWrongLength } from "./frames.ts";
import { type Delay, drawLatency, slowReply, waitsOf } from "./latency.ts";
import { combinePlans, FaultAnswer, type FaultPlan } from "./plan.ts";
import { failAfter, forever } from "./stream.ts";

/** True for operations that answer an event stream; all of AWS's are named so. */
function isStreaming(call: Call): boolean {
	return call.operation.endsWith("Stream");
}

/** True when the fault makes the call fail; false when it only slows it. */
export function isFailure(spec: FaultSpec): boolean {
	return spec.throw !== undefined || spec.break !== undefined || !!spec.html;
}

/** False for what a response of this operation does not have: only streams have frames. */
export function canSuffer(spec: FaultSpec, call: Call): boolean {
	const needsFrames = spec.break === "wrongCrc" || spec.break === "wrongLength";
	return !needsFrames || isStreaming(call);
}

/**
 * The plan of one fault for one call. When it plays, `call.notes.faults` says so, by the fault's name or what it does. What
 * chance decides comes from the call's id, so that the same seed gives the same waits.
 *
 * `times`, `probability` and whom it hits are not looked at: whoever asks has decided that it hits this call.
 */
export function planOf(spec: FaultSpec, call: Call): FaultPlan {
	const note = noteOnce(spec, call);
	const plans: FaultPlan[] = [];
	if (spec.delay) plans.push(delayPlan(spec.delay, spec.seed ?? 0, call, note));
	if (spec.html) plans.push(htmlPlan(spec, note));
	if (spec.throw) plans.push(throwPlan(spec, spec.throw, call, note));
	if (spec.break) plans.push(breakPlan(spec, spec.break, call, note));
	return combinePlans(plans) ?? {};
}

function noteOnce(spec: FaultSpec, call: Call): () => void {
	let noted = false;
	return () => {
		if (noted) return;
		noted = true;
		call.notes.faults ??= [];
		call.notes.faults.push(spec.name ?? writeFault(spec));
	};
}

/** Slows the model's reply where the operation has one; else the response waits as long as a first token would. */
function delayPlan(
	delay: Delay,
	seed: number,
	call: Call,
	note: () => void,
): FaultPlan {
	const random = seededRandom(hashText(call.id, seed));
	let slowed = false;
	return {
		reply(reply) {
			note();
			slowed = true;
			return slowReply(reply, call, waitsOf(delay, random));
		},
		async response(response) {
			if (slowed) return response;
			note();
			const waitMs = drawLatency(delay.firstToken, random);
			if (waitMs > 0) await call.clock.sleep(waitMs, call.signal);
			return response;
		},
	};
}

function htmlPlan(spec: FaultSpec, note: () => void): FaultPlan {
	return {
		before() {
			note();
			throw new FaultAnswer(htmlPage(spec.status ?? 503));
		},
	};
}

function throwPlan(
	spec: FaultSpec,
	name: string,
	call: Call,
	note: () => void,
): FaultPlan {
	const fail = async (): Promise<never> => {
		note();
		throw failureOf(spec, name, call);
	};
	if (spec.after === undefined) return { before: fail };
	if (!isStreaming(call)) return { response: fail };
	return failingStream(spec.after, fail);
}

function failureOf(spec: FaultSpec, name: string, call: Call): Error {
	const { originalStatusCode, originalMessage, resourceName } = spec;
	const known = Object.hasOwn(exceptions, name) ? exceptions[name] : undefined;
	const message = spec.message ?? known?.message ?? name;
	const error = new ServiceError(name, message, {
		...(originalStatusCode !== undefined && { originalStatusCode }),
		...(originalMessage !== undefined && { originalMessage }),
		...(resourceName !== undefined && { resourceName }),
	});
	if (spec.status === undefined) return error;
	const common = { requestId: call.id, random: call.random, onError() {} };
	const response = writeError(undefined, error, common);
	return new FaultAnswer({ ...response, status: spec.status });
}

function failingStream(after: number, fail: () => Promise<never>): FaultPlan {
	return {
		beginsEarly: after === 0,
		events: (events) => failAfter(events, after, fail),
	};
}

const transportKinds: Partial<Record<Break, TransportFaultKind>> = {
	cut: "truncate",
	reset: "reset",
	goaway: "goaway",
};

const frameSpoilers: Partial<Record<Break, (frame: Uint8Array) => Uint8Array>> =
	{
		wrongCrc: withWrongCrc,
		wrongLength: withWrongLength,
		truncatedJson: withTruncatedJson,
	};

function breakPlan(
	spec: FaultSpec,
	kind: Break,
	call: Call,
	note: () => void,
): FaultPlan {
	const spoil = frameSpoilers[kind];
	if (spoil && isStreaming(call))
		return framePlan(spoil, spec.after ?? 0, note);
	if (spoil) return bodyPlan(note, halved);
	if (kind === "drip") {
		const { after = 0, pieceBytes = 16, every: everyMs = 50 } = spec;
		return bodyPlan(note, (response) =>
			dripped(response, call, { after, pieceBytes, everyMs }),
		);
	}
	const transport = transportKinds[kind];
	const fail = async (): Promise<never> => {
		note();
		if (transport) throw new TransportFault(transport);
		return forever(call.signal);
	};
	if (spec.after === undefined) return { before: fail };
	if (isStreaming(call)) return failingStream(spec.after, fail);
	return { response: (response) => brokenHalfway(response, fail) };
}

function framePlan(
	spoil: (frame: Uint8Array) => Uint8Array,
	after: number,
	note: () => void,
): FaultPlan {
	return {
		frame(bytes, index) {
			if (index !== after) return bytes;
			note();
			return spoil(bytes);
		},
	};
}

function bodyPlan(
	note: () => void,
	change: (response: HttpResponse) => HttpResponse,
): FaultPlan {
	return {
		response(response) {
			note();
			return change(response);
		},
	};
}
