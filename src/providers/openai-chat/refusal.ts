/** How bodies of OpenAI's form are refused, whichever surface they came by. */

/**
 * A body that cannot be read. The surface that read it says it in its own form: InvokeModel as a `ValidationException`, the
 * OpenAI-compatible paths as OpenAI's error body.
 */
export class ChatBodyError extends Error {
	override readonly name = "ChatBodyError";
	/** Where, such as `messages[0].role`; an empty string for the body itself. */
	readonly path: string;
	/** False: the body is of the right form, and what it asks for cannot be done. */
	readonly isForm: boolean;

	constructor(path: string, what: string, isForm = true) {
		super(path === "" || !isForm ? what : `${path}: ${what}`);
		this.path = path;
		this.isForm = isForm;
	}
}

/** The refusal of a body that is of the right form and asks for what cannot be done; `what` is a whole sentence. */
export function refuse(path: string, what: string): ChatBodyError {
	return new ChatBodyError(path, what, false);
}
