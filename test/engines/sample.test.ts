import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isValid } from "../../src/engines/sample/check.ts";
import { sampleJson } from "../../src/engines/sample.ts";
import type { Json } from "../../src/json.ts";
import { seededRandom } from "../../src/random.ts";
import { cpuMs } from "../support/cpu.ts";
import { schemas } from "./schemas.ts";

const sampleOf = (schema: Json, seed = 1) =>
	sampleJson(schema, seededRandom(seed));
const options = {
	strict: false,
	validateFormats: false,
	logger: false,
} as const;

/** Schemas that write tuples as drafts up to 2019 did are held against draft 7, all others against 2020-12. */
function validator(schema: Json) {
	const old = ['"items":[', '"dependencies"', "draft-07"].some((mark) =>
		JSON.stringify(schema).includes(mark),
	);
	const ajv = old ? new Ajv(options) : new Ajv2020(options);
	return ajv.compile(
		typeof schema === "object" && schema !== null ? schema : {},
	);
}

const seeds = Array.from({ length: 25 }, (_, index) => index * 7919);

test.each(Object.entries(schemas))(
	"%s: every seed's value is valid",
	(_name, schema) => {
		const validate = validator(schema);
		const invalid = seeds
			.map((seed) => sampleOf(schema, seed))
			.filter((value) => !validate(value));
		expect(invalid).toEqual([]);
	},
);

test("The same seed gives the same value, another seed another", () => {
	const schema = schemas.book_flight ?? {};
	expect(sampleOf(schema, 3)).toEqual(sampleOf(schema, 3));
	expect(
		new Set(seeds.map((seed) => JSON.stringify(sampleOf(schema, seed)))).size,
	).toBeGreaterThan(5);
});

