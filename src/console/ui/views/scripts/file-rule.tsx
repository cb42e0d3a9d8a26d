import type { Rule } from "../../api/scripts.ts";
import { writeYaml } from "../../code/yaml.ts";
import { BackLink } from "../../components/back.tsx";
import { Code } from "../../components/copy.tsx";
import { Empty } from "../../components/empty.tsx";
import { formatPlural } from "../../format.ts";
import { useLive } from "../../live.ts";
import { place as here, urlOf } from "../../router.ts";
import { openDraft } from "./drafts.ts";

/** A rule of a file, to read and to copy: its file is where it is changed. */
export function FileRule() {
	const place = here.value.query.get("place") ?? "";
	const { value, error } = useLive<{ rules: Rule[] }>("scripts");
	const rules = value?.rules.filter((rule) => rule.place === place);
	if (error !== undefined || rules?.length === 0)
		return (
			<Empty title={`There is no rule at ${place}`}>
				<p>
					{error ?? "Its file was changed, or removed."}{" "}
					<a href={urlOf("scripts")}>All scripts</a>
				</p>
			</Empty>
		);
	if (!rules) return null;
	const answered = rules.reduce((sum, rule) => sum + rule.answered, 0);
	const script = writeYaml({ replies: rules.map(({ source }) => source) });
	return (
		<div class="page">
			<div class="section-head">
				<BackLink path="scripts" name="the scripts" />
				<h1>{rules[0]?.name}</h1>
				<button type="button" onClick={() => openDraft(script)}>
					Edit a copy
				</button>
			</div>
			<p class="page-about">
				At <code>{place}</code>, {formatPlural(answered, "answer")}. A rule of a
				file is changed in its file, which is read again at once. A copy is
				asked before it.
			</p>
			<Code text={script} label="the rule" />
		</div>
	);
}
