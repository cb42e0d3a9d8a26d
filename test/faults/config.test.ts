import { expect, test } from "vitest";
import { refusal, resolve } from "../config/resolve.ts";

test("--faults and --quotas name files", async () => {
	const config = await resolve({
		argv: ["--faults", "faults.yaml", "--quotas", "quotas.json"],
		files: {
			"faults.yaml":
				"- throw: ThrottlingException\n  times: 2\n- cut; after=3\n",
			"quotas.json": '[{ "model": "anthropic.*", "requestsPerMinute": 60 }]',
		},
	});
	expect(config.faults).toEqual([
		{ throw: "ThrottlingException", times: 2 },
		{ break: "cut", after: 3 },
	]);
	expect(config.quotas).toEqual([
		{ model: ["anthropic.*"], requestsPerMinute: 60 },
	]);
});

test("a fault that cannot be read stops the start", async () => {
	const files = { "outcrop.yaml": "faults:\n  - break: cut\n  - break: cat\n" };
	expect(await refusal({ files })).toMatch(
		/^outcrop\.yaml:3:5: faults: A fault: break takes one of cut, .*, not "cat"\.$/u,
	);
});

test("faults that are no list stop the start", async () => {
	const files = { "outcrop.yaml": "quotas: { concurrency: 1 }\n" };
	expect(await refusal({ files })).toBe(
		"outcrop.yaml:1:1: quotas takes a list of quotas, or the path of a YAML or JSON file with one, not a mapping.",
	);
});
