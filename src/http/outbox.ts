import { atEndOfTurn } from "./end-of-turn.ts";

/** Something that has bytes to send. */
export interface Outgoing {
	/** Hands them to the network; must not throw. */
	send(): void;
}

/**
 * Sends what was answered in one turn of the event loop at its end, all together. A write that wakes a client costs more
 * than twice one to a client that is awake, and the first of many wakes it.
 */
export class Outbox {
	/** There is nobody whose answer could go out together with another: it is sent at once. */
	isAlone = true;
	#waiting: Outgoing[] = [];

	/** To be called once for each `send`. */
	add(outgoing: Outgoing): void {
		if (this.isAlone) outgoing.send();
		else if (this.#waiting.push(outgoing) === 1) atEndOfTurn(this.#send);
	}

	readonly #send = (): void => {
		const waiting = this.#waiting;
		this.#waiting = [];
		for (const outgoing of waiting) outgoing.send();
	};
}
