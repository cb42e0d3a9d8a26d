/** What goes wrong with a model server, as the exceptions that Bedrock has for it. */
import { ServiceError } from "../../errors.ts";

/** Where a request went, for messages. */
export interface Place {
	/** The upstream's name. */
	name: string;
	/** As shown. */
	url: string;
	/** What was asked for, such as `/embeddings`. */
	path: string;
	/** The server's model id; empty when none was named yet. */
	model: string;
}

/** A request that failed before anything of its answer came. */
export class UpstreamFailure extends Error {
	override readonly name = "UpstreamFailure";
	/** What the client gets when nothing else is tried. */
	readonly error: ServiceError;
	/** Whether sending it again, here or elsewhere, may help. */
	readonly retryable: boolean;
	/** Whether it speaks against the server: enough of these in a row open its breaker. */
	readonly counts: boolean;
	/** The server's own wish, in milliseconds. */
	readonly retryAfterMs: number | undefined;
	/** The status of its answer, when there was one. */
	readonly status: number | undefined;

	constructor(
		error: ServiceError,
		how: {
			retryable?: boolean;
			counts?: boolean;
			retryAfterMs?: number;
			status?: number;
		} = {},
	) {
		super(error.message);
		this.error = error;
		this.retryable = how.retryable ?? false;
		this.counts = how.counts ?? false;
		this.retryAfterMs = how.retryAfterMs;
		this.status = how.status;
	}
}

/** An answer that broke off, or said an error, after it had begun. */
export class BrokenStream extends Error {
	override readonly name = "BrokenStream";
	/** The server's, where it said one. */
	readonly status: number;

	constructor(why: string, status = 500) {
		super(why);
		this.status = status;
	}
}

/**
 * In mid-stream every failure is one exception. An operation that answers whole has no such exception (documented), so it
 * gets the one for what happened.
 */
export function brokenError(
	{ message, status }: BrokenStream,
	place: Place,
	isStreaming: boolean,
): ServiceError {
	const told = `The model server ${place.name} failed in mid-stream${ofModel(place)}: ${message}.`;
	if (isStreaming)
		return new ServiceError("ModelStreamErrorException", told, {
			originalStatusCode: status,
			originalMessage: message,
		});
	if (status === 408) return new ServiceError("ModelTimeoutException", told);
	return new ServiceError("ModelErrorException", told, {
		originalStatusCode: status,
		resourceName: place.model,
	});
}

/**
 * No answer: the connection failed, was closed, or nothing came in time.
 *
 * @returns undefined for what is no failure of a connection: those have a code, our own mistakes have none
 */
export function connectionFailure(
	error: unknown,
	place: Place,
): UpstreamFailure | undefined {
	const code = codeOf(error);
	if (code === undefined) return undefined;
	if (code === "UND_ERR_HEADERS_TIMEOUT")
		return timeout("began no answer in time", "firstByte", place);
	if (code === "UND_ERR_BODY_TIMEOUT")
		return timeout("said nothing more for too long", "idle", place);
	if (isTimeout(error))
		return timeout("did not end its answer in time", "total", place);
	return new UpstreamFailure(
		new ServiceError(
			"ServiceUnavailableException",
			`The model server at ${place.url} cannot be reached: ${reasonOf(error)}. Start it, or check its URL.`,
		),
		{ retryable: true, counts: true },
	);
}

function timeout(what: string, limit: string, place: Place): UpstreamFailure {
	const { name, url } = place;
	return new UpstreamFailure(
		new ServiceError(
			"ModelTimeoutException",
			`The model server ${name} at ${url} ${what}${ofModel(place)}. Give it longer with timeouts.${limit}.`,
		),
		{ counts: true },
	);
}

function ofModel({ model }: Place): string {
	return model === "" ? "" : ` (model ${model})`;
}

/** Whether an error is that of `AbortSignal.timeout`. */
export function isTimeout(error: unknown): boolean {
	return error instanceof DOMException && error.name === "TimeoutError";
}

