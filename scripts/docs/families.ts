import { directFamilies, providers } from "../../src/providers/index.ts";
import type { Ability } from "../../src/providers/provider.ts";

const columns: [Ability, string][] = [
	["text", "text"],
	["stream", "stream"],
	["tools", "tools"],
	["images", "images in"],
	["reasoning", "reasoning"],
	["embeddings", "embeddings"],
	["rerank", "rerank"],
	["pictures", "images out"],
];

/** Every family of models: what its native bodies can say. */
export function familiesPage(): string {
	const lines = [
		"# Families of models",
		"",
		"Generated from `src/providers` by `npm run docs`: what the native bodies of InvokeModel and",
		"InvokeModelWithResponseStream can say, family by family. Converse and ConverseStream take every text family, whatever",
		"its native bodies look like.",
		"",
		"- **done**: read and written as the family does.",
		"- **refused**: the family has no such thing, or AWS does not serve it; a request for it is refused as AWS refuses it.",
		"- **strict errors**: with `--strict`, model ids, access, Regions and lifecycles are checked against the",
		"  [catalogue](modes.md).",
		"",
		`| provider | family | ${columns.map(([, title]) => title).join(" | ")} | strict errors |`,
		`| --- | --- | ${columns.map(() => "---").join(" | ")} | --- |`,
	];
	for (const { name, family, speaks } of [...providers, ...directFamilies]) {
		const cells = columns.map(([ability]) =>
			speaks.includes(ability) ? "done" : "refused",
		);
		lines.push(`| ${name} | ${family} | ${cells.join(" | ")} | done |`);
	}
	lines.push(
		"",
		"Video models (Nova Reel, Luma Ray) answer by StartAsyncInvoke only; InvokeModel refuses them. The generic family takes",
		"every well-formed id that no other family knows.",
	);
	return `${lines.join("\n")}\n`;
}
