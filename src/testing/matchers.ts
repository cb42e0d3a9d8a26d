/** What `expect` learns of Outcrop. Vitest and Jest give matchers the same form, so one set serves both. */
import type { Exchange } from "./exchange.ts";
import {
	type ExchangeFilter,
	listExchanges,
	mismatch,
	showFilter,
} from "./filter.ts";
import { Outcrop } from "./outcrop.ts";

/** What a call is expected to have been; without `times` one or more will do. */
export interface Asked extends ExchangeFilter {
	/** Exactly so many calls. */
	times?: number;
}

/** As Vitest and Jest want it. */
export interface MatcherResult {
	pass: boolean;
	message: () => string;
}

/**
 * `expect(outcrop).toHaveBeenAsked({ user: /weather/, times: 1 })`: whether calls have ended that match.
 *
 * In the process that started the server it decides at once; on a remote Outcrop it has to ask, so write
 * `await expect(outcrop).toHaveBeenAsked(…)`, which is right for both. It does not wait for calls that run:
 * `await outcrop.received(…)` does.
 *
 * @throws TypeError when the value is no handle on an Outcrop
 */
export function toHaveBeenAsked(
	received: unknown,
	expected: Asked = {},
): MatcherResult | Promise<MatcherResult> {
	if (!(received instanceof Outcrop))
		throw new TypeError(
			"toHaveBeenAsked is for what startOutcrop, attachOutcrop and outcrop.namespace return: expect(outcrop).toHaveBeenAsked(…).",
		);
	const met = received.peek();
	return met instanceof Promise
		? met.then((exchanges) => judge(exchanges, expected))
		: judge(met, expected);
}

/** For `expect.extend`. */
export const outcropMatchers = { toHaveBeenAsked };

function judge(exchanges: readonly Exchange[], expected: Asked): MatcherResult {
	const { times, ...filter } = expected;
	const matching = exchanges.filter(
		(exchange) => mismatch(exchange, filter) === undefined,
	);
	const count = matching.length;
	const pass = times === undefined ? count > 0 : count === times;
	return {
		pass,
		message() {
			const wanted = `${times === undefined ? "at least 1" : times} like ${showFilter(filter)}`;
			const verdict = pass
				? `Expected not ${wanted}, but ${count} of ${calls(exchanges.length)} matched:`
				: `Expected ${wanted}, but ${count} of ${calls(exchanges.length)} matched. What came:`;
			const shown = pass ? matching : exchanges;
			return `expect(outcrop).${pass ? "not." : ""}toHaveBeenAsked(${showFilter(expected)})\n\n${verdict}\n${listExchanges(shown, filter)}`;
		},
	};
}

function calls(count: number): string {
	return `${count} ${count === 1 ? "call" : "calls"}`;
}
