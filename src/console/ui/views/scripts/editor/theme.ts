import { EditorView } from "@codemirror/view";

const face = { fontFamily: "var(--mono)", fontSize: "var(--small)" };

/** The page's colours; they are light and dark by themselves. */
export const theme = EditorView.theme({
	"&": {
		...face,
		height: "100%",
		color: "var(--text)",
		backgroundColor: "var(--surface)",
		border: "1px solid var(--line-strong)",
		borderRadius: "var(--radius)",
	},
	"&.cm-focused": {
		outline: "2px solid var(--accent-strong)",
		outlineOffset: "1px",
	},
	".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.65" },
	".cm-content": { caretColor: "var(--text)", padding: "8px 0" },
	".cm-cursor": { borderLeftColor: "var(--text)", borderLeftWidth: "2px" },
	"&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground":
		{ backgroundColor: "var(--selected)" },
	".cm-gutters": {
		backgroundColor: "var(--sunken)",
		color: "var(--text-faint)",
		borderRight: "1px solid var(--line)",
	},
	".yaml-comment": { color: "var(--text-faint)", fontStyle: "italic" },
	".yaml-key": { color: "var(--info)" },
	".yaml-string": { color: "var(--ok)" },
	".yaml-literal": { color: "var(--accent)" },
	".yaml-mark": { color: "var(--text-faint)" },
	".problem": {
		textDecoration: "underline wavy var(--error) 1px",
		textUnderlineOffset: "3px",
	},
	".problem-warning": { textDecorationColor: "var(--warn)" },
	".cm-tooltip": {
		maxWidth: "min(440px, 90vw)",
		color: "var(--text)",
		backgroundColor: "var(--raised)",
		border: "1px solid var(--line)",
		borderRadius: "var(--radius)",
		boxShadow: "var(--shadow)",
	},
	".help-tip": { padding: "6px 10px" },
	".help-tip p": {
		margin: "0",
		fontFamily: "var(--sans)",
		lineHeight: "1.5",
	},
	".help-tip .is-problem": { color: "var(--error)" },
	".cm-tooltip.cm-tooltip-autocomplete > ul": {
		...face,
		maxHeight: "220px",
	},
	".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "3px 8px" },
	".cm-tooltip-autocomplete > ul > li[aria-selected], .cm-tooltip-autocomplete ul li[aria-selected]":
		{ color: "var(--text)", backgroundColor: "var(--selected)" },
	".cm-completionMatchedText": {
		textDecoration: "none",
		fontWeight: "700",
		color: "var(--accent)",
	},
	".cm-tooltip.cm-completionInfo": {
		padding: "6px 10px",
		fontFamily: "var(--sans)",
		lineHeight: "1.5",
	},
});
