import type { Extension } from "@codemirror/state";
import { hoverTooltip } from "@codemirror/view";
import { keyAt } from "../../../script-help/place.ts";
import { describeAt, type Schema } from "../../../script-help/schema.ts";
import { problemsAt } from "./problem-marks.ts";

/** Says under the pointer what is wrong there, and what a key is for. */
export function help(schema: Schema): Extension {
	return hoverTooltip(({ state }, offset) => {
		const problems = problemsAt(state, offset);
		const key = keyAt(state.doc.toString(), offset);
		const description = key && describeAt(schema, key.path);
		if (problems.length === 0 && description === undefined) return null;
		return {
			pos: key?.from ?? offset,
			end: key?.to ?? offset,
			above: true,
			create: () => ({ dom: write(problems, description) }),
		};
	});
}

function write(problems: string[], description: string | undefined) {
	const dom = document.createElement("div");
	dom.className = "help-tip";
	for (const problem of problems) dom.append(paragraph(problem, "is-problem"));
	if (description !== undefined) dom.append(paragraph(description, ""));
	return dom;
}

function paragraph(text: string, className: string): HTMLElement {
	const element = document.createElement("p");
	element.className = className;
	element.textContent = text;
	return element;
}
