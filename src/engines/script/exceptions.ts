/** What exceptions say when a script does not. Source: AWS's own texts where one is known (observed), else assumed. */
const messages: Record<string, string> = {
	AccessDeniedException:
		"You don't have access to the model with the specified model ID.",
	ModelErrorException:
		"The system encountered an unexpected error during processing. Try your request again.",
	ModelNotReadyException:
		"Model is not ready for inference. Wait and try your request again.",
	ModelStreamErrorException:
		"The system encountered an unexpected error during processing. Try your request again.",
	ModelTimeoutException:
		"Model has timed out in processing the request. Try your request again.",
	ServiceUnavailableException: "Bedrock is unable to process your request.",
	ThrottlingException: "Too many requests, please wait before trying again.",
};

/** An exception's name as services write it: scripts may begin it with a small letter, as streams do. */
export function exceptionName(name: string): string {
	return name.charAt(0).toUpperCase() + name.slice(1);
}

/** What the exception says when the script has no words for it. */
export function exceptionMessage(name: string, rule: string): string {
	return messages[name] ?? `The script's rule ${rule} answers ${name}.`;
}
