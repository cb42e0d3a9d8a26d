import type { Json } from "../api/types.ts";

/** A call, to be written as code that makes it again. */
export interface CallToWrite {
	/** Such as `bedrock-runtime`. */
	service: string;
	operation: string;
	/** Where Outcrop listens. */
	endpoint: string;
	region: string;
	/** The operation's members by name; bytes are base64. For native bodies `body` is the text that was sent. */
	input: Record<string, Json>;
}

/** Whether a member holds bytes, which travel as base64: those that Bedrock's operations have. */
export function isBytes(name: string, value: Json): value is string {
	return (
		typeof value === "string" &&
		(name === "bytes" || name === "redactedContent")
	);
}

/** `ConverseStream` as `converse-stream` or, with another joint, `converse_stream`. */
export function splitWords(operation: string, joint: string): string {
	return operation.replace(/(?<=[a-z])(?=[A-Z])/gu, joint).toLowerCase();
}
