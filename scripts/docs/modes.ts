import { accessRules } from "../../src/models/access.ts";
import { contextRules } from "../../src/services/bedrock-runtime/ask-model.ts";
import { converseRules } from "../../src/services/bedrock-runtime/rules.ts";

interface Row {
	text: string;
	error: string;
	when: string;
	source: string;
	reference: string;
}

/** What each mode refuses, in which words, and how they are known. */
export function modesPage(): string {
	return `# Modes

Generated from the tables of rules in \`src/\` by \`npm run docs\`.

| | any well-formed id | the model's own limits | account, Region and date | native bodies |
| --- | --- | --- | --- | --- |
| default | answered; an unknown family by the generic body | refused, where the model is known | not looked at | read by the family, malformed ones refused |
| \`--strict\` | refused when AWS does not have it | refused | refused | as default |
| \`--compat floci\` | answered | not looked at | not looked at | opaque, a generic answer for all but Claude |

- **Default** refuses what AWS refuses for everybody: the constraints of AWS's own model of the API
  (\`N validation errors detected: …\`), the rules across members below, malformed native bodies, and the limits of models
  that the catalogue knows (\`outcrop models\`). What is not known of a model is permitted.
- **\`--strict\`** adds what depends on the account, the Region and the date. The Region is the signature's, else
  \`--region\`; \`--denied-models\` lists what the account has no access to.
- **\`--compat floci\`** is the contract of the stub that Outcrop replaces: \`messages\` must be a list that is not empty,
  and nothing else is looked at.

How a text is known: *observed* on AWS, *documented* by AWS, or *assumed* (the refusal is known, the sentence is formed
after its siblings).

## Only with \`--strict\`

Checked in this order, as soon as the request's own constraints hold: before messages and bodies are looked at.

${table(Object.values(accessRules).map((rule) => ({ ...rule })))}
## Converse, ConverseStream and CountTokens: default and \`--strict\`

\`by facts\` marks rules for models of which the catalogue says so.

${table(
	Object.entries(converseRules).map(([name, rule]) => ({
		text: rule.text,
		error: rule.error ?? "ValidationException",
		when: `${inWords(name)}${rule.models === "all" ? "" : ` (${rule.models})`}`,
		source: rule.source,
		reference: rule.reference,
	})),
)}
What Claude, Nova and Command R refuse of \`inferenceConfig\` and \`additionalModelRequestFields\` comes last, in the words of
their native bodies behind \`The model returned the following errors: \`: unknown keys, a thinking budget that is too small,
samplers that the model has given up.

## More tokens than the context window: default and \`--strict\`

InvokeModel answers these bare; Converse puts \`The model returned the following errors: \` before them, but for the last.
Tokens are counted by Outcrop's estimate, so the border is not AWS's to the token.

${table(
	Object.entries(contextRules).map(([name, rule]) => ({
		text: rule.text,
		error: "ValidationException",
		when: inWords(name),
		source: rule.source,
		reference: rule.reference,
	})),
)}`;
}

function table(rows: Row[]): string {
	const lines = rows.map(
		({ text, error, when, source, reference }) =>
			`| ${cell(when)} | ${error} | \`\`${text.replaceAll("|", "\\|")}\`\` | ${source}: ${cell(reference)} |`,
	);
	return [
		"| when | error | text | known |",
		"| --- | --- | --- | --- |",
		...lines,
		"",
	].join("\n");
}

function cell(text: string): string {
	return text.replaceAll("|", "\\|");
}

/** `toolResultsTwice` as `tool results twice`. */
function inWords(name: string): string {
	return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
