import { expect, test } from "vitest";
import type { Rule } from "../../src/console/ui/api/scripts.ts";
import {
	describeWhen,
	fileOf,
	groupRules,
	lineOf,
} from "../../src/console/ui/views/scripts/groups.ts";

function rule(place: string, more: Partial<Rule> = {}): Rule {
	return { name: place, place, answered: 0, source: {}, ...more };
}

test("rules stand together by what they were added with, or by their file, in their order", () => {
	const groups = groupRules([
		rule("rules-2:2", { id: "rules-2", namespace: "a" }),
		rule("rules-1 rule 1", { id: "rules-1" }),
		rule("rules-1 rule 2", { id: "rules-1" }),
		rule("a.yaml:2"),
		rule("a.yaml:9"),
		rule("b.yaml:1"),
	]);
	expect(
		groups.map(({ title, id, namespace, rules }) => [
			title,
			id,
			namespace,
			rules.length,
		]),
	).toEqual([
		["rules-2", "rules-2", "a", 1],
		["rules-1", "rules-1", undefined, 2],
		["a.yaml", undefined, undefined, 2],
		["b.yaml", undefined, undefined, 1],
	]);
});

test("a place has a file and a line", () => {
	expect(fileOf("C:/a.yaml:12")).toBe("C:/a.yaml");
	expect(lineOf("C:/a.yaml:12")).toBe("line 12");
	expect(lineOf("rules-1 rule 2")).toBe("");
});

test("conditions are told in a line", () => {
	expect(
		describeWhen({
			when: { user: ["hi", { is: "hello" }], turn: 2, tools: "get_*" },
		}),
	).toBe('user: hi or {"is":"hello"}, turn: 2, tools: get_*');
	expect(describeWhen({ when: {} })).toBe("always");
	expect(describeWhen({ text: "Hi." })).toBe("always");
});
