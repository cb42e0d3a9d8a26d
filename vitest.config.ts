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
		coverage: {
			provider: "v8",
			include: ["src/**/*.ts"],
			reporter: ["text-summary", "html"],
		},
	},
});
