import { compileRules } from "../engines/script/compile.ts";
import { parseScript } from "../engines/script/file.ts";
import { lintScripts } from "../engines/script/lint.ts";
import type { ScriptProblem } from "../engines/script/source.ts";
import { loadTools, type Tools } from "../engines/script/tools.ts";
import type { Catalog } from "../models/catalog.ts";

/** What messages call a script that came as text. */
const shown = "script";

/**
 * What is wrong with a script, as `outcrop check` says it. Pictures in files are not looked for: who may ask this need not be
 * who may read the server's files.
 *
 * @param text - YAML or JSON
 */
export async function checkScript(
	text: string,
	catalog: Catalog,
): Promise<ScriptProblem[]> {
	const file = await parseScript(text, shown, shown);
	const { problems, source } = file;
	if (!source) return problems;
	const tools: Tools = {};
	await loadTools(source, tools);
	const rules = compileRules(source.replies, ["replies"], {
		file: undefined,
		nameOf: (path) => `${shown}:${file.where(path).line}`,
		tools,
		seed: source.seed ?? 1,
		report: ({ path, message }) =>
			problems.push({
				file: shown,
				...file.where(path),
				message,
				severity: "error",
			}),
	});
	const modelIds = [
		...catalog.all().map(({ modelId }) => modelId),
		...catalog
			.allProfiles()
			.map(({ inferenceProfileId }) => inferenceProfileId),
	];
	const loaded = {
		files: [file],
		rules: rules.map((rule) => ({ ...rule, file: shown })),
		problems,
	};
	return [...problems, ...(await lintScripts(loaded, modelIds))];
}
