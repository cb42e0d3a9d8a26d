/** The editor of scripts: the one place that loads CodeMirror, and no more of it than is needed. */
import {
	autocompletion,
	type CompletionContext,
	type CompletionResult,
	completionKeymap,
} from "@codemirror/autocomplete";
import {
	history,
	historyKeymap,
	indentLess,
	indentMore,
	standardKeymap,
} from "@codemirror/commands";
import { EditorState, type Extension } from "@codemirror/state";
import {
	drawSelection,
	EditorView,
	keymap,
	lineNumbers,
} from "@codemirror/view";
import type { Problem } from "../../../api/scripts.ts";
import { placeAt } from "../../../script-help/place.ts";
import {
	membersAt,
	type Schema,
	valuesAt,
} from "../../../script-help/schema.ts";
import { colours } from "./colours.ts";
import { help } from "./help.ts";
import { problemMarks, showProblems } from "./problem-marks.ts";
import { theme } from "./theme.ts";

/** What the editor is given, and whom it tells. */
export interface EditorOptions {
	text: string;
	schema: Schema;
	onChange(text: string): void;
	onSave(): void;
	onTry(): void;
}

/** An editor that is there. */
export interface Editor {
	setText(text: string): void;
	setProblems(problems: readonly Problem[]): void;
	/** Goes to a place, both numbers from 1. */
	goTo(line: number, column: number): void;
	destroy(): void;
}

/**
 * Makes an editor in an element. It stands in a shadow root: there its style sheets are adopted ones, which the page's
 * Content-Security-Policy lets be; in the document they would be `<style>` elements.
 */
export function createEditor(
	host: HTMLElement,
	options: EditorOptions,
): Editor {
	const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
	const view = new EditorView({
		root,
		parent: root,
		state: EditorState.create({
			doc: options.text,
			extensions: extensionsOf(options),
		}),
	});
	return {
		setText(text) {
			if (view.state.doc.toString() === text) return;
			const { length } = view.state.doc;
			view.dispatch({ changes: { from: 0, to: length, insert: text } });
		},
		setProblems: (problems) =>
			view.dispatch({ effects: showProblems.of(problems) }),
		goTo(line, column) {
			const { doc } = view.state;
			const at = doc.line(Math.min(line, doc.lines));
			const anchor = Math.min(at.from + column - 1, at.to);
			view.dispatch({ selection: { anchor }, scrollIntoView: true });
			view.focus();
		},
		destroy: () => view.destroy(),
	};
}

function extensionsOf({
	schema,
	onChange,
	onSave,
	onTry,
}: EditorOptions): Extension[] {
	const run = (action: () => void) => () => {
		action();
		return true;
	};
	return [
		lineNumbers(),
		history(),
		drawSelection(),
		EditorState.tabSize.of(2),
		EditorView.contentAttributes.of({
			"aria-label": "Script",
			spellcheck: "false",
			// What is edited can be reached by itself; not all who look for that know.
			tabindex: "0",
		}),
		EditorView.lineWrapping,
		EditorView.updateListener.of((update) => {
			if (update.docChanged) onChange(update.state.doc.toString());
		}),
		typeOver,
		// Tab stays the page's: who came by the keyboard has to get out again.
		keymap.of([
			{ key: "Mod-s", run: run(onSave) },
			{ key: "Mod-Enter", run: run(onTry) },
			{ key: "Mod-]", run: indentMore },
			{ key: "Mod-[", run: indentLess },
			...completionKeymap,
			...historyKeymap,
			...standardKeymap,
		]),
		autocompletion({
			override: [(context) => complete(context, schema)],
			icons: false,
		}),
		colours,
		problemMarks,
		help(schema),
		theme,
	];
}

/**
 * What is typed over a selection. Left to the browser, it keeps the selection's colours by a `style` attribute, which the
 * Content-Security-Policy refuses and reports (observed 2026, Chromium 156).
 */
const typeOver = EditorView.domEventHandlers({
	beforeinput(event, view) {
		const { inputType, data } = event;
		if (inputType !== "insertText" || data === null) return false;
		if (view.composing || view.state.selection.main.empty) return false;
		event.preventDefault();
		view.dispatch(view.state.replaceSelection(data), {
			userEvent: "input.type",
			scrollIntoView: true,
		});
		return true;
	},
});

/** Keys and values that the schema knows for the place of the cursor. */
function complete(
	context: CompletionContext,
	schema: Schema,
): CompletionResult | null {
	const before = context.state.sliceDoc(0, context.pos);
	const place = placeAt(context.state.doc.toString(), context.pos);
	if (!place) return null;
	const { path, kind, word, siblings } = place;
	// Not after every space of a text: where something begins, or when it is asked for.
	if (word === "" && !context.explicit && !/[:{,\n-]\s+$/u.test(before))
		return null;
	const options =
		kind === "value"
			? valuesAt(schema, path).map((label) => ({ label }))
			: membersAt(schema, path)
					.filter(({ name }) => name === word || !siblings.includes(name))
					.map(({ name, description }) => ({
						label: name,
						info: description,
						apply: `${name}: `,
					}));
	if (options.length === 0) return null;
	return { from: context.pos - word.length, options, validFor: /^[\w$]*$/u };
}
