import { describe, expect, test } from "vitest";
import { keyAt, placeAt } from "../../src/console/ui/script-help/place.ts";
import {
	describeAt,
	membersAt,
	type Schema,
	valuesAt,
} from "../../src/console/ui/script-help/schema.ts";
import { readTokens } from "../../src/console/ui/script-help/tokens.ts";
import schemaJson from "../../src/engines/script/schema.json" with {
	type: "json",
};

const schema: Schema = schemaJson;

/** The place of the bar in a text. */
function at(marked: string) {
	const offset = marked.indexOf("‸");
	return placeAt(marked.replace("‸", ""), offset);
}

describe("the place of a cursor", () => {
	test.each([
		["", "‸", [], "key", ""],
		["a key of the root", "rep‸", [], "key", "rep"],
		["a value", "seed: 1‸", ["seed"], "value", "1"],
		["an item's first key", "replies:\n  - wh‸", ["replies", 0], "key", "wh"],
		[
			"a list in its key's column",
			"replies:\n- name: a\n  te‸",
			["replies", 0],
			"key",
			"te",
		],
		[
			"a deeper mapping",
			"replies:\n  - when:\n      us‸\n    text: a\n",
			["replies", 0, "when"],
			"key",
			"us",
		],
		[
			"after a deeper mapping",
			"replies:\n  - when:\n      user: a\n    st‸",
			["replies", 0],
			"key",
			"st",
		],
		[
			"a flow mapping",
			"replies:\n  - when: { user: a, mo‸ }",
			["replies", 0, "when"],
			"key",
			"mo",
		],
		[
			"a value in a flow mapping",
			"replies:\n  - when: { image: tr‸",
			["replies", 0, "when", "image"],
			"value",
			"tr",
		],
		[
			"a flow list in a flow mapping",
			"replies:\n  - when: { any: [{ us‸",
			["replies", 0, "when", "any", 0],
			"key",
			"us",
		],
		[
			"after a flow mapping that is closed",
			"replies:\n  - when: { user: a }\n    ‸",
			["replies", 0],
			"key",
			"",
		],
		[
			"braces in text",
			'replies:\n  - when: { user: "a { b" }\n    text: "{city}‸',
			["replies", 0, "text"],
			"value",
			"",
		],
		[
			"past lines that are empty or comments",
			"replies:\n\n# about\n  - name: a\n\n    tex‸",
			["replies", 0],
			"key",
			"tex",
		],
	] as const)("%s", (_name, marked, path, kind, word) => {
		expect(at(marked)).toMatchObject({ path, kind, word });
	});

	test.each([
		["a comment", "replies: # a‸"],
		["a block scalar", "replies:\n  - text: |\n      when‸"],
	])("nothing is offered in %s", (_name, marked) => {
		expect(at(marked)).toBeUndefined();
	});

	test("the keys around are known", () => {
		expect(
			at("replies:\n  - name: a\n    ‸\n    text: b\n  - seed: 1\n")?.siblings,
		).toEqual(["name", "text"]);
		expect(at("replies:\n  - when: { user: a, ‸")?.siblings).toEqual(["user"]);
	});

	test("a key is found under the pointer, and nothing else", () => {
		const text = "replies:\n  - when: { user: text }\n";
		expect(keyAt(text, text.indexOf("user") + 2)?.path).toEqual([
			"replies",
			0,
			"when",
			"user",
		]);
		expect(keyAt(text, text.indexOf("text"))).toBeUndefined();
	});
});

describe("what the schema says", () => {
	test("keys of a rule and of its conditions, with what they are for", () => {
		const names = membersAt(schema, ["replies", 0]).map(({ name }) => name);
		expect(names).toContain("when");
		expect(names).toContain("text");
		expect(membersAt(schema, ["replies", 0, "when"])).toContainEqual({
			name: "user",
			description: "The text of the last user message.",
		});
	});

	test("conditions inside any and not", () => {
		expect(
			membersAt(schema, ["replies", 0, "when", "any", 0, "not"]).length,
		).toBeGreaterThan(10);
	});

	test("values, where they are few", () => {
		expect(valuesAt(schema, ["replies", 0, "when", "image"])).toEqual([
			"true",
			"false",
		]);
		expect(valuesAt(schema, ["replies", 0, "stopReason"])).toContain(
			"end_turn",
		);
		expect(valuesAt(schema, ["replies", 0, "text"])).toEqual([]);
	});

	test("nothing of a place that it does not know", () => {
		expect(membersAt(schema, ["nothing", 0])).toEqual([]);
		expect(describeAt(schema, ["replies", 0, "toString"])).toBeUndefined();
	});

	test("what a key is for", () => {
		expect(describeAt(schema, ["replies", 0, "next"])).toMatch(
			/^Does not answer: .* One of true, rule, engine\.$/u,
		);
	});
});

test("YAML is coloured by its parts", () => {
	const text = `# hi
replies:
  - when: { user: "a: b", nth: 2 } # now
    text: |
      Not: a key
    stopReason: end_turn
`;
	expect(
		readTokens(text).map(({ from, to, kind }) => [kind, text.slice(from, to)]),
	).toEqual([
		["comment", "# hi"],
		["key", "replies"],
		["mark", "-"],
		["key", "when"],
		["mark", "{"],
		["key", "user"],
		["string", '"a: b"'],
		["mark", ","],
		["key", "nth"],
		["literal", "2"],
		["mark", "}"],
		["comment", "# now"],
		["key", "text"],
		["string", "Not: a key"],
		["key", "stopReason"],
	]);
});
