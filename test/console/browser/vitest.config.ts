import { defineConfig } from "vitest/config";

export default defineConfig({
	root: import.meta.dirname,
	// One browser at a time: several share two cores badly.
	test: {
		include: ["**/*.test.ts"],
		testTimeout: 60_000,
		hookTimeout: 60_000,
		expect: { poll: { timeout: 50_000 } },
		fileParallelism: false,
	},
});
