/** Replies of models that think within their text, as those do whose prompt opens a thought. */
import type { ContentBlock } from "@aws-sdk/client-bedrock-runtime";
import type { Reply, WholeReply } from "../turn/turn.ts";
import { reasoningOf } from "./openai-chat/write.ts";

const openThought = /<think>\s{0,8}$/;

/** What ends a thought, token by token: clients look for the mark in a chunk of its own. */
const endOfThought = ["\n", "</think>", "\n\n"];

/** Whether a prompt ends within a thought, so that the reply begins in it. */
export function opensThought(prompt: unknown): boolean {
	return typeof prompt === "string" && openThought.test(prompt.slice(-16));
}

/**
 * The reply with its reasoning as text in front of the answer. One without any closes the thought at once; one that is cut
 * within it leaves it open.
 */
export function thinkAloud(reply: WholeReply): WholeReply {
	const content = reply.content.filter((block) => !isReasoning(block));
	const isCut = content.length === 0 && reply.stopReason === "max_tokens";
	const end = isCut ? "" : endOfThought.join("");
	const text = reasoningOf(reply.content) + end;
	return { ...reply, content: [{ text }, ...content] };
}

/** As `thinkAloud`, event by event. */
export async function* thinkAloudEvents(reply: Reply): Reply {
	let isThinking = true;
	for await (const event of reply) {
		const delta = event.contentBlockDelta?.delta;
		const thought = delta?.reasoningContent;
		const stopReason = event.messageStop?.stopReason;
		const isAnswer = delta !== undefined && thought === undefined;
		const isOver = stopReason !== undefined && stopReason !== "max_tokens";
		if (isThinking && (isAnswer || isOver)) {
			isThinking = false;
			for (const text of endOfThought) yield textEvent(text);
		}
		if (thought?.text) yield textEvent(thought.text);
		else if (!thought) yield event;
	}
}

function isReasoning(block: ContentBlock): boolean {
	return block.reasoningContent !== undefined;
}

function textEvent(text: string) {
	return { contentBlockDelta: { contentBlockIndex: 0, delta: { text } } };
}
