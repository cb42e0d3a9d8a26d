import { ConfigError } from "../errors.ts";
import {
	BodyTooLargeError,
	type HttpRequest,
	type HttpResponse,
} from "../http/message.ts";
import { writeJson } from "../http/router.ts";

/** Answers 400 with what is wrong when the user's request cannot be read, 413 when it is too large to be. */
export async function answering(
	answer: () => Promise<HttpResponse>,
): Promise<HttpResponse> {
	try {
		return await answer();
	} catch (error) {
		if (error instanceof BodyTooLargeError)
			return writeJson({ message: error.message }, 413);
		if (!(error instanceof ConfigError)) throw error;
		return writeJson({ message: error.message }, 400);
	}
}

/**
 * The body as JSON.
 *
 * @param textual - lets a body that is no JSON stand for its text
 * @throws ConfigError when it is none
 */
export async function readJsonBody(
	request: HttpRequest,
	textual = false,
): Promise<unknown> {
	const text = (await request.body()).toString("utf8").trim();
	if (textual && !/^[[{"]/u.test(text)) return text;
	try {
		return JSON.parse(text);
	} catch (error) {
		const why = error instanceof Error ? error.message : String(error);
		throw new ConfigError(
			text === ""
				? "The request has no body. Send JSON."
				: `The body is no JSON (${why}). Check it.`,
		);
	}
}

/** The namespace that a request to Outcrop's own API names, as query parameter or header. */
export function namespaceOf(request: HttpRequest): string | undefined {
	return (
		new URLSearchParams(request.query).get("namespace") ??
		request.headers["x-outcrop-namespace"]
	);
}
