import type { ComponentChildren } from "preact";
import { readAsked, readSaid } from "../../conversation/conversation.ts";
import { CodePart } from "./code.tsx";
import { ConversationPart } from "./conversation.tsx";
import type { LoadedExchange } from "./load.ts";
import { ReplayPart } from "./replay.tsx";
import { ReplyPart } from "./reply.tsx";
import { RequestPart } from "./request.tsx";
import { StreamPart } from "./stream.tsx";
import { WhyPart } from "./why.tsx";

/** A tab of an exchange. */
export interface Part {
	/** The last segment of its address. */
	path: string;
	title: string;
	show(): ComponentChildren;
}

/** The tabs that an exchange has: a conversation only when one can be read, a stream only when there was one. */
export function partsOf(loaded: LoadedExchange): Part[] {
	const { exchange, request } = loaded;
	const asked = readAsked(exchange.operation, request);
	const said = readSaid(exchange);
	const parts: (Part | undefined)[] = [
		asked && {
			path: "conversation",
			title: "Conversation",
			show: () => (
				<ConversationPart exchange={exchange} asked={asked} said={said} />
			),
		},
		exchange.events && {
			path: "stream",
			title: "Stream",
			show: () => <StreamPart exchange={exchange} />,
		},
		{
			path: "request",
			title: "Request",
			show: () => <RequestPart {...loaded} />,
		},
		{
			path: "reply",
			title: "Reply",
			show: () => <ReplyPart exchange={exchange} />,
		},
		{ path: "why", title: "Why", show: () => <WhyPart exchange={exchange} /> },
		{
			path: "code",
			title: "Code",
			show: () => <CodePart {...loaded} asked={asked} said={said} />,
		},
		{
			path: "replay",
			title: "Replay",
			show: () => <ReplayPart {...loaded} />,
		},
	];
	return parts.filter((part) => part !== undefined);
}
