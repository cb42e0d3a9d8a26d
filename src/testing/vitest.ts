/**
 * Outcrop as Vitest has it: a server a file, a namespace a test, and the matchers.
 *
 * @example
 * import { expect, test } from "outcrop/testing/vitest";
 *
 * test("asks for the weather", async ({ outcrop }) => {
 * 	outcrop.when(user(/weather/)).text("Sunny.");
 * 	await myAssistant(outcrop.clientConfig());
 * 	await expect(outcrop).toHaveBeenAsked({ user: /weather/, times: 1 });
 * });
 */
import { test as base, expect, type TestAPI } from "vitest";
import { type Asked, outcropMatchers } from "./matchers.ts";
import type { Outcrop } from "./outcrop.ts";
import type { StartOptions } from "./server.ts";
import { attachOutcrop, startOutcrop } from "./start.ts";

declare module "vitest" {
	// The type parameters are Vitest's own: merging asks for the same ones.
	interface Matchers<
		R extends void | Promise<void> = void | Promise<void>,
		T = unknown,
	> {
		/** Whether calls have ended that match: `await expect(outcrop).toHaveBeenAsked({ user: /weather/, times: 1 })`. */
		toHaveBeenAsked(expected?: Asked): Promise<void>;
	}
}

/** What a test is given. */
export interface OutcropFixtures {
	/** A namespace of this test alone; reset after it. */
	outcrop: Outcrop;
	/** The server of the test's file; its rules and faults are for every test of the file. */
	outcropServer: Outcrop;
	/** How that server starts. */
	outcropOptions: ServerOptions;
}

/** How the server of a file starts, or where one runs. */
export type ServerOptions = StartOptions | { url: string };

expect.extend(outcropMatchers);

/**
 * A `test` whose server starts with options of its own, or runs elsewhere: `createTest({ url: "http://localhost:4566" })`.
 * `OUTCROP_URL` in the environment wins over options to start with.
 */
export function createTest(
	options: ServerOptions = {},
): TestAPI<OutcropFixtures> {
	return base.extend<OutcropFixtures>({
		outcropOptions: [options, { scope: "file" }],
		outcropServer: [
			async ({ outcropOptions }, use) => {
				const server = await openServer(outcropOptions);
				await use(server);
				await server.stop();
			},
			{ scope: "file" },
		],
		outcrop: async ({ outcropServer }, use) => {
			const outcrop = outcropServer.namespace();
			await use(outcrop);
			await outcrop.stop();
		},
	});
}

/** Vitest's `test`, with the fixtures `outcrop` and `outcropServer`. */
export const test: TestAPI<OutcropFixtures> = createTest();

export { expect };

function openServer(options: ServerOptions): Promise<Outcrop> {
	const url = "url" in options ? options.url : process.env.OUTCROP_URL;
	return url ? attachOutcrop(url) : startOutcrop(options as StartOptions);
}
