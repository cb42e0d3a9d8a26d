import { type EditorState, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView } from "@codemirror/view";
import type { Problem } from "../../../api/scripts.ts";

/** Shows what is wrong in place of what was before. */
export const showProblems = StateEffect.define<readonly Problem[]>();

/** Underlines what is wrong; the marks move with the text. */
export const problemMarks = StateField.define<DecorationSet>({
	create: () => Decoration.none,
	update(marks, transaction) {
		const moved = marks.map(transaction.changes);
		const shown = transaction.effects.find((effect) => effect.is(showProblems));
		return shown ? marksOf(shown.value, transaction.state) : moved;
	},
	provide: (field) => EditorView.decorations.from(field),
});

function marksOf(
	problems: readonly Problem[],
	{ doc }: EditorState,
): DecorationSet {
	const ranges = problems.map(({ line, column, message, severity }) => {
		const at = doc.line(Math.min(Math.max(line, 1), doc.lines));
		const from = Math.min(at.from + Math.max(column, 1) - 1, at.to);
		const word = /^[^\s,:\]}]+/u.exec(doc.sliceString(from, at.to))?.[0] ?? "";
		const to = Math.min(from + Math.max(word.length, 1), doc.length);
		return Decoration.mark({
			class: `problem problem-${severity}`,
			message,
		}).range(Math.min(from, Math.max(0, to - 1)), to);
	});
	return Decoration.set(
		ranges.filter(({ from, to }) => to > from),
		true,
	);
}

/** What is wrong at an offset. */
export function problemsAt(state: EditorState, offset: number): string[] {
	const messages: string[] = [];
	state.field(problemMarks).between(offset, offset, (_from, _to, { spec }) => {
		messages.push(String(spec.message));
	});
	return messages;
}
