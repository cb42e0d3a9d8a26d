import { ServiceError } from "../errors.ts";
import { FaultAnswer } from "../faults/plan.ts";
import {
	BodyTooLargeError,
	type HttpResponse,
	TransportFault,
} from "../http/message.ts";
import type { Description } from "../protocol/description.ts";
import { writeError } from "../protocol/write-error.ts";
import type { EmulatorCall } from "./call.ts";

/**
 * What was thrown before the response began, as a response.
 *
 * @param description - of the service that was asked, if one was
 * @throws TransportFault what was thrown, when it is one: the listener breaks the connection
 */
export function writeFailure(
	error: unknown,
	description: Description | undefined,
	call: EmulatorCall,
): HttpResponse {
	if (error instanceof TransportFault) throw error;
	if (error instanceof FaultAnswer) return error.response;
	// By its name: the class is loaded only where signatures are verified.
	if (error instanceof Error && error.name === "BearerRejected") {
		return {
			status: 403,
			headers: {
				"Content-Type": "application/json",
				"x-amzn-RequestId": call.requestId,
			},
			body: JSON.stringify({ Message: error.message }),
		};
	}
	if (error instanceof BodyTooLargeError) {
		return writeError(
			description,
			new ServiceError("RequestEntityTooLargeException", error.message),
			call,
		);
	}
	call.onError(error);
	return writeError(description, error, call);
}
