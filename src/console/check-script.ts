import { lintScripts } from "../engines/script/lint.ts";
import { compileText } from "../engines/script/load.ts";
import type { ScriptProblem } from "../engines/script/source.ts";
import type { Catalog } from "../models/catalog.ts";

/** What messages call a script that came as text. */
const shown = "script";

/**
 * What is wrong with a script, as `outcrop check` says it.
 *
 * @param text - YAML or JSON
 */
export async function checkScript(
	text: string,
	catalog: Catalog,
): Promise<ScriptProblem[]> {
	const loaded = await compileText(text, shown, 1, {});
	if (!loaded.files[0]?.source) return loaded.problems;
	const modelIds = [
		...catalog.all().map(({ modelId }) => modelId),
		...catalog
			.allProfiles()
			.map(({ inferenceProfileId }) => inferenceProfileId),
	];
	// The rules of one file are one file's, though they know of none.
	const rules = loaded.rules.map((rule) => ({ ...rule, file: shown }));
	const found = await lintScripts({ ...loaded, rules }, modelIds);
	return [...loaded.problems, ...found];
}
