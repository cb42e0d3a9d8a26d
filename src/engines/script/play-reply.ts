/** Replies of rules, played for a request that one answers. */

import type { StopReason } from "@aws-sdk/client-bedrock-runtime";
import type { Call } from "../../call.ts";
import { ServiceError } from "../../errors.ts";
import type { FaultSpec } from "../../faults/fault.ts";
import type { Json, JsonObject } from "../../json.ts";
import type { Draft, DraftBlock, Pace } from "../../turn/draft.ts";
import { type PlayOptions, play } from "../../turn/play.ts";
import type { Reply, ReplyEvent, ReplyExtras, Turn } from "../../turn/turn.ts";
import { exceptionMessage } from "./exceptions.ts";
import { breakAfter, playEvents } from "./raw-events.ts";
import type { Scope } from "./scope.ts";
import type { DataTemplate } from "./template.ts";

/** What a reply of a rule says, its templates compiled. */
export interface Speech {
	rule: string;
	content: (scope: Scope) => DraftBlock[];
	stopReason: StopReason | undefined;
	usage: Draft["usage"];
	pace: Partial<Pace> | undefined;
	fields: DataTemplate | undefined;
	headers: DataTemplate | undefined;
	native: DataTemplate | undefined;
	chunks: DataTemplate | undefined;
	events: DataTemplate | undefined;
	error: ({ name: string; message?: string } & JsonObject) | undefined;
	/** Of the error or the fault. */
	message: DataTemplate | undefined;
	fault: { name: string; after: number; message?: string } | undefined;
	/** For the faults of the emulator. */
	otherFault: FaultSpec | undefined;
}

/** @throws ServiceError the one that the script asks for, before the reply begins */
export function playReply(
	speech: Speech,
	scope: Scope,
	turn: Turn,
	call: Call,
	options: PlayOptions,
): Reply {
	const { error, fault, events } = speech;
	if (error) throw makeError(error.name, error, speech, scope);
	const extras = makeExtras(speech, scope);
	let reply: Reply;
	if (events) {
		reply = playEvents(events.render(scope) as ReplyEvent[] & Json, call);
	} else {
		const pace = speech.pace && { ...options.pace, ...speech.pace };
		const fields = speech.fields?.render(scope) as JsonObject | undefined;
		const draft: Draft = {
			content: speech.content(scope),
			stopReason: speech.stopReason,
			usage: speech.usage,
			pace,
			additionalModelResponseFields: fields,
		};
		reply = play(draft, turn, call, options);
	}
	if (fault) {
		const failure = makeError(fault.name, fault, speech, scope);
		call.notes.faults ??= [];
		call.notes.faults.push(`${fault.name} after ${fault.after} events`);
		reply = breakAfter(reply, fault.after, failure);
		if (extras?.chunks)
			extras.chunks = breakAfter(extras.chunks, fault.after, failure);
	}
	return extras ? Object.assign(reply, { extras }) : reply;
}

function makeError(
	name: string,
	{ message }: { message?: string },
	speech: Speech,
	scope: Scope,
): ServiceError {
	const words = speech.message?.render(scope) ?? message;
	const { name: _, message: __, ...members } = speech.error ?? {};
	return new ServiceError(
		name,
		String(words ?? exceptionMessage(name, speech.rule)),
		members,
	);
}

function makeExtras(speech: Speech, scope: Scope): ReplyExtras | undefined {
	const { headers, native, chunks, otherFault } = speech;
	if (!headers && !native && !chunks && !otherFault) return undefined;
	const extras: ReplyExtras = {};
	if (headers) {
		const rendered = headers.render(scope) as JsonObject;
		extras.headers = Object.fromEntries(
			Object.entries(rendered).map(([name, value]) => [
				name,
				// What a template takes from the request must not end the header.
				String(value).replace(/[^\x20-\x7e]/g, " "),
			]),
		);
	}
	const body = native?.render(scope);
	if (body !== undefined) extras.native = body;
	const list = chunks?.render(scope) as Json[] | undefined;
	if (list ?? body !== undefined)
		extras.chunks = inOrder(list ?? [body ?? null]);
	if (otherFault) extras.fault = otherFault;
	return extras;
}

async function* inOrder<T>(items: readonly T[]): AsyncGenerator<T> {
	yield* items;
}
