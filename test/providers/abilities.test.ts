import { expect, test } from "vitest";
import { providerFor, providers } from "../../src/providers/index.ts";
import { contractFamilies } from "./contract-families.ts";

test.each(contractFamilies)(
	"$family speaks of tools where the contract proves them, and only there",
	({ modelId, lacks, stops }) => {
		const { speaks } = providerFor(modelId);
		const proven = !lacks?.includes("tools") && stops.tool_use !== undefined;
		expect(speaks.includes("tools")).toBe(proven);
	},
);

test("every family is named once", () => {
	const names = providers.map(({ name, family }) => `${name}: ${family}`);
	expect(new Set(names).size).toBe(names.length);
});
