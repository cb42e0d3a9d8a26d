import type { ViewProps } from "../../view-props.ts";
import { newScript } from "./drafts.ts";
import { FileRule } from "./file-rule.tsx";
import { RuleGroups } from "./rule-groups.tsx";
import { AddedScriptView, NewScriptView } from "./script-views.tsx";

/** What models say: the rules there are, and an editor for those that are added here. */
export function ScriptsView({ parameters: { id } }: ViewProps) {
	if (id === undefined) return <RuleGroups />;
	if (id === newScript) return <NewScriptView />;
	if (id === "file") return <FileRule />;
	return <AddedScriptView key={id} id={id} />;
}
