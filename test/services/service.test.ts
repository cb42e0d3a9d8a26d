import { expect, test } from "vitest";
import type { DescriptionFile } from "../../src/protocol/description.ts";
import { defineService } from "../../src/services/service.ts";

const file: DescriptionFile = {
	service: { name: "a", sdkId: "A", version: "1", signingName: "a" },
	operations: {
		Get: {
			method: "GET",
			uri: "/a",
			status: 200,
			input: "Nothing",
			output: "Nothing",
			errors: [],
		},
	},
	shapes: { Nothing: { type: "structure", members: {} } },
};

test("a description is read when a route is first asked for, and once", () => {
	let read = 0;
	const service = defineService(
		"a",
		() => {
			read++;
			return file;
		},
		{ Get: () => ({}) },
	);
	expect([service.name, read]).toEqual(["a", 0]);
	expect(service.route("GET", "/a")?.operation.name).toBe("Get");
	expect(service.route("GET", "/b")).toBeUndefined();
	expect([service.description.service.sdkId, read]).toEqual(["A", 1]);
});

test("a handler of no operation stops the start", () => {
	expect(() => defineService("a", file, { Put: () => ({}) })).toThrow(
		"a: a handler is given for Put, which description.json lacks",
	);
});
