import { go } from "../../router.ts";

/** The key of the script that has not been added yet. */
export const newScript = "new";

/** Scripts that were changed and not saved, by the id of what they change: they outlive a look at an exchange. */
const drafts = new Map<string, string>();

/** What was typed and not saved; undefined when nothing was. */
export function draftOf(id: string): string | undefined {
	return drafts.get(id);
}

/** Keeps what was typed, or lets go of it. */
export function keepDraft(id: string, text: string | undefined): void {
	if (text === undefined) drafts.delete(id);
	else drafts.set(id, text);
}

/** Goes to the editor with a script that is not added yet. */
export function openDraft(text: string): void {
	keepDraft(newScript, text);
	go("scripts/new");
}
