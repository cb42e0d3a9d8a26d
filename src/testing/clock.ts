import type { Changes } from "./changes.ts";
import type { Server } from "./server.ts";

/** The time of an emulator. It is one for all namespaces. */
export class OutcropClock {
	readonly #server: Server;
	readonly #changes: Changes;

	/** @internal */
	constructor(server: Server, changes: Changes) {
		this.#server = server;
		this.#changes = changes;
	}

	/**
	 * Moves the time forward: whoever waits until then (a slow stream, a quota's minute) goes on at once.
	 *
	 * @param by - milliseconds, or text such as `60s`, `5m`, `2h`
	 */
	advance(by: number | string): Promise<void> {
		return this.#changes.add(async () => {
			await this.#server.send("POST", "clock", { advance: by });
		});
	}

	/** Milliseconds since the epoch. */
	async now(): Promise<number> {
		await this.#changes.ready();
		const shown = await this.#server.send("GET", "clock");
		return (shown as { nowMs: number }).nowMs;
	}

	/** Back to the machine's time. */
	reset(): Promise<void> {
		return this.#changes.add(async () => {
			await this.#server.send("DELETE", "clock");
		});
	}
}
