import { expect, test } from "vitest";
import { defaultConfig } from "../../src/config.ts";
import { resolve } from "./resolve.ts";

const file = { "outcrop.yaml": "port: 3000" };

test("without flags, variables and file, the defaults hold", async () => {
	expect(await resolve({})).toEqual(defaultConfig());
});

test("the defaults are those of the contract", () => {
	expect(defaultConfig()).toMatchObject({
		port: 4566,
		host: "127.0.0.1",
		region: "us-east-1",
		engine: [{ name: "stub", models: [] }],
		seed: 1,
		maxBodyBytes: 36_000_000,
		drainMs: 10_000,
		strict: false,
		compat: undefined,
		log: "info",
	});
});

test("the file wins over the default", async () => {
	expect((await resolve({ files: file })).port).toBe(3000);
});

test("a variable wins over the file", async () => {
	expect(
		(await resolve({ files: file, env: { OUTCROP_PORT: "4000" } })).port,
	).toBe(4000);
});

test("a flag wins over a variable", async () => {
	expect(
		(
			await resolve({
				files: file,
				env: { OUTCROP_PORT: "4000" },
				argv: ["--port", "5000"],
			})
		).port,
	).toBe(5000);
});

test("a switch that a variable turned on is turned off by --no-strict", async () => {
	expect(
		(await resolve({ env: { OUTCROP_STRICT: "true" }, argv: ["--no-strict"] }))
			.strict,
	).toBe(false);
});

test("the last of a repeated flag counts", async () => {
	expect((await resolve({ argv: ["--port=1", "--port", "2"] })).port).toBe(2);
});

test("a repeated list flag adds up", async () => {
	expect(
		(await resolve({ argv: ["--allowed-hosts", "a", "--allowed-hosts=b"] }))
			.allowedHosts,
	).toEqual(["a", "b"]);
});

test("an empty variable is one that is not set", async () => {
	expect((await resolve({ env: { OUTCROP_PORT: "" } })).port).toBe(4566);
});

test("variables of others are no concern", async () => {
	expect(
		await resolve({
			env: { PORT: "1", AWS_REGION: "eu-west-1", OUTCROPPING: "x" },
		}),
	).toEqual(defaultConfig());
});

test("the variables that Kubernetes sets beside a Service called outcrop are no concern", async () => {
	const env = {
		OUTCROP_SERVICE_HOST: "10.0.0.1",
		OUTCROP_SERVICE_PORT_HTTP: "4566",
		OUTCROP_PORT: "tcp://10.0.0.1:4566",
		OUTCROP_PORT_4566_TCP_ADDR: "10.0.0.1",
	};
	expect(await resolve({ env })).toEqual(defaultConfig());
});

test("the variables of test suites' clients are no concern of the server", async () => {
	const env = { OUTCROP_URL: "http://localhost:1", OUTCROP_COMMAND: "x" };
	expect(await resolve({ env })).toEqual(defaultConfig());
});

test("overrides of the defaults do not leak into the next ones", () => {
	defaultConfig().keys.bearerKeys.add("secret");
	expect(defaultConfig({ port: 0 })).toMatchObject({
		port: 0,
		keys: { bearerKeys: new Set() },
	});
});

test("a certificate turns TLS on", async () => {
	const files = { "cert.pem": "-", "key.pem": "-" };
	const config = await resolve({
		files,
		argv: ["--tls-cert", "cert.pem", "--tls-key", "key.pem"],
	});
	expect(config).toMatchObject({
		tls: true,
		tlsCert: "/project/cert.pem",
		tlsKey: "/project/key.pem",
	});
});

test("--no-tls keeps TLS off, certificate or not", async () => {
	const files = { "cert.pem": "-", "key.pem": "-" };
	const argv = ["--no-tls", "--tls-cert", "cert.pem", "--tls-key", "key.pem"];
	expect((await resolve({ files, argv })).tls).toBe(false);
});