const longestQuote = 500;

/**
 * A server's refusal. 429 is Throttling; 401 and 403 are AccessDenied, which no SDK sends again; 408 and 504 are
 * ModelTimeout; 502 and 503 are ServiceUnavailable; a prompt that is too long is what Bedrock says of it; the rest is
 * ModelError with the server's status.
 *
 * @param retryAfter - the header, when there is one
 */
export function statusFailure(
	status: number,
	text: string,
	place: Place,
	retryAfter?: string,
): UpstreamFailure {
	const said = text.trim();
	const quoted =
		said.length > longestQuote ? `${said.slice(0, longestQuote)}…` : said;
	const told = `The model server ${place.name} refused ${place.path} (${place.model && `model ${place.model}, `}status ${status}): ${quoted || "it said no more"}`;
	const retryable = [429, 502, 503, 504].includes(status);
	const retryAfterMs = readRetryAfter(retryAfter);
	return new UpstreamFailure(errorOf(status, text, told, place), {
		status,
		retryable,
		counts: retryable && status !== 429,
		...(retryAfterMs !== undefined && { retryAfterMs }),
	});
}

/** An answer that is not what was asked for. */
export function unreadable(why: string, place: Place): UpstreamFailure {
	return new UpstreamFailure(
		new ServiceError(
			"ModelErrorException",
			`The model server ${place.name} answered ${place.path} in a way that cannot be read${ofModel(place)}: ${why}.`,
			{ originalStatusCode: 200, resourceName: place.model },
		),
	);
}

function errorOf(
	status: number,
	text: string,
	told: string,
	place: Place,
): ServiceError {
	if (status === 429) return new ServiceError("ThrottlingException", told);
	if (status === 401 || status === 403)
		return new ServiceError(
			"AccessDeniedException",
			`${told}. This is the key of the upstream ${place.name}, not yours for AWS: check its apiKey.`,
		);
	if (status === 408 || status === 504)
		return new ServiceError("ModelTimeoutException", told);
	if (status === 502 || status === 503)
		return new ServiceError("ServiceUnavailableException", told);
	if (status < 500 && isTooLong(text))
		return new ServiceError(
			"ValidationException",
			"Input is too long for requested model.",
		);
	return new ServiceError("ModelErrorException", told, {
		originalStatusCode: status,
		resourceName: place.model,
	});
}

/**
 * How the common servers say that a prompt does not fit (from their sources): OpenAI and LiteLLM `context_length_exceeded`,
 * vLLM and OpenRouter "maximum context length", llama.cpp `exceed_context_size_error` and "exceeds the available context
 * size", Ollama "exceeds maximum context length", LM Studio "greater than the context length".
 */
const tooLong = [
	"context_length_exceeded",
	"maximum context length",
	"maximum model length",
	"exceed_context_size",
	"available context size",
	"than the context length",
	"context window",
	"prompt is too long",
	"input length exceeds",
];

function isTooLong(text: string): boolean {
	const lower = text.toLowerCase();
	return tooLong.some((sign) => lower.includes(sign));
}

/** Seconds; a date is not read, as no model server sends one. */
function readRetryAfter(header: string | undefined): number | undefined {
	const seconds = Number(header);
	return header === undefined || header.trim() === "" || !(seconds >= 0)
		? undefined
		: seconds * 1000;
}

/** What an error says at its root: `fetch failed` and the like say nothing, their causes do. */
export function reasonOf(error: unknown): string {
	const cause = error instanceof Error ? (error.cause ?? error) : error;
	// Both addresses of `localhost` were tried.
	if (cause instanceof AggregateError && cause.errors.length > 0)
		return reasonOf(cause.errors[0]);
	return cause instanceof Error ? cause.message || cause.name : String(cause);
}

/** The machine's word for an error, such as `ECONNREFUSED` or undici's `UND_ERR_BODY_TIMEOUT`. */
export function codeOf(error: unknown): unknown {
	return error instanceof Error && "code" in error ? error.code : undefined;
}