test("Values suit the names of their properties", () => {
	const text = { type: "string" };
	const properties = {
		city: text,
		userEmail: text,
		website_url: text,
		limit: { type: "integer" },
		note: text,
	};
	const value = sampleOf({ type: "object", properties });
	expect(value).toEqual({
		city: expect.stringMatching(/^(Paris|Berlin|Tokyo|Seattle)$/),
		userEmail: expect.stringMatching(/@example\./),
		website_url: expect.stringMatching(/^https:\/\/example\.com\//),
		limit: expect.any(Number),
		note: "An example sentence.",
	});
});

test("Optional properties are there, in declared order, but not where they would recurse", () => {
	const value = sampleOf({
		type: "object",
		properties: {
			value: { type: "string" },
			next: { $ref: "#" },
			children: { type: "array", items: { $ref: "#" } },
			last: { type: "boolean" },
		},
	});
	expect(Object.keys(value as object)).toEqual(["value", "last"]);
});

test("A default or an example is taken where the schema has one", () => {
	const schema = {
		type: "object",
		properties: {
			unit: { type: "string", default: "kelvin" },
			word: { type: "string", examples: ["zebra"] },
		},
	};
	expect(sampleOf(schema)).toEqual({ unit: "kelvin", word: "zebra" });
});

test("A default that breaks its own schema is not taken", () => {
	const schema = {
		type: "object",
		properties: { size: { type: "integer", minimum: 5, default: 1 } },
		required: ["size"],
	};
	expect((sampleOf(schema) as { size: number }).size).toBeGreaterThanOrEqual(5);
});

test("A property named __proto__ is a property", () => {
	const schema = JSON.parse(
		'{"type":"object","properties":{"__proto__":{"type":"string"}},"required":["__proto__"]}',
	);
	expect(Object.keys(sampleOf(schema) as object)).toEqual(["__proto__"]);
});

test("What is no schema allows anything", () => {
	expect(sampleOf({})).toBe("example");
	expect(sampleJson(undefined, seededRandom(1))).toBe("example");
	expect(sampleOf({ $ref: "https://example.com/elsewhere.json" })).toBe(
		"example",
	);
});

test("Zero is valid where an enum has negative zero", () => {
	const budget = { steps: 100, matching: { left: 100 } };
	expect(isValid({ enum: [-0] }, 0, budget)).toBe(true);
	expect(
		isValid({ const: { a: [1, -0], b: null } }, { b: null, a: [1, 0] }, budget),
	).toBe(true);
});

/** d0 is twice d1 is twice d2 …: 2^40 schemas when written out. */
const doubling: Json = {
	$ref: "#/$defs/d0",
	$defs: Object.fromEntries(
		Array.from({ length: 40 }, (_, index) => [
			`d${index}`,
			{
				allOf: [
					{ $ref: `#/$defs/d${index + 1}` },
					{ $ref: `#/$defs/d${index + 1}` },
				],
			},
		]),
	),
};

const deep = (levels: number): Json => {
	let schema: Json = { type: "string" };
	for (let level = 0; level < levels; level++)
		schema = { type: "object", properties: { a: schema }, required: ["a"] };
	return schema;
};

const hostile: Record<string, Json> = {
	"a reference to itself": { $ref: "#" },
	"references in a circle": {
		$ref: "#/$defs/a",
		$defs: { a: { $ref: "#/$defs/b" }, b: { $ref: "#/$defs/a" } },
	},
	"allOf of itself": { allOf: [{ $ref: "#" }, { $ref: "#" }] },
	"a required property of itself": {
		type: "object",
		properties: { a: { $ref: "#" } },
		required: ["a"],
	},
	"a wide tree of itself": {
		type: "object",
		properties: Object.fromEntries(
			Array.from({ length: 50 }, (_, index) => [`p${index}`, { $ref: "#" }]),
		),
		required: Array.from({ length: 50 }, (_, index) => `p${index}`),
	},
	"choices of itself": {
		type: "object",
		properties: {
			a: { anyOf: Array.from({ length: 200 }, () => ({ $ref: "#" })) },
		},
		required: ["a"],
		additionalProperties: false,
	},
	"doubling references": doubling,
	"deep nesting": deep(3000),
	"a billion items": {
		type: "array",
		minItems: 1e9,
		items: { type: "string" },
	},
	"a billion items of a billion": {
		type: "array",
		minItems: 1e9,
		items: { type: "array", minItems: 1e9 },
	},
	"a billion characters": { type: "string", minLength: 1e9 },
	"a billion properties": { type: "object", minProperties: 1e9 },
	"a tall number of repeats": {
		type: "string",
		pattern: "^(((a{1000}){1000}){1000}){1000}$",
	},
	"a catastrophic pattern": {
		type: "string",
		pattern: "^(a+)+$",
		minLength: 60,
		not: { pattern: "^(a|a)*b$" },
	},
	"a catastrophic pattern and its example": {
		type: "string",
		pattern: "^(a+)+$",
		examples: [`${"a".repeat(60)}!`],
	},
	"many optionals": {
		type: "string",
		pattern: `^${"a?".repeat(40)}${"a".repeat(40)}$`,
		enum: ["a".repeat(39)],
	},
	"many stars": {
		type: "string",
		pattern: `${"a*".repeat(30)}b`,
		examples: ["a".repeat(100)],
	},
	"many patterns on many names": {
		type: "object",
		minProperties: 1000,
		patternProperties: Object.fromEntries(
			Array.from({ length: 300 }, (_, index) => [
				`a*a*a*b${index}`,
				{ type: "string" },
			]),
		),
		additionalProperties: { type: "string" },
	},
	"nothing is allowed": {
		type: "object",
		properties: { a: false },
		required: ["a"],
		not: {},
	},
	"odd keywords": {
		type: 7,
		properties: 1,
		required: "a",
		enum: "b",
		items: 3,
		$ref: 4,
		allOf: "c",
		pattern: 5,
	} as Json,
	"a huge enum": {
		enum: Array.from({ length: 100_000 }, (_, index) => `value ${index}`),
	},
	"an empty enum": { type: "string", enum: [] },
	"unique booleans": {
		type: "array",
		items: { type: "boolean" },
		minItems: 500,
		uniqueItems: true,
	},
	"an empty range": { type: "number", minimum: 10, maximum: 1, multipleOf: 7 },
	"a tiny multiple": { type: "number", multipleOf: 1e-300, minimum: 1e300 },
	"a big constant in many places": {
		$defs: { big: { const: "x".repeat(500_000) } },
		type: "object",
		properties: {
			list: { type: "array", minItems: 1000, items: { $ref: "#/$defs/big" } },
		},
		additionalProperties: { $ref: "#/$defs/big" },
		required: Array.from({ length: 1000 }, (_, index) => `r${index}`),
	},
	"long texts in long lists": {
		type: "array",
		minItems: 1e6,
		items: { type: "string", minLength: 1e6 },
	},
	"many merges of many properties": {
		$defs: {
			big: {
				properties: Object.fromEntries(
					Array.from({ length: 5000 }, (_, index) => [`p${index}`, {}]),
				),
			},
		},
		allOf: Array.from({ length: 5000 }, () => ({ $ref: "#/$defs/big" })),
	},
	"many odd keywords": {
		...Object.fromEntries(
			Array.from({ length: 50_000 }, (_, index) => [`k${index}`, index]),
		),
		allOf: Array.from({ length: 5000 }, () => ({ allOf: [{ title: "a" }] })),
	},
	"wide and deep choices": {
		$defs: {
			wide: {
				anyOf: Array.from({ length: 60 }, () => ({
					anyOf: Array.from({ length: 60 }, () => ({ $ref: "#/$defs/wide" })),
				})),
			},
		},
		type: "array",
		minItems: 1000,
		items: { $ref: "#/$defs/wide" },
	},
	"a long class": {
		type: "array",
		minItems: 1000,
		items: { pattern: `^[${"\\u0000-\\uffff".repeat(70)}]{1000}$` },
	},
	"two long enums": {
		allOf: [
			{ enum: Array.from({ length: 20_000 }, (_, index) => index) },
			{ enum: Array.from({ length: 20_000 }, (_, index) => -index) },
		],
	},
	"an endless step": { type: "integer", multipleOf: 0 },
};

test.each(Object.entries(hostile))(
	"A hostile schema is answered at once and small: %s",
	async (_name, schema) => {
		let value: unknown;
		const took = await cpuMs(() => {
			value = sampleOf(schema);
		});
		expect(JSON.stringify(value).length).toBeLessThan(2_000_000);
		expect(took).toBeLessThan(1500);
	},
);

/** Not beyond 1e21, where ajv takes numbers for fractions. */
const smallValue: fc.Arbitrary<Json> = fc.oneof(
	fc.constantFrom(null, true, false, -0, 0.5),
	fc.integer(),
	fc.string({ maxLength: 3 }),
	fc.array(fc.integer(), { maxLength: 2 }),
	// Plain objects, as JSON.parse makes them: ajv's comparison throws on objects without a prototype.
	fc.dictionary(fc.string({ maxLength: 1 }), fc.integer(), {
		maxKeys: 2,
		noNullPrototype: true,
	}),
);

const anySchema = fc.letrec<{ schema: Json }>((tie) => ({
	schema: fc.oneof(
		{ depthSize: "small" },
		fc.record({
			type: fc.constant("string"),
			minLength: fc.nat(5),
			maxLength: fc.integer({ min: 5, max: 9 }),
		}),
		fc.record({
			type: fc.constant("integer"),
			minimum: fc.integer({ min: -50, max: 50 }),
			multipleOf: fc.integer({ min: 1, max: 9 }),
		}),
		fc.record({ type: fc.constantFrom("number", "boolean", "null") }),
		fc.record({
			enum: fc.array(smallValue, {
				minLength: 1,
				maxLength: 3,
			}),
		}),
		fc.record({
			type: fc.constant("array"),
			items: tie("schema"),
			minItems: fc.nat(3),
		}),
		fc.record({
			anyOf: fc.array(tie("schema"), { minLength: 1, maxLength: 3 }),
		}),
		fc
			.record({
				properties: fc.dictionary(fc.stringMatching(/^[a-c]$/), tie("schema")),
				additionalProperties: fc.boolean(),
				minProperties: fc.constant(0),
			})
			.map((schema) => ({
				type: "object",
				required: Object.keys(schema.properties).slice(0, 2),
				...schema,
			})),
	) as fc.Arbitrary<Json>,
})).schema;

test("The check agrees with ajv about samples of any schema, and about samples of other schemas", () => {
	fc.assert(
		fc.property(anySchema, anySchema, fc.nat(), (schema, other, seed) => {
			const validate = new Ajv2020(options).compile(schema as object);
			const budget = () => ({ steps: 100_000, matching: { left: 1_000_000 } });
			const own = sampleOf(schema, seed);
			const foreign = sampleOf(other, seed);
			expect(validate(own)).toBe(true);
			expect(isValid(schema, own, budget())).toBe(true);
			expect(isValid(schema, foreign, budget())).toBe(validate(foreign));
		}),
		{ numRuns: 100, seed: 42 },
	);
});
