/** Conversations of every surface, in one form. */
import type { Json } from "../api/types.ts";

/** A piece of what was said. */
export type Block =
	| { kind: "text"; text: string }
	| { kind: "reasoning"; text: string }
	| { kind: "call"; id: string; name: string; input: Json }
	| { kind: "result"; id: string; isError: boolean; blocks: Block[] }
	/** `url` is a `data:` URL, or undefined when the picture lies elsewhere. */
	| { kind: "image"; format: string; url: string | undefined }
	| { kind: "document"; name: string; format: string }
	/** Whatever has no form of its own yet. */
	| { kind: "other"; name: string; value: Json };

/** What one side said at a time. */
export interface Message {
	role: string;
	blocks: Block[];
}

/** What a model was told and asked, in one form for every surface. */
export interface Asked {
	system: Block[];
	messages: Message[];
	tools: { name: string; description: string; schema: Json }[];
	/** `maxTokens` and the like, by their name on the wire. */
	settings: [name: string, value: Json][];
}

/** What a model answered. */
export interface Said {
	blocks: Block[];
	stopReason: string | undefined;
}
