import { expect, test } from "vitest";
import { upstreamDefaults } from "../../src/engines/openai/upstream.ts";
import { refusal, resolve } from "./resolve.ts";

test("a URL is a server, with the model that answers or without", async () => {
	const argv = [
		"--upstream=http://localhost:11434/v1=llama3.2:1b, https://lab.example/v1?version=2",
	];
	const { upstream } = await resolve({ argv });
	expect(upstream).toEqual([
		{
			...upstreamDefaults,
			name: "localhost:11434",
			url: "http://localhost:11434/v1",
			default: "llama3.2:1b",
		},
		{
			...upstreamDefaults,
			name: "lab.example",
			url: "https://lab.example/v1?version=2",
			default: undefined,
		},
	]);
});

test("a variable names servers too", async () => {
	const env = { OUTCROP_UPSTREAM: "http://localhost:8080/v1" };
	expect((await resolve({ env })).upstream).toMatchObject([
		{ url: "http://localhost:8080/v1" },
	]);
});

test("a file says all there is to say of a server", async () => {
	const yaml = `
upstreams:
  - name: lab
    url: http://lab:8000/v1
    apiKeyVariable: LAB_KEY
    models: { anthropic.*: qwen3, amazon.nova-lite-v1:0: small }
    passThrough: true
    default: qwen3
    weight: 2
    retries: 0
    timeouts: { first-byte: 20s, total: 2m }
    breaker: { failures: 3 }
    health: 10s
`;
	const { upstream } = await resolve({ files: { "outcrop.yaml": yaml } });
	expect(upstream).toEqual([
		{
			name: "lab",
			url: "http://lab:8000/v1",
			apiKeyVariable: "LAB_KEY",
			models: [
				["anthropic.*", "qwen3"],
				["amazon.nova-lite-v1:0", "small"],
			],
			passThrough: true,
			default: "qwen3",
			weight: 2,
			retries: 0,
			timeouts: {
				connect: 5000,
				firstByte: 20_000,
				idle: 300_000,
				total: 120_000,
			},
			breaker: { failures: 3, pause: 5000 },
			health: 10_000,
		},
	]);
});

test.each([
	["[localhost]", "upstreams takes URLs such as http://localhost:11434/v1"],
	["[{ name: a }]", "an upstream has no url"],
	[
		"[{ url: http://a/v1, passThrouh: true }]",
		"no member passThrouh. Did you mean passThrough?",
	],
	[
		"[{ url: http://a/v1, timeouts: { first: 1 } }]",
		"timeouts: There is no member first.",
	],
	[
		"[{ url: http://a/v1, models: { anthropic.*: 3 } }]",
		"models: anthropic.* takes the name of a model, not 3.",
	],
	[
		"[http://a/v1, http://a/v2]",
		"two upstreams are called a. Give each a name of its own.",
	],
	[
		"[{ url: http://a/v1, apiKey: secret, apiKeyVariable: KEY }]",
		"apiKey and apiKeyVariable exclude each other",
	],
])("upstreams: %s is refused", async (written, message) => {
	const files = { "outcrop.yaml": `upstreams: ${written}` };
	expect(await refusal({ files })).toContain(message);
});

test.each([
	"upstreams: [{ url: http://me:secret@a/v1 }]",
	"upstreams: { url: http://me:secret@a/v1 }",
	"upstreams: [http://me:secret@a/v1]",
	"upstreams: [{ url: http://a/v1, apiKey: secret, weight: none }]",
	"upstreams: [{ url: http://a/v1, api-key: [secret] }]",
])("no message shows a secret: %s", async (yaml) => {
	const message = await refusal({ files: { "outcrop.yaml": yaml } });
	expect(message).toMatch(/^outcrop\.yaml:1:\d+: upstreams/u);
	expect(message).not.toContain("secret");
});

test("Floci's proxy and an upstream exclude each other", async () => {
	const env = {
		FLOCI_SERVICES_BEDROCK_RUNTIME_BACKEND: "proxy",
		FLOCI_SERVICES_BEDROCK_RUNTIME_PROXY_URL: "http://a/v1",
	};
	const argv = ["--upstream=http://b/v1"];
	expect(await refusal({ argv, env })).toContain("Keep one of them.");
});

test("a wrong URL is shown, unless it may hold a password", async () => {
	expect(await refusal({ argv: ["--upstream", "localhost"] })).toBe(
		'--upstream takes URLs such as http://localhost:11434/v1, each with the model that answers (=llama3.2) or without; several with commas between them, not "localhost".',
	);
	expect(await refusal({ argv: ["--upstream", "me:secret@host"] })).toBe(
		"--upstream takes URLs such as http://localhost:11434/v1, each with the model that answers (=llama3.2) or without; several with commas between them.",
	);
});

test("what is wrong inside a list is placed there", async () => {
	const yaml = `upstreams:
  - http://a/v1
  - url: http://b/v1
    weight: none
models:
  - modelId: acme.model-1
    lifecycle:
      status: DEAD
`;
	const message = await refusal({ files: { "outcrop.yaml": yaml } });
	expect(message.split("\n")).toEqual([
		'outcrop.yaml:4:5: upstreams: weight takes a number from 0.001 to 1000000, not "none".',
		'outcrop.yaml:8:7: models: row 1: lifecycle: status takes one of ACTIVE, LEGACY, EOL, not "DEAD".',
	]);
});
