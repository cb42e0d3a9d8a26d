import { unforeseen } from "../protocol/write-error.ts";

/** What AWS says of one exception. */
export interface KnownException {
	/** HTTP status before a stream begins. */
	status: number;
	/** AWS's own text where one was seen. */
	message: string;
	source: "documented" | "observed" | "assumed";
}

/** AWS's texts for exceeded quotas (observed in live logs, 2023 to 2026). */
export const throttled = {
	requests: "Too many requests, please wait before trying again.",
	tokens: "Too many tokens, please wait before trying again.",
	tokensPerDay: "Too many tokens per day, please wait before trying again.",
	/** Comes with 503 `ServiceUnavailableException` (observed 2025). */
	connections: "Too many connections, please wait before trying again.",
};

/** The exceptions of Bedrock's APIs, by name, with what a fault says that has no message of its own. */
export const exceptions: Readonly<Record<string, KnownException>> = {
	ThrottlingException: {
		status: 429,
		message: throttled.requests,
		source: "observed",
	},
	ServiceUnavailableException: {
		status: 503,
		message: "Bedrock is unable to process your request.",
		source: "observed",
	},
	InternalServerException: {
		status: 500,
		message: unforeseen,
		source: "observed",
	},
	ModelStreamErrorException: {
		status: 424,
		message:
			"Model produced invalid sequence as part of ToolUse. Please refer to the model tool use troubleshooting guide.",
		source: "observed",
	},
	ModelErrorException: { status: 424, message: unforeseen, source: "assumed" },
	ModelTimeoutException: {
		status: 408,
		message:
			"Model has timed out in processing the request. Try your request again.",
		source: "assumed",
	},
	ModelNotReadyException: {
		status: 429,
		message:
			"Model is not ready for inference. Wait and try your request again.",
		source: "assumed",
	},
	ValidationException: {
		status: 400,
		message:
			"Malformed input request, please reformat your input and try again.",
		source: "observed",
	},
	AccessDeniedException: {
		status: 403,
		message: "You don't have access to the model with the specified model ID.",
		source: "observed",
	},
	ResourceNotFoundException: {
		status: 404,
		message:
			"This model version has reached the end of its life. Please refer to the AWS documentation for more details.",
		source: "observed",
	},
	ServiceQuotaExceededException: {
		status: 400,
		message: "Your request exceeds the service quota for your account.",
		source: "documented",
	},
	ConflictException: {
		status: 400,
		message:
			"Error occurred because of a conflict while performing an operation.",
		source: "documented",
	},
	ExpiredTokenException: {
		status: 403,
		message: "The security token included in the request is expired",
		source: "observed",
	},
	UnrecognizedClientException: {
		status: 403,
		message: "The security token included in the request is invalid.",
		source: "observed",
	},
};

/** The exception that a status alone stands for; undefined for those that no exception of Bedrock has. */
export function exceptionOfStatus(status: number): string | undefined {
	return exceptionByStatus[status];
}

const exceptionByStatus: Record<number, string> = {
	400: "ValidationException",
	403: "AccessDeniedException",
	404: "ResourceNotFoundException",
	408: "ModelTimeoutException",
	424: "ModelErrorException",
	429: "ThrottlingException",
	500: "InternalServerException",
	503: "ServiceUnavailableException",
};
