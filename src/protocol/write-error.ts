/** What was thrown, to the wire. */
import { protocolErrors, ServiceError } from "../errors.ts";
import type { HttpResponse } from "../http/message.ts";
import type { Description, Shape } from "./description.ts";
import { writeMembers } from "./write-json.ts";

/**
 * Writes what was thrown as an HTTP error: type in `x-amzn-ErrorType` with its namespace, `message` in the body, and
 * `__type` beside it (the seed contract; real Bedrock leaves it out).
 */
export function writeError(
	description: Description | undefined,
	error: unknown,
	{ requestId }: { requestId: string },
): HttpResponse {
	const failure = toServiceError(error);
	const declared = description?.errorStatus.get(failure.name);
	const namespace =
		declared === undefined ? "com.amazon.coral.service" : "com.amazon.bedrock";
	const shape = description?.shapes.get(failure.name);
	const body = shape
		? writeErrorBody(shape, failure)
		: JSON.stringify({ message: failure.message });
	const type = `{"__type":${JSON.stringify(failure.name)}`;
	return {
		status: declared ?? protocolErrors[failure.name] ?? 500,
		headers: {
			"Content-Type": "application/json",
			"x-amzn-RequestId": requestId,
			"x-amzn-ErrorType": `${failure.name}:http://internal.amazon.com/coral/${namespace}/`,
		},
		body: body === "{}" ? `${type}}` : `${type},${body.slice(1)}`,
	};
}

export function writeErrorBody(shape: Shape, error: ServiceError): string {
	return writeMembers(shape, { ...error.members, message: error.message });
}

/** AWS's text for what nobody foresaw (observed). */
export const unforeseen =
	"The system encountered an unexpected error during processing. Try your request again.";

export function toServiceError(error: unknown): ServiceError {
	return error instanceof ServiceError
		? error
		: new ServiceError("InternalServerException", unforeseen);
}
