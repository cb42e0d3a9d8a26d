import type { Exchange, Json } from "../api/types.ts";
import { readAnthropicReply, readAnthropicRequest } from "./anthropic.ts";
import { readConverseReply, readConverseRequest } from "./converse.ts";
import type { Asked, Said } from "./form.ts";
import { itemsOf, membersOf } from "./json.ts";
import { readOpenAiReply, readOpenAiRequest } from "./openai.ts";

/**
 * Reads a request as a conversation; undefined when it is none that is known: then its JSON has to do.
 *
 * @param body - the request's body as it travelled
 */
export function readAsked(operation: string, body: Json): Asked | undefined {
	const members = membersOf(body);
	if (!Array.isArray(members.messages)) return undefined;
	if (operation.startsWith("Converse")) return readConverseRequest(members);
	if (operation === "CountTokens") return undefined;
	if ("anthropic_version" in members) return readAnthropicRequest(members);
	return isConverseLike(members)
		? readConverseRequest(members)
		: readOpenAiRequest(members);
}

/** Nova's and some others' native bodies have Converse's content blocks. */
function isConverseLike(members: Record<string, Json>): boolean {
	return itemsOf(members.messages)
		.flatMap((message) => itemsOf(membersOf(message).content))
		.some((block) => !("type" in membersOf(block)));
}

/** Reads what was answered, whole or streamed; undefined when it is in no form that is known. */
export function readSaid(
	exchange: Pick<Exchange, "operation" | "output" | "events">,
): Said | undefined {
	const events = exchange.events?.map(({ event }) => nativeOf(event));
	const output = membersOf(exchange.output);
	const whole = membersOf(output.body ?? exchange.output);
	if (exchange.operation.startsWith("Converse") || "output" in whole)
		return readConverseReply(whole, events);
	const first = membersOf(events?.[0] ?? whole);
	if (first.type === "message_start" || first.type === "message")
		return readAnthropicReply(whole, events);
	if ("choices" in first) return readOpenAiReply(whole, events);
	if ("messageStart" in first) return readConverseReply(whole, events);
	return undefined;
}

/** The native chunk in an event of InvokeModelWithResponseStream. */
function nativeOf(event: Json): Json {
	const { chunk } = membersOf(event);
	return membersOf(chunk).bytes ?? event;
}
