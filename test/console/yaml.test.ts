import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import type { Json } from "../../src/console/ui/api/types.ts";
import { writeYaml } from "../../src/console/ui/code/yaml.ts";

test("a rule is written as people write it", () => {
	expect(
		writeYaml({
			replies: [
				{
					name: "weather: say it",
					when: { user: "weather in {city}", tools: ["get_weather"] },
					text: "First line.\n\nThird: line.",
					tools: [{ name: "log", input: {} }],
					times: 2,
				},
				{ text: "yes", loop: true },
			],
		}),
	).toBe(`replies:
  - name: "weather: say it"
    when:
      user: "weather in {city}"
      tools: [get_weather]
    text: |-
      First line.

      Third: line.
    tools:
      - name: log
        input: {}
    times: 2
  - { text: "yes", loop: true }
`);
});

test("whatever is written is read as what it was", () => {
	const text = fc.oneof(
		fc.string(),
		fc.string({ unit: "binary" }),
		fc.constantFrom("on", "null", "1", "a\nb", " a\nb", "a \nb", "- a\n# b"),
		fc.array(fc.string(), { maxLength: 4 }).map((lines) => lines.join("\n")),
	);
	const value = fc.letrec((tie) => ({
		any: fc.oneof(
			{ depthSize: "small" },
			text,
			fc.integer(),
			fc.boolean(),
			fc.constant(null),
			fc.array(tie("any"), { maxLength: 4 }),
			fc.dictionary(text, tie("any"), { maxKeys: 4 }),
		),
	})).any as fc.Arbitrary<Json>;
	fc.assert(
		fc.property(value, (one) => {
			expect(parse(writeYaml(one))).toEqual(one);
		}),
		{ numRuns: 500, seed: 42 },
	);
});
