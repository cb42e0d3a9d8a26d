import { ConfigError } from "../errors.ts";
import { nearestName } from "./nearest.ts";

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
	 */
	addUnknown(what: string, name: string, known: Iterable<string>): void {
		const nearest = nearestName(name, known);
		this.#texts.push(
			`${what} ${name}.${nearest === undefined ? "" : ` Did you mean ${nearest}?`}`,
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
