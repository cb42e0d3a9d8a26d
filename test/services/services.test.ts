import { expect, test } from "vitest";
import { services } from "../../src/services/index.ts";

test.each(services.map((service) => [service.name, service] as const))(
	"every handler of %s is an operation's",
	(_name, service) => {
		const operations = [...service.description.operations.keys()];
		expect(operations).toEqual(
			expect.arrayContaining(Object.keys(service.handlers)),
		);
	},
);
