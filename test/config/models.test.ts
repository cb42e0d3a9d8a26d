import { expect, test } from "vitest";
import { refusal, resolve } from "./resolve.ts";

const inFile = (yaml: string) => ({ files: { "outcrop.yaml": yaml } });

test("rows of models are read from the file", async () => {
	const yaml = `
models:
  - modelId: acme.model-1
    provider-name: Acme
    contextWindow: 8000
    toolUse: false
    inputModalities: [TEXT, IMAGE]
    lifecycle: { status: LEGACY, endOfLifeTime: "2027-01-01T00:00:00Z" }
    prices: { input: 0.1, output: 2 }
`;
	expect((await resolve(inFile(yaml))).models).toEqual([
		{
			modelId: "acme.model-1",
			providerName: "Acme",
			contextWindow: 8000,
			toolUse: false,
			inputModalities: ["TEXT", "IMAGE"],
			lifecycle: { status: "LEGACY", endOfLifeTime: "2027-01-01T00:00:00Z" },
			prices: { input: 0.1, output: 2 },
		},
	]);
});

test.each([
	["models: {}", "models takes a list such as"],
	["models: [{ toolUse: true }]", "models: row 1 has no modelId."],
	[
		"models: [{ modelId: a.b, toolsUse: true }]",
		"models: row 1: There is no member toolsUse. Did you mean toolUse?",
	],
	[
		"models: [{ modelId: a.b }, { modelId: a.c, contextWindow: 0 }]",
		"models: row 2: contextWindow takes a whole number",
	],
	[
		"models: [{ modelId: a.b, lifecycle: { status: OLD } }]",
		'status takes one of ACTIVE, LEGACY, EOL, not "OLD".',
	],
	[
		"models: [{ modelId: a.b, constructor: 1 }]",
		"There is no member constructor.",
	],
	["models: [a.b]", "models: row 1 takes a mapping"],
])("%s is refused", async (yaml, problem) => {
	expect(await refusal(inFile(yaml))).toContain(problem);
});

test("denied models are a list of patterns, and count with --strict only", async () => {
	const argv = ["--denied-models", "anthropic.*,a.b"];
	expect((await resolve({ argv: [...argv, "--strict"] })).deniedModels).toEqual(
		["anthropic.*", "a.b"],
	);
	expect(await refusal({ argv })).toContain(
		"--denied-models counts only with --strict.",
	);
});
