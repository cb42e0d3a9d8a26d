const opening = "<think>";
const closing = "</think>";

/** A piece of an answer: what the model thinks, or what it says. */
export type Piece = readonly [kind: "text" | "reasoning", text: string];

/**
 * Tells thinking from saying where a server leaves a model's `<think>` tags in the text. They are tags only at the beginning
 * of an answer, and may come cut anywhere. (Some templates open the tag in the prompt, so that only `</think>` is said: what
 * came before has been sent as text by then, so it stays text.)
 */
export class ThinkTags {
	#state: "before" | "inside" | "gap" | "after" = "before";
	#held = "";

	/** Takes the next text; gives what can be told of it by now. */
	*take(text: string): Generator<Piece> {
		let rest = this.#held + text;
		this.#held = "";
		if (this.#state === "before") {
			const said = rest.trimStart();
			if (opening.startsWith(said)) {
				this.#held = rest;
				return;
			}
			this.#state = said.startsWith(opening) ? "inside" : "after";
			if (this.#state === "inside") rest = said.slice(opening.length);
		}
		if (this.#state === "inside") {
			const end = rest.indexOf(closing);
			const until = end < 0 ? rest.length - heldBack(rest) : end;
			if (until > 0) yield ["reasoning", rest.slice(0, until)];
			if (end < 0) {
				this.#held = rest.slice(until);
				return;
			}
			this.#state = "gap";
			rest = rest.slice(end + closing.length);
		}
		// Models put empty lines between the two.
		if (this.#state === "gap") {
			rest = rest.trimStart();
			if (rest !== "") this.#state = "after";
		}
		if (rest !== "") yield ["text", rest];
	}

	/** The answer has ended: what was held back is what it seems. */
	*end(): Generator<Piece> {
		if (this.#held === "") return;
		yield [this.#state === "inside" ? "reasoning" : "text", this.#held];
		this.#held = "";
	}
}

/** How many characters at the end may be the beginning of `</think>`. */
function heldBack(text: string): number {
	for (let length = closing.length - 1; length > 0; length--) {
		if (text.endsWith(closing.slice(0, length))) return length;
	}
	return 0;
}
