import { expect, test } from "vitest";
import { refusal, resolve } from "./resolve.ts";

test.each([
	["--port=0", { port: 0 }],
	["--port=65535", { port: 65535 }],
	["--tokens-per-second=0.5", { tokensPerSecond: 0.5 }],
	["--tokens-per-second=1e3", { tokensPerSecond: 1000 }],
	["--jitter=1", { jitter: 1 }],
	["--strict", { strict: true }],
	["--strict=yes", { strict: true }],
	["--strict=0", { strict: false }],
	["--max-body-bytes=1000", { maxBodyBytes: 1000 }],
	["--max-body-bytes=2MB", { maxBodyBytes: 2_000_000 }],
	["--max-body-bytes=1.5 kib", { maxBodyBytes: 1536 }],
	["--drain-ms=0", { drainMs: 0 }],
	["--drain-ms=250ms", { drainMs: 250 }],
	["--drain-ms=1.5s", { drainMs: 1500 }],
	["--drain-ms=2m", { drainMs: 120_000 }],
	["--log=debug", { log: "debug" }],
	["--compat=floci", { compat: "floci" }],
	["--region=us-gov-west-1", { region: "us-gov-west-1" }],
	[
		"--engine=openai=anthropic.*|us.amazon.*, stub",
		{
			engine: [
				{ name: "openai", models: ["anthropic.*", "us.amazon.*"] },
				{ name: "stub", models: [] },
			],
		},
	],
	[
		"--engine=stub, stub",
		{
			engine: [
				{ name: "stub", models: [] },
				{ name: "stub", models: [] },
			],
		},
	],
])("%s is read", async (flag, expected) => {
	expect(await resolve({ argv: [flag] })).toMatchObject(expected);
});

test.each([
	["--port=abc", '--port takes a whole number from 0 to 65535, not "abc".'],
	["--port=65536", '--port takes a whole number from 0 to 65535, not "65536".'],
	["--port=1.5", '--port takes a whole number from 0 to 65535, not "1.5".'],
	["--port=", "--port takes a whole number from 0 to 65535, not nothing."],
	["--port=0x10", '--port takes a whole number from 0 to 65535, not "0x10".'],
	["--jitter=1.01", '--jitter takes a number from 0 to 1, not "1.01".'],
	[
		"--tokens-per-second=-1",
		'--tokens-per-second takes a number of 0 or more, not "-1".',
	],
	["--strict=maybe", '--strict takes true or false, not "maybe".'],
	["--log=loud", '--log takes one of silent, error, info, debug, not "loud".'],
	["--compat=localstack", '--compat takes floci, not "localstack".'],
	[
		"--engine=stub,stbu",
		"--engine: there is no engine stbu. Did you mean stub?",
	],
	[
		"--max-body-bytes=0",
		'--max-body-bytes takes a size such as 36MB or 1000000 (bytes), not "0".',
	],
	[
		"--max-body-bytes=5 apples",
		'--max-body-bytes takes a size such as 36MB or 1000000 (bytes), not "5 apples".',
	],
	[
		"--drain-ms=2 days",
		'--drain-ms takes a time such as 500ms, 10s or 2m, not "2 days".',
	],
	[
		"--drain-ms=-1",
		'--drain-ms takes a time such as 500ms, 10s or 2m, not "-1".',
	],
	[
		"--drain-ms=25h",
		'--drain-ms takes a time such as 500ms, 10s or 2m, not "25h".',
	],
	["--region=mars", '--region takes a Region such as us-east-1, not "mars".'],
	["--host=", "--host takes text, not nothing."],
])("%s is refused", async (flag, message) => {
	expect(await refusal({ argv: [flag] })).toBe(message);
});

test("a flag at the end without its value says what it takes", async () => {
	expect(await refusal({ argv: ["--port"] })).toBe(
		"--port needs a value: a whole number from 0 to 65535.",
	);
});

test("a flag does not take the next flag for its value", async () => {
	expect(await refusal({ argv: ["--port", "--strict"] })).toBe(
		"--port needs a value: a whole number from 0 to 65535.",
	);
});

test("a value of the wrong type in a variable names the variable", async () => {
	expect(await refusal({ env: { OUTCROP_SEED: "x" } })).toBe(
		'OUTCROP_SEED takes a whole number from 0 to 4294967295, not "x".',
	);
});

test("a wrong value is refused even where another source wins", async () => {
	expect(
		await refusal({ env: { OUTCROP_PORT: "x" }, argv: ["--port", "1"] }),
	).toBe('OUTCROP_PORT takes a whole number from 0 to 65535, not "x".');
});

test("a long value is cut in messages", async () => {
	expect(await refusal({ argv: ["--port", "9".repeat(1000)] })).toBe(
		`--port takes a whole number from 0 to 65535, not "${"9".repeat(60)}…".`,
	);
});

test("--no-strict takes no value", async () => {
	expect(await refusal({ argv: ["--no-strict=true"] })).toBe(
		"--no-strict takes no value. Write --strict=true.",
	);
});

test("a stray argument says how options are written", async () => {
	expect(await refusal({ argv: ["--strict", "false"] })).toBe(
		'Unexpected argument "false". Options are written --name value or --name=value.',
	);
});

test.each([
	["http://outcrop.test"],
	["outcrop.test:4566"],
	["outcrop.test/path"],
	["*"],
])("%s is no host", async (host) => {
	expect(await refusal({ argv: ["--allowed-hosts", host] })).toBe(
		`--allowed-hosts takes a host name such as outcrop.test, without http:// and port; several with commas between them, not "${host}".`,
	);
});

test("hosts are names and addresses", async () => {
	const allowedHosts = ["outcrop.test", "my_box", "10.0.0.1", "[fe80::1]"];
	expect(
		await resolve({ argv: ["--allowed-hosts", allowedHosts.join(",")] }),
	).toMatchObject({ allowedHosts });
});

test("of several values the wrong one is shown", async () => {
	const argv = ["--allowed-origins=http://a.test,b.test"];
	expect(await refusal({ argv })).toBe(
		'--allowed-origins takes an origin such as http://localhost:5173; several with commas between them, not "b.test".',
	);
});

test("--strict and --compat floci exclude each other", async () => {
	expect(await refusal({ argv: ["--strict", "--compat", "floci"] })).toBe(
		"--strict and --compat floci exclude each other. Keep one of them.",
	);
});

test("a certificate without its key is refused", async () => {
	expect(
		await refusal({
			files: { "cert.pem": "-" },
			argv: ["--tls-cert", "cert.pem"],
		}),
	).toBe(
		"--tls-cert and --tls-key belong together. Give both, or neither for a self-signed certificate.",
	);
});

test("a certificate that is not there is refused at once", async () => {
	expect(
		await refusal({
			argv: ["--tls-cert", "cert.pem", "--tls-key", "cert.pem"],
		}),
	).toBe(
		"--tls-cert: there is no file cert.pem.\n--tls-key: there is no file cert.pem.",
	);
});
