import { defineConfig } from "vitest/config";

export default defineConfig({
	test: {
		include: ["test/**/*.test.ts", "src/**/*.test.ts"],
		exclude: [
			"test/clients/**",
			"test/console/browser/**",
			"test/upstreams/**",
			"**/node_modules/**",
		],
		// Tests wait for events, never for time. A limit only ends what waits for ever; how fast a machine is it must not tell:
		// with other work on two cores, tests of half a second have taken more than five.
		testTimeout: 60_000,
		hookTimeout: 60_000,
		expect: { poll: { timeout: 50_000, interval: 10 } },
		coverage: {
			provider: "v8",
			include: ["src/**/*.ts"],
			reporter: ["text-summary", "html"],
		},
	},
});
