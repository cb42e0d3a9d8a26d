import type { Reply, ReplyEvent } from "../../turn/turn.ts";

/** Events from the one who generates to the one who reads. They are few and small: no more than the context has tokens. */
export class Events implements Reply {
	readonly #gone: AbortController;
	readonly #events: ReplyEvent[] = [];
	#ended = false;
	#failure: { error: unknown } | undefined;
	#wake: () => void = () => undefined;

	/** @param gone - aborted when the reader goes before the end */
	constructor(gone: AbortController) {
		this.#gone = gone;
	}

	push(event: ReplyEvent): void {
		this.#events.push(event);
		this.#wake();
	}

	end(): void {
		this.#ended = true;
		this.#wake();
	}

	fail(error: unknown): void {
		this.#failure = { error };
		this.#wake();
	}

	async *[Symbol.asyncIterator](): AsyncGenerator<ReplyEvent> {
		try {
			for (;;) {
				const event = this.#events.shift();
				if (event) yield event;
				else if (this.#failure) throw this.#failure.error;
				else if (this.#ended) return;
				else await new Promise<void>((resolve) => (this.#wake = resolve));
			}
		} finally {
			this.#gone.abort();
		}
	}
}
