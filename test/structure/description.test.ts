import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { describe, described } from "../../scripts/describe.ts";
import { version } from "../../src/version.ts";

test.each(described)(
	"the description of $service is what the SDK and AWS's constraints say",
	async ({ service, client }) => {
		const file = new URL(
			`../../src/services/${service}/description.json`,
			import.meta.url,
		);
		expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(
			await describe(service, client),
		);
	},
);

test("the version is package.json's", () => {
	const file = new URL("../../package.json", import.meta.url);
	expect(version).toBe(
		(JSON.parse(readFileSync(file, "utf8")) as { version: string }).version,
	);
});
