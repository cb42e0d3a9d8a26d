/** restJson1, to the wire: an operation's output to status, headers and body. */
import type { HttpResponse } from "../http/message.ts";
import type { Operation } from "./description.ts";
import { writeMembers } from "./write-json.ts";
import { type WriteCall, writeStream } from "./write-stream.ts";

/** A member of an output that no description knows: headers of the response beside the modelled ones. */
export const extraHeaders = Symbol("extra headers");

/** An output that may have them. */
export interface ExtraHeaders {
	[extraHeaders]?: Record<string, string> | undefined;
}

/** An operation's output, by its members. */
export type Output = Record<string, unknown> & ExtraHeaders;

/**
 * Writes an operation's output. Members stand in alphabetical order, as Bedrock writes them (observed).
 *
 * An output with an event stream is answered only once the stream's first event is there, so that what is thrown before it
 * becomes an HTTP error.
 *
 * @throws whatever the stream throws before its first event
 */
export function writeOutput(
	operation: Operation,
	output: Output,
	call: WriteCall,
): HttpResponse | Promise<HttpResponse> {
	const headers: Record<string, string> = {
		"x-amzn-RequestId": call.requestId,
	};
	let body: HttpResponse["body"] | undefined;
	let stream: Promise<AsyncIterable<Uint8Array>> | undefined;
	for (const member of operation.output.boundMembers) {
		const value = output[member.name];
		if (value === undefined) continue;
		if (member.in === "header") headers[member.wireName] = String(value);
		else if (member.in === "payload" && member.target.eventStream) {
			headers["Content-Type"] = "application/vnd.amazon.eventstream";
			stream = writeStream(
				member.target,
				value as Parameters<typeof writeStream>[1],
				call,
			);
		} else if (member.in === "payload") body = value as Uint8Array;
	}
	if (body === undefined && stream === undefined) {
		headers["Content-Type"] = "application/json";
		body = writeMembers(operation.output, output);
	}
	const extra = output[extraHeaders];
	if (extra) Object.assign(headers, extra);
	const { status } = operation;
	if (stream)
		return stream.then((frames) => ({ status, headers, body: frames }));
	return { status, headers, body: body ?? "" };
}
