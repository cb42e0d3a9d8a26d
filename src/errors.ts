/**
 * The one way to fail towards a client. `name` is an error of the service's description (its HTTP status is read from
 * there) or one of the protocol's own, listed in `protocolErrors`. Before a stream has begun it becomes an HTTP error,
 * afterwards an exception frame: the thrower need not know which.
 */
export class ServiceError extends Error {
	/** Further members of the error's shape, such as `originalStatusCode`. */
	readonly members: Record<string, unknown>;

	constructor(
		name: string,
		message: string,
		members: Record<string, unknown> = {},
	) {
		super(message);
		this.name = name;
		this.members = members;
	}
}

/** AWS's most common refusal: 400 `ValidationException`. */
export function invalid(message: string): ServiceError {
	return new ServiceError("ValidationException", message);
}

/**
 * Errors that the front end answers before any service's own code runs, with their HTTP status.
 *
 * Source: reference to Coral framework errors as seen on Bedrock (observed: UnrecognizedClient, ExpiredToken,
 * InvalidSignature, UnknownOperation; assumed: the rest, framework-wide behaviour).
 */
export const protocolErrors: Record<string, number> = {
	AccessDeniedException: 403,
	ExpiredTokenException: 403,
	IncompleteSignatureException: 403,
	InvalidSignatureException: 403,
	MissingAuthenticationTokenException: 403,
	UnrecognizedClientException: 403,
	UnknownOperationException: 404,
	RequestEntityTooLargeException: 413,
	SerializationException: 400,
	UnsupportedOperationException: 501,
};

/** The user's configuration cannot work. The message says what was met, what was expected, and the next step. */
export class ConfigError extends Error {
	override readonly name = "ConfigError";
}
