import { expect, test } from "vitest";
import {
	type BodySchema,
	checkBody,
	findViolations,
} from "../../src/providers/schema.ts";

const schema: BodySchema = {
	type: "object",
	closed: true,
	required: ["inputText"],
	properties: {
		inputText: { type: "string", minLength: 1, maxLength: 5 },
		count: { type: "integer", minimum: 1, maximum: 3 },
		stop: {
			type: "array",
			maxItems: 1,
			items: { type: "string", pattern: /^x+$/ },
		},
		mode: { enum: ["a", "b"] },
		note: { type: "string", nullable: true },
	},
};

test("a body that fits passes", () => {
	expect(
		findViolations(
			{ inputText: "hello", count: 2, stop: ["xx"], mode: "a", note: null },
			schema,
		),
	).toEqual([]);
});

test("one violation is named", () => {
	expect(() => checkBody({}, schema)).toThrow(
		"Malformed input request: #: required key [inputText] not found, please reformat your input and try again.",
	);
});

test("several violations are counted", () => {
	expect(() => checkBody({ InputText: "hello" }, schema)).toThrow(
		"Malformed input request: 2 schema violations found, please reformat your input and try again.",
	);
});

test("a body that is no object is malformed without a reason", () => {
	expect(() => checkBody([], schema)).toThrow(
		/^Malformed input request, please reformat your input and try again\.$/,
	);
});

test.each([
	[{ inputText: "a", top_k: 1 }, "#: extraneous key [top_k] is not permitted"],
	[{ inputText: 1 }, "#/inputText: expected type: String, found: Integer"],
	[{ inputText: [] }, "#/inputText: expected type: String, found: JSONArray"],
	[{ inputText: null }, "#/inputText: expected type: String, found: Null"],
	[{ inputText: "" }, "#/inputText: expected minLength: 1, actual: 0"],
	[{ inputText: "abcdef" }, "#/inputText: expected maxLength: 5, actual: 6"],
	[
		{ inputText: "a", count: 1.5 },
		"#/count: expected type: Integer, found: BigDecimal",
	],
	[{ inputText: "a", count: 0 }, "#/count: 0 is not greater or equal to 1"],
	[{ inputText: "a", count: 4 }, "#/count: 4 is not less or equal to 3"],
	[
		{ inputText: "a", stop: ["x", "x"] },
		"#/stop: expected maximum item count: 1, found: 2",
	],
	[
		{ inputText: "a", stop: ["y"] },
		"#/stop/0: string [y] does not match pattern ^x+$",
	],
	[{ inputText: "a", mode: "c" }, "#/mode: c is not a valid enum value"],
])("%j is refused as %s", (body, violation) => {
	expect(findViolations(body, schema)).toEqual([violation]);
});

test("a body with countless violations is told of a hundred", () => {
	const body = {
		inputText: "a",
		stop: Array.from({ length: 100_000 }, () => "y"),
	};
	expect(findViolations(body, schema)).toHaveLength(100);
});
