import { expect, test } from "vitest";
import { grammarSchema } from "../../../src/engines/local/schema.ts";

test("properties, enums, arrays and descriptions stay as they are", () => {
	const { schema, lost } = grammarSchema({
		$schema: "https://json-schema.org/draft/2020-12/schema",
		title: "Trip",
		type: "object",
		required: ["city"],
		additionalProperties: false,
		properties: {
			city: { type: "string", description: "Where to", maxLength: 40 },
			nights: { type: "integer" },
			modes: { type: "array", items: { enum: ["train", "bus"] }, minItems: 1 },
		},
	});
	expect(schema).toEqual({
		type: "object",
		properties: {
			city: { type: "string", description: "Where to", maxLength: 40 },
			nights: { type: "integer" },
			modes: { type: "array", items: { enum: ["train", "bus"] }, minItems: 1 },
		},
	});
	expect(lost).toEqual([]);
});

test("anyOf and lists of types become oneOf, definitions become $defs", () => {
	const { schema } = grammarSchema({
		type: "object",
		definitions: {
			node: {
				type: "object",
				properties: { next: { $ref: "#/definitions/node" } },
			},
		},
		properties: {
			head: { anyOf: [{ $ref: "#/definitions/node" }, { type: "null" }] },
			label: { type: ["string", "null"] },
		},
	});
	expect(schema).toEqual({
		type: "object",
		$defs: {
			node: { type: "object", properties: { next: { $ref: "#/$defs/node" } } },
		},
		properties: {
			head: { oneOf: [{ $ref: "#/$defs/node" }, { type: "null" }] },
			label: { oneOf: [{ type: "string" }, { type: "null" }] },
		},
	});
});

test("an object without properties is open, and no schema is any value", () => {
	const { schema } = grammarSchema({
		properties: { map: { type: "object" }, any: {} },
	});
	expect(schema).toEqual({
		type: "object",
		properties: {
			map: { type: "object", additionalProperties: true },
			any: {
				oneOf: [
					{ type: ["string", "number", "boolean", "null"] },
					{ type: "array" },
					{ type: "object", additionalProperties: true },
				],
			},
		},
	});
});

test("the parts of allOf are one object", () => {
	const { schema, lost } = grammarSchema({
		allOf: [
			{ type: "object", properties: { a: { type: "string" } } },
			{ properties: { b: { type: "boolean" } } },
		],
	});
	expect(schema).toEqual({
		type: "object",
		properties: { a: { type: "string" }, b: { type: "boolean" } },
	});
	expect(lost).toEqual([]);
});

test("what no grammar holds is named", () => {
	const { lost } = grammarSchema({
		type: "object",
		properties: {
			age: { type: "integer", minimum: 18 },
			mail: { type: "string", format: "email" },
			essay: { type: "string", minLength: 5000 },
			far: { $ref: "https://example.com/schema" },
		},
	});
	expect(lost).toEqual([
		"properties.age.minimum",
		"properties.mail.format",
		"properties.essay.minLength",
		"properties.far.$ref",
	]);
});
