import { ConfigError } from "../errors.ts";
import { nearestName } from "../nearest.ts";

/** Everything that is wrong with a configuration, gathered so that the user hears of it at once. */
export class Problems {
	readonly #texts: string[] = [];
	#seeHelp = false;

	/** @param text - whole sentences: what was met, what was expected, the next step */
	add(text: string): void {
		this.#texts.push(text);
	}

	/**
	 * Reports a name that nothing is called.
	 *
	 * @param what - begins the sentence, such as `Unknown option`
	 * @param start - what all names begin with, and so says nothing of how near they are
	 */
	addUnknown(
		what: string,
		name: string,
		known: Iterable<string>,
		start = "",
	): void {
		const ends = Array.from(known, (each) => each.slice(start.length));
		const nearest = nearestName(name.slice(start.length), ends);
		this.#texts.push(
			`${what} ${name}.${nearest === undefined ? "" : ` Did you mean ${start}${nearest}?`}`,
		);
		this.#seeHelp = true;
	}

	/** @throws ConfigError with one problem a line when there is any */
	throwIfAny(): void {
		if (this.#texts.length === 0) return;
		const hint =
			this.#texts.length === 1
				? " See outcrop --help."
				: "\nSee outcrop --help.";
		throw new ConfigError(this.#texts.join("\n") + (this.#seeHelp ? hint : ""));
	}
}
