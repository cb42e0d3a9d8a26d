import fc from "fast-check";
import { RE2JS } from "re2js";
import { expect, test } from "vitest";
import { RuleIndex } from "../../src/engines/script/index-rules.ts";
import { compilePattern } from "../../src/engines/script/pattern.ts";
import { foldText } from "../../src/engines/script/text.ts";

const word = fc.stringMatching(/^[abAB ]{1,6}$/);
const source = fc.oneof(
	word.filter((text) => text.trim() !== ""),
	word.map((text) => `${text}{x} b`),
	fc
		.tuple(
			word,
			fc.constantFrom("?", "+", "*", "|", "[ab]", "(a|b)", "."),
			word,
		)
		.map(([before, operator, after]) => `/${before}${operator}${after}/i`),
);

test("The index finds the rule that trying each in turn finds", () => {
	fc.assert(
		fc.property(
			fc.array(source, { minLength: 1, maxLength: 30 }),
			fc.stringMatching(/^[abAB \n]{0,40}$/),
			(sources, text) => {
				const patterns = sources.map((one) => compilePattern(one, RE2JS));
				const folded = foldText(text);
				const index = new RuleIndex(
					patterns.map(({ literals }) =>
						literals ? [{ field: "user", literals }] : [],
					),
				);
				const found = index.find(
					() => folded.folded,
					(rule) => patterns[rule]?.match(folded) !== undefined,
				);
				const expected = patterns.findIndex(
					(pattern) => pattern.match(folded) !== undefined,
				);
				expect(found).toBe(expected);
			},
		),
		{ numRuns: 1000, seed: 42 },
	);
});

test("Of ten thousand rules a request tries a few", () => {
	const rules = Array.from({ length: 10_000 }, (_, number) => [
		{ field: "user" as const, literals: [`question number ${number} please`] },
	]);
	const index = new RuleIndex(rules);
	const tried: number[] = [];
	index.find(
		() => "this is question number 4711 please, thank you",
		(rule) => {
			tried.push(rule);
			return false;
		},
	);
	expect(tried).toContain(4711);
	expect(tried.length).toBeLessThan(20);
});

test("Rules that share their words are told apart by the model", () => {
	const rules = Array.from({ length: 1_000 }, (_, number) => [
		{ field: "user" as const, literals: ["weather in "] },
		{ field: "model" as const, literals: [`vendor${number}.`] },
	]);
	const tried: number[] = [];
	new RuleIndex(rules).find(
		(field) => (field === "user" ? "weather in paris" : "vendor77.large"),
		(rule) => {
			tried.push(rule);
			return false;
		},
	);
	expect(tried).toContain(77);
	expect(tried.length).toBeLessThan(20);
});
