/** What the playground holds, for as long as the page is there: going elsewhere and back finds it as it was. */
import { computed, signal } from "@preact/signals";
import type { Json } from "../../api/types.ts";
import { membersOf } from "../../conversation/json.ts";
import { type Answer, readAnswer } from "../../playground/answer.ts";
import { writeConverse } from "../../playground/converse.ts";
import {
	type Draft,
	type DraftMessage,
	emptyDraft,
	isNative,
	openCalls,
	readMessages,
	withUser,
	writeResult,
} from "../../playground/draft.ts";
import { writeNative } from "../../playground/native.ts";
import { type Run, send } from "../../playground/send.ts";

/** A picture to be sent. */
export interface Picture {
	name: string;
	format: string;
	base64: string;
}

/** What is being written: the next message, and the results of tools that were called. */
export interface Composed {
	text: string;
	pictures: readonly Picture[];
	results: Readonly<Record<string, { text: string; isError: boolean }>>;
}

const nothing: Composed = { text: "", pictures: [], results: {} };

export const draft = signal<Draft>(emptyDraft);
export const composed = signal<Composed>(nothing);
/** The request's body as the user changed it; undefined: as the rest says. */
export const editedBody = signal<string | undefined>(undefined);
/** The run that goes on, or the latest one. */
export const run = signal<Run | undefined>(undefined);
/** How each answer of the conversation came. */
export const runs = new WeakMap<DraftMessage, Run>();
let stopping: AbortController | undefined;

export const isRunning = computed(() => run.value?.state === "running");

/** The messages, with what is being written. */
const messagesToSend = computed(() => {
	const { text, pictures, results } = composed.value;
	const { messages } = draft.value;
	const content: Json[] = [
		...openCalls(messages).map(({ id }) =>
			writeResult(id, results[id]?.text ?? "", results[id]?.isError ?? false),
		),
		...pictures.map(({ format, base64 }) => ({
			image: { format, source: { bytes: base64 } },
		})),
		...(text.trim() !== "" ? [{ text }] : []),
	];
	return withUser(messages, content);
});

/** Whether there is something to ask. */
export const canSend = computed(
	() =>
		!isRunning.value &&
		draft.value.modelId.trim() !== "" &&
		(editedBody.value !== undefined ||
			messagesToSend.value.at(-1)?.role === "user"),
);

/** The request's body. */
export const body = computed(() => {
	if (editedBody.value !== undefined) return editedBody.value;
	const whole = { ...draft.value, messages: messagesToSend.value };
	const json = isNative(whole.surface)
		? writeNative(whole)
		: writeConverse(whole);
	return JSON.stringify(json, null, 2);
});

/** Changes the draft. */
export function change(members: Partial<Draft>): void {
	draft.value = { ...draft.value, ...members };
}

/** Changes what is being written. */
export function compose(members: Partial<Composed>): void {
	composed.value = { ...composed.value, ...members };
}

/** Lets the conversation begin anew; model and settings stay. */
export function startOver(): void {
	stop();
	stopping = undefined;
	run.value = undefined;
	editedBody.value = undefined;
	composed.value = nothing;
	change({ messages: [] });
}

/** Takes the conversation back to before a message, whose text can then be written again. */
export function takeBack(index: number): void {
	const { messages } = draft.value;
	const texts = (messages[index]?.content ?? []).flatMap((block) => {
		const { text } = membersOf(block);
		return typeof text === "string" ? text : [];
	});
	run.value = undefined;
	editedBody.value = undefined;
	composed.value = { ...nothing, text: texts.join("\n") };
	change({ messages: messages.slice(0, index) });
}

/** Ends the run; what came until then stays. */
export function stop(): void {
	stopping?.abort();
}

/** The answer as far as it came. */
export function answerOf({ surface, events, output }: Run): Answer {
	return readAnswer(surface, events, output);
}

/** Sends what is there, and follows the answer. */
export async function sendNow(): Promise<void> {
	if (!canSend.value) return;
	const text = body.value;
	const { modelId, surface } = draft.value;
	const controller = new AbortController();
	stopping = controller;
	change({ messages: sentMessages(text) });
	composed.value = nothing;
	editedBody.value = undefined;
	const last = await send({
		modelId: modelId.trim(),
		surface,
		body: text,
		signal: controller.signal,
		onChange: (latest) => {
			if (stopping === controller) showSoon(latest);
		},
	});
	// Somebody may have started over meanwhile.
	if (stopping !== controller) return;
	run.value = { ...last };
	const { content } = answerOf(last);
	if (content.length === 0) return;
	const message = { role: "assistant", content };
	runs.set(message, last);
	change({ messages: [...draft.value.messages, message] });
}

/** What was changed by hand is what was said. */
function sentMessages(text: string): DraftMessage[] {
	if (editedBody.value === undefined || isNative(draft.value.surface))
		return messagesToSend.value;
	try {
		const messages = readMessages(membersOf(JSON.parse(text)).messages);
		return messages.length > 0 ? messages : messagesToSend.value;
	} catch {
		return messagesToSend.value;
	}
}

let isScheduled = false;

/** Draws at most once a frame: events come faster than anybody reads. */
function showSoon(latest: Run): void {
	if (run.value?.state !== "running") run.value = { ...latest };
	if (isScheduled) return;
	isScheduled = true;
	requestAnimationFrame(() => {
		isScheduled = false;
		if (latest.state === "running" && isRunning.value)
			run.value = { ...latest };
	});
}
