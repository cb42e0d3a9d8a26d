import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseScript } from "../../src/engines/script/file.ts";
import { lintScripts } from "../../src/engines/script/lint.ts";
import { compileFile } from "../../src/engines/script/load.ts";
import { loadTools } from "../../src/engines/script/tools.ts";
import { Catalog } from "../../src/models/catalog.ts";

const docs = readFileSync(
	new URL("../../docs/scripts.md", import.meta.url),
	"utf8",
);
const examples = [...docs.matchAll(/```yaml\n([\s\S]*?)```/g)].map(
	(match) => match[1] ?? "",
);
const modelIds = new Catalog().all().map(({ modelId }) => modelId);
const profileIds = new Catalog()
	.allProfiles()
	.map(({ inferenceProfileId }) => inferenceProfileId);

test.each(examples.map((example) => [example.split("\n").at(1), example]))(
	"The example of the docs that has %j loads and is clean",
	async (_, example = "") => {
		const file = await parseScript(example, "/docs.yaml", "docs.yaml");
		const problems = [...file.problems];
		const tools = {};
		await loadTools(file.source, tools);
		const rules = compileFile(file, 1, tools, problems, file.path);
		const lints = await lintScripts({ files: [file], rules, problems }, [
			...modelIds,
			...profileIds,
		]);
		expect([...problems, ...lints]).toEqual([]);
		expect(rules.length).toBeGreaterThan(0);
	},
);
