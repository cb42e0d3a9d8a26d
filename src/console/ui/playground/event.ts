import type { Json } from "../api/types.ts";
import { membersOf, textOf } from "../conversation/json.ts";
import { decodeBase64, type Frame } from "../stream/frame.ts";

/** What failed: AWS's name for it, and its text. */
export interface Failure {
	name: string;
	message: string;
}

/** What a frame says: an event, in the form that the journal has it, or that the stream failed. */
export function readEvent(
	frame: Frame,
): { event: Json; failure?: never } | { failure: Failure; event?: never } {
	const headers = new Map(
		frame.headers.map(({ name, value }) => [name, value]),
	);
	const type = headers.get(":message-type");
	if (type === "error")
		return {
			failure: {
				name: headers.get(":error-code") ?? "Error",
				message: headers.get(":error-message") ?? "",
			},
		};
	const payload: Json = JSON.parse(frame.payload || "{}");
	const members = membersOf(payload);
	if (type === "exception")
		return {
			failure: {
				name: capitalised(headers.get(":exception-type") ?? "exception"),
				message: textOf(members.message),
			},
		};
	const name = headers.get(":event-type") ?? "event";
	// Random padding, so that lengths do not tell tokens; no part of the event.
	const { p, ...event } = members;
	if (name !== "chunk") return { event: { [name]: event } };
	const text = new TextDecoder().decode(decodeBase64(textOf(members.bytes)));
	return { event: { chunk: { bytes: JSON.parse(text) } } };
}

/** A stream's exceptions are named like members of a union, thrown ones like types: `ThrottlingException`. */
function capitalised(name: string): string {
	return name.charAt(0).toUpperCase() + name.slice(1);
}
