import { RE2JS } from "re2js";
import { expect, test } from "vitest";
import { compileGlob } from "../../src/engines/script/glob.ts";
import { compilePattern } from "../../src/engines/script/pattern.ts";
import { requiredLiterals } from "../../src/engines/script/regex.ts";
import { foldText } from "../../src/engines/script/text.ts";

const match = (pattern: string, text: string) =>
	compilePattern(pattern, RE2JS).match(foldText(text));

test.each([
	["weather in {city}", "What's the weather in Paris?", { city: "Paris" }],
	["weather in {city}", "WEATHER  in\n Paris", { city: "Paris" }],
	["weather in {city}", "weather in Paris. And you?", { city: "Paris" }],
	["weather in {city}", "weather in Paris\nThanks", { city: "Paris" }],
	["weather in {city}", 'weather in "New York"!!', { city: "New York" }],
	[
		"weather in {city}",
		"weather in São Paulo, Brazil",
		{ city: "São Paulo, Brazil" },
	],
	["weather in {city}", "weather in U.S.A.", { city: "U.S.A" }],
	["weather in {city}", "weather in ?", undefined],
	["weather in {city}", "weather on Mars", undefined],
	[
		"from {a} to {b} by {c}",
		"from A to B by car, now",
		{ a: "A", b: "B", c: "car, now" },
	],
	["from {a} to {b}", "from A", undefined],
	[
		"{name} is my name",
		"Hi. Ada Lovelace is my name",
		{ name: "Ada Lovelace" },
	],
	["{all}", "One. Two?", { all: "One. Two" }],
	['a \\{b\\} {"c": 1}', 'x a {b} {"c": 1}', {}],
	["İstanbul {x}", "in İSTANBUL today", { x: "today" }],
	["{x} İstanbul", "go to İstanbul", { x: "go to" }],
	["/usr/bin", "ls /usr/bin", {}],
	["/a (?<n>\\d+)(x)?/", "a 12", { n: "12" }],
	["/^b$/m", "a\nb", {}],
	["/a.b/s", "a\nb", {}],
	["/a.b/", "a\nb", undefined],
])("%s in %j gives %j", (pattern, text, captures) => {
	expect(match(pattern, text)).toEqual(captures);
});

test("Captures side by side are refused", () => {
	expect(() => compilePattern("a {b}{c}", RE2JS)).toThrow(
		"put text between them",
	);
});

test("A capture that stands twice is refused", () => {
	expect(() => compilePattern("{a} or {a}", RE2JS)).toThrow("twice");
});

test.each([
	["summari[sz]e", ["summari"]],
	["^Order \\d+ of", ["order "]],
	["cat|big dog", ["cat", "big dog"]],
	["(cat|dog) food", [" food"]],
	["colou?r", ["colo"]],
	["ab+c", ["a"]],
	["x{2}yz", ["yz"]],
	["a\\.b", ["a.b"]],
	["[abc]]d", ["]d"]],
	["\\x41\\u0042cd", ["cd"]],
	["\\p{Greek}omega", ["omega"]],
	["a|", undefined],
	["\\d+", undefined],
	["(?i)abc", undefined],
	["\\Qa|b\\E", undefined],
])("A match of /%s/ holds one of %j", (pattern, literals) => {
	expect(requiredLiterals(pattern)).toEqual(literals);
});

test.each([
	["amazon.nova-*", "amazon.nova-lite-v1:0", true],
	["*", "", true],
	["a*b*c", "axxbyyc", true],
	["a*b*c", "axxbyy", false],
	["?b", "ab", true],
	["?b", "b", false],
	["A", "a", true],
	["*a*a*a*a*a*a*a*b", "a".repeat(2000), false],
])("The glob %s on %s is %s", (glob, name, matches) => {
	expect(compileGlob(glob).matches(name)).toBe(matches);
});
