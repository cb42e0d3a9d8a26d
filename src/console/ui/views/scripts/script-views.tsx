import { useState } from "preact/hooks";
import { askApi } from "../../api/client.ts";
import type { AddedScript } from "../../api/scripts.ts";
import type { Json } from "../../api/types.ts";
import { writeYaml } from "../../code/yaml.ts";
import { Empty } from "../../components/empty.tsx";
import {
	chosenNamespace,
	NamespaceChoice,
} from "../../components/namespace.tsx";
import { go, urlOf } from "../../router.ts";
import { useLoaded } from "../exchange/load.ts";
import { draftOf, keepDraft, newScript } from "./drafts.ts";
import { sample } from "./sample.ts";
import { ScriptEditor } from "./script-editor.tsx";

/** A script that is not added yet. */
export function NewScriptView() {
	const namespace = chosenNamespace();
	const query = namespace ? `?${new URLSearchParams({ namespace })}` : "";
	const save = async (text: string) => {
		const { id } = await askApi<{ id: string }>(`scripts${query}`, {
			method: "POST",
			body: text,
		});
		keepDraft(newScript, undefined);
		go(`scripts/${id}`, { replace: true });
	};
	return (
		<ScriptEditor
			id={newScript}
			title="New script"
			text={draftOf(newScript) ?? sample}
			where={<NamespaceChoice />}
			namespace={namespace}
			onSave={save}
		/>
	);
}

/** A script that was added, to be changed. */
export function AddedScriptView({ id }: { id: string }) {
	const [saved, setSaved] = useState<string>();
	const loading = useLoaded(id, () => askApi<AddedScript>(`scripts/${id}`));
	if (loading?.error !== undefined)
		return (
			<Empty title={`There is no script ${id}`}>
				<p>
					{loading.error} <a href={urlOf("scripts")}>All scripts</a>
				</p>
			</Empty>
		);
	const added = loading?.value;
	if (!added) return null;
	const save = async (text: string) => {
		await askApi(`scripts/${id}`, { method: "PUT", body: text });
		setSaved(text);
		keepDraft(id, undefined);
	};
	const remove = async () => {
		await askApi(`scripts/${id}`, { method: "DELETE" });
		keepDraft(id, undefined);
		go("scripts");
	};
	return (
		<ScriptEditor
			id={id}
			title={id}
			text={draftOf(id) ?? saved ?? textOf(added.source)}
			where={
				<p class="faint">
					{added.namespace === undefined
						? "for every namespace"
						: `for the namespace ${added.namespace}`}
				</p>
			}
			namespace={added.namespace ?? ""}
			onSave={save}
			onRemove={remove}
		/>
	);
}

/** The author's text; what came as data is written as YAML. */
function textOf(source: Json): string {
	if (typeof source === "string") return source;
	return writeYaml(Array.isArray(source) ? { replies: source } : source);
}
