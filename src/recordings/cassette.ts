/** The form of a cassette: what one request was answered, as its file says it. */

import type { TokenUsage } from "@aws-sdk/client-bedrock-runtime";
import type { Json, JsonObject } from "../json.ts";

/** The version of the form; files of another one are refused by name. */
export const formatVersion = 1;

/** One exchange with a real service. */
export interface Cassette {
	cassette: typeof formatVersion;
	/** The version of Outcrop that wrote it. */
	outcrop: string;
	/** When, ISO 8601. */
	recorded: string;
	/** The engine that answered; `import` for what was brought in from elsewhere. */
	engine: string;
	region: string;
	/** Hash of what AWS's description says of the operation. */
	api?: string;
	/** Hash of `facts`; absent when the catalogue knew nothing of the model. */
	catalog?: string;
	request: RecordedRequest;
	response: RecordedResponse;
	/** What the catalogue said of the model: its abilities, limits and lifecycle. */
	facts?: JsonObject;
}

/** What was asked, as far as it is matched: members sorted, long bytes by their hash. */
export interface RecordedRequest {
	operation: string;
	/** As the client gave it: an id, a profile's id or an ARN; empty for operations that name none. */
	model: string;
	/** Of operations that name no model: path and query. */
	path?: string;
	/** Those that are part of the operation's input (`x-amzn-bedrock-…`), in lower case. */
	headers?: Record<string, string>;
	/** JSON; a text where the body was none. */
	body?: Json;
}

/** What was answered: a whole body or events. */
export interface RecordedResponse {
	status: number;
	headers: Record<string, string>;
	/** Milliseconds from the request to the end of the answer. */
	durationMs: number;
	usage?: TokenUsage;
	/** JSON whose compact form, members in this order, is the body. */
	body?: Json;
	/** A body that is no JSON, or is written differently. */
	text?: string;
	/** A body that is no text. */
	base64?: string;
	/** Whether the events had a random member `p`; it is made anew. */
	padding?: boolean;
	events?: RecordedEvent[];
}

/**
 * An event of a stream, `at` milliseconds from the request. Its other member is the event by its name, with native chunks
 * decoded; or, where that would give other bytes, `{ name, payload }` with the payload's text, or `{ frame }` in base64.
 */
export interface RecordedEvent {
	at: number;
	[member: string]: Json;
}
