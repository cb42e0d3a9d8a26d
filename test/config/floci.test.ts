import { expect, test } from "vitest";
import { checkSupported } from "../../src/resolve-config.ts";
import { refusal, resolve } from "./resolve.ts";

const off = { "bedrock-runtime": { enabled: false } };

const proxyVariables = {
	FLOCI_SERVICES_BEDROCK_RUNTIME_BACKEND: "proxy",
	FLOCI_SERVICES_BEDROCK_RUNTIME_PROXY_URL: "http://localhost:11434/v1",
	FLOCI_SERVICES_BEDROCK_RUNTIME_PROXY_API_KEY: "topsecret",
	FLOCI_SERVICES_BEDROCK_RUNTIME_PROXY_DEFAULT_MODEL: "llama3.2",
	FLOCI_SERVICES_BEDROCK_RUNTIME_PROXY_MODEL_MAPPING:
		"anthropic.claude-3-haiku-20240307-v1:0=haiku, a=b=c",
	FLOCI_SERVICES_BEDROCK_RUNTIME_PROXY_PASSTHROUGH: "true",
};

const proxy = {
	url: "http://localhost:11434/v1",
	apiKey: "topsecret",
	defaultModel: "llama3.2",
	modelMapping: { "anthropic.claude-3-haiku-20240307-v1:0": "haiku", a: "b=c" },
	passthrough: true,
};

test("the file switches a service off", async () => {
	const files = {
		"outcrop.yaml": "services: { bedrock-runtime: { enabled: false } }",
	};
	expect((await resolve({ files })).services).toEqual(off);
});

test("the file switches a service off as Floci writes it", async () => {
	const files = {
		"outcrop.yaml":
			"floci:\n  services:\n    bedrock-runtime:\n      enabled: false\n",
	};
	expect((await resolve({ files })).services).toEqual(off);
});

test("a variable switches the service off", async () => {
	expect(
		(
			await resolve({
				env: { FLOCI_SERVICES_BEDROCK_RUNTIME_ENABLED: "false" },
			})
		).services,
	).toEqual(off);
});

test("Floci's variable wins over the file", async () => {
	const files = {
		"outcrop.yaml": "services: { bedrock-runtime: { enabled: true } }",
	};
	const env = { FLOCI_SERVICES_BEDROCK_RUNTIME_ENABLED: "false" };
	expect((await resolve({ files, env })).services).toEqual(off);
});

test("what Floci has and Outcrop has not is named, not refused", async () => {
	const files = {
		"outcrop.yaml":
			"quarkus: { x: 1 }\nfloci:\n  port: 1\n  services:\n    sqs: { enabled: true }\n" +
			"    bedrock-runtime: { timeout: 5 }\n",
	};
	const env = {
		FLOCI_SERVICES_BEDROCK_RUNTIME_REGION: "eu-west-1",
		FLOCI_SERVICES_SQS_ENABLED: "1",
	};
	expect((await resolve({ files, env })).ignored).toEqual([
		"floci.port",
		"floci.services.sqs",
		"floci.services.bedrock-runtime.timeout",
		"FLOCI_SERVICES_BEDROCK_RUNTIME_REGION",
	]);
});

test("Floci's proxy variables are read", async () => {
	expect((await resolve({ env: proxyVariables })).proxy).toEqual(proxy);
});

test("Floci's proxy has a time limit", async () => {
	const env = {
		...proxyVariables,
		FLOCI_SERVICES_BEDROCK_RUNTIME_PROXY_REQUEST_TIMEOUT_SECONDS: "60",
	};
	expect((await resolve({ env })).proxy?.timeoutMs).toBe(60_000);
});

test("Floci's proxy may stand in its file", async () => {
	const text = `
floci:
  services:
    bedrock-runtime:
      backend: proxy
      proxy:
        url: http://localhost:11434/v1
        api-key: topsecret
        default-model: llama3.2
        model-mapping: { "anthropic.claude-3-haiku-20240307-v1:0": haiku, a: b=c }
        passthrough: true
`;
	expect((await resolve({ files: { "outcrop.yaml": text } })).proxy).toEqual(
		proxy,
	);
});

test("with the stub backend there is no proxy", async () => {
	const env = {
		...proxyVariables,
		FLOCI_SERVICES_BEDROCK_RUNTIME_BACKEND: "stub",
	};
	expect((await resolve({ env })).proxy).toBeUndefined();
});

test("a proxy needs its URL", async () => {
	expect(
		await refusal({ env: { FLOCI_SERVICES_BEDROCK_RUNTIME_BACKEND: "proxy" } }),
	).toBe(
		"The proxy backend needs the URL of its server. Set FLOCI_SERVICES_BEDROCK_RUNTIME_PROXY_URL.",
	);
});

test("wrong values of Floci's variables are refused together", async () => {
	const env = {
		FLOCI_SERVICES_BEDROCK_RUNTIME_BACKEND: "ollama",
		FLOCI_SERVICES_BEDROCK_RUNTIME_PROXY_MODEL_MAPPING: "haiku",
	};
	expect((await refusal({ env })).split("\n")).toEqual([
		'FLOCI_SERVICES_BEDROCK_RUNTIME_BACKEND takes one of stub, proxy, not "ollama".',
		"FLOCI_SERVICES_BEDROCK_RUNTIME_PROXY_MODEL_MAPPING takes pairs such as " +
			'anthropic.claude-3-haiku-20240307-v1:0=llama3, with commas between them, not "haiku".',
	]);
});

test("a wrong value under floci: is refused with its place", async () => {
	const files = {
		"outcrop.yaml":
			"\nfloci: { services: { bedrock-runtime: { enabled: maybe } } }",
	};
	expect(await refusal({ files })).toBe(
		'outcrop.yaml:2:1: floci.services.bedrock-runtime.enabled takes true or false, not "maybe".',
	);
});

test("a misspelt setting of a service is answered with the nearest one", async () => {
	const files = {
		"outcrop.yaml": "services: { bedrock-runtime: { enabeld: false } }",
	};
	expect(await refusal({ files })).toBe(
		"outcrop.yaml:1:1: services: bedrock-runtime has no setting enabeld. Did you mean enabled?",
	);
});

test("a service that does not exist is refused with the nearest one", async () => {
	const config = await resolve({
		files: {
			"outcrop.yaml": "services: { bedrock-runtme: { enabled: false } }",
		},
	});
	expect(() => checkSupported(config, ["bedrock-runtime"])).toThrow(
		"services: there is no service bedrock-runtme. Did you mean bedrock-runtime?",
	);
});

test("what exists is not refused", async () => {
	const config = await resolve({
		env: { FLOCI_SERVICES_BEDROCK_RUNTIME_ENABLED: "false" },
	});
	expect(() => checkSupported(config, ["bedrock-runtime"])).not.toThrow();
});
