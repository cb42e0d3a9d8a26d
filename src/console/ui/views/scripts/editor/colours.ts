import { type Extension, RangeSetBuilder } from "@codemirror/state";
import {
	Decoration,
	type DecorationSet,
	type EditorView,
	ViewPlugin,
} from "@codemirror/view";
import { readTokens, type Token } from "../../../script-help/tokens.ts";

/** Longer texts are not coloured. */
const longestText = 300_000;

const marks: Record<Token["kind"], Decoration> = {
	comment: Decoration.mark({ class: "yaml-comment" }),
	key: Decoration.mark({ class: "yaml-key" }),
	string: Decoration.mark({ class: "yaml-string" }),
	literal: Decoration.mark({ class: "yaml-literal" }),
	mark: Decoration.mark({ class: "yaml-mark" }),
};

/** Colours YAML. */
export const colours: Extension = ViewPlugin.define(
	(view) => ({
		decorations: colour(view),
		update(update) {
			if (update.docChanged) this.decorations = colour(update.view);
		},
	}),
	{ decorations: (plugin) => plugin.decorations },
);

function colour({ state }: EditorView): DecorationSet {
	const builder = new RangeSetBuilder<Decoration>();
	if (state.doc.length <= longestText)
		for (const { from, to, kind } of readTokens(state.doc.toString()))
			builder.add(from, to, marks[kind]);
	return builder.finish();
}
