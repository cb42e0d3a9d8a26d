/**
 * Outcrop as Jest has it: one server a file, a namespace a test, and the matchers, which importing this adds to `expect`.
 *
 * @example
 * import { user } from "outcrop/testing";
 * import { useOutcrop } from "outcrop/testing/jest";
 *
 * const outcrop = useOutcrop();
 *
 * test("asks for the weather", async () => {
 * 	outcrop().when(user(/weather/)).text("Sunny.");
 * 	await myAssistant(outcrop().clientConfig());
 * 	await expect(outcrop()).toHaveBeenAsked({ user: /weather/ });
 * });
 */
import { type Asked, outcropMatchers } from "./matchers.ts";
import type { Outcrop } from "./outcrop.ts";
import type { StartOptions } from "./server.ts";
import { attachOutcrop, startOutcrop } from "./start.ts";

declare global {
	// Where @types/jest is installed this adds to it; elsewhere it is nobody's.
	namespace jest {
		interface Matchers<R> {
			/** Whether calls have ended that match: `await expect(outcrop()).toHaveBeenAsked({ user: /weather/ })`. */
			toHaveBeenAsked(expected?: Asked): Promise<R>;
		}
	}
}

type Hook = (run: () => Promise<void>) => void;

/** What of Jest is used; with `injectGlobals: false` hand in what `@jest/globals` exports. */
export interface JestGlobals {
	beforeAll: Hook;
	afterAll: Hook;
	beforeEach: Hook;
	afterEach: Hook;
	expect: { extend(matchers: typeof outcropMatchers): void };
}

/** How the server of a file starts, or where one runs, and Jest itself where it is not global. */
export type UseOptions = (StartOptions | { url: string }) & {
	jest?: JestGlobals;
};

/**
 * Starts a server before the tests of the file and stops it after them. Call it once, outside of tests. `OUTCROP_URL` in the
 * environment wins over options to start with.
 *
 * @returns the handle of the test that runs: its own namespace, reset after it
 * @throws Error when Jest's globals are neither there nor handed in
 */
export function useOutcrop(options: UseOptions = {}): () => Outcrop {
	const { jest = findJest(), ...rest } = options;
	jest.expect.extend(outcropMatchers);
	let server: Outcrop | undefined;
	let outcrop: Outcrop | undefined;
	jest.beforeAll(async () => {
		const url = "url" in rest ? rest.url : process.env.OUTCROP_URL;
		server = await (url
			? attachOutcrop(url)
			: startOutcrop(rest as StartOptions));
	});
	jest.beforeEach(async () => {
		outcrop = server?.namespace();
	});
	jest.afterEach(async () => {
		await outcrop?.stop();
		outcrop = undefined;
	});
	jest.afterAll(async () => {
		await server?.stop();
	});
	return () => {
		if (outcrop) return outcrop;
		throw new Error(
			"There is an Outcrop only while a test, or a hook around each test, runs. Call outcrop() inside of one.",
		);
	};
}

function findJest(): JestGlobals {
	const globals = globalThis as Partial<JestGlobals>;
	const { beforeAll, afterAll, beforeEach, afterEach, expect } = globals;
	if (beforeAll && afterAll && beforeEach && afterEach && expect)
		return { beforeAll, afterAll, beforeEach, afterEach, expect };
	throw new Error(
		'Jest\'s globals are not there. Hand them in: import * as jest from "@jest/globals"; useOutcrop({ jest }).',
	);
}

// `expect(…)` of files that start a server themselves.
const { expect } = globalThis as Partial<JestGlobals>;
expect?.extend(outcropMatchers);
