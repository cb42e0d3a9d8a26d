import fc from "fast-check";
import { expect, test } from "vitest";
import { ThinkTags } from "./think.ts";

function split(parts: string[]): { text: string; reasoning: string } {
	const tags = new ThinkTags();
	const said = { text: "", reasoning: "" };
	const pieces = [
		...parts.flatMap((part) => [...tags.take(part)]),
		...tags.end(),
	];
	for (const [kind, piece] of pieces) said[kind] += piece;
	return said;
}

test("however an answer is cut, its thought and its text are the same", () => {
	const answer = " <think>if a</b then </thin k></think>\n\nYes <think> no";
	fc.assert(
		fc.property(fc.array(fc.nat(answer.length), { maxLength: 12 }), (cuts) => {
			const places = [...cuts, answer.length].sort((a, b) => a - b);
			const parts = places.map((to, index) =>
				answer.slice(places[index - 1] ?? 0, to),
			);
			expect(split(parts)).toEqual({
				reasoning: "if a</b then </thin k>",
				text: "Yes <think> no",
			});
		}),
	);
});

test.each([
	["", "", ""],
	["  ", "  ", ""],
	["<thi", "<thi", ""],
	["<think>never ends </th", "", "never ends </th"],
	["no <think>tag</think>", "no <think>tag</think>", ""],
])("%j says %j and thinks %j", (answer, text, reasoning) => {
	expect(split([answer])).toEqual({ text, reasoning });
});
