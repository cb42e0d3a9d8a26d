import { createServer } from "node:http";
import { expect, test } from "vitest";
import { banner } from "../../src/cli/banner.ts";
import { portOwner } from "../../src/cli/port-owner.ts";
import { type Running, run } from "../../src/cli/start.ts";
import { styleOf } from "../../src/cli/terminal.ts";
import { type Config, defaultConfig } from "../../src/config.ts";
import { createTerminal } from "./terminal.ts";

const plain = styleOf({ write() {} }, {});

function show(
	config: Partial<Config> = {},
	url = "http://127.0.0.1:4566",
): string {
	return banner({ url, config: defaultConfig(config) }, plain);
}

/** A start whose emulator tells for how long it may drain, and stops when the test says so. */
function fakeStart() {
	const { promise: stopped, resolve: finishStop } =
		Promise.withResolvers<void>();
	const graces: number[] = [];
	const started = Promise.withResolvers<void>();
	const start = async (config: Config): Promise<Running> => {
		queueMicrotask(started.resolve);
		return {
			url: "http://127.0.0.1:4566",
			config,
			stop(graceMs) {
				graces.push(graceMs);
				return stopped;
			},
		};
	};
	return { start, started: started.promise, finishStop, graces };
}

function listenError(code: string) {
	return async (): Promise<Running> => {
		throw Object.assign(new Error(`listen ${code}`), { code });
	};
}

test("the banner shows where, how, and what to paste", () => {
	expect(show()).toBe(`
Outcrop 0.1.0  Amazon Bedrock on localhost

  URL      http://localhost:4566
  Console  http://localhost:4566/_outcrop/
  Engine   stub (a fixed reply; no model is asked)
  Mode     default (answers as AWS does)

Paste this where your application runs:

  export AWS_ENDPOINT_URL=http://localhost:4566
  export AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1
  export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test

Then try:

  aws bedrock-runtime converse --model-id amazon.nova-lite-v1:0 --messages '[{"role":"user","content":[{"text":"Hello"}]}]'

Ctrl+C stops it.
`);
});

test("the banner names the scripts that are asked first", () => {
	expect(show({ script: ["/a/replies.yaml", "/b/more"] })).toContain(
		"Engine   script (rules of replies.yaml, more), then stub (a fixed reply; no model is asked)\n",
	);
});

test.each([
	["http://0.0.0.0:80", "http://localhost:80"],
	["https://[::]:4566", "https://localhost:4566"],
	["http://[::1]:4566", "http://localhost:4566"],
	["http://127.0.0.10:4566", "http://127.0.0.10:4566"],
	["http://192.168.1.2:4566", "http://192.168.1.2:4566"],
])("the banner tells clients of %s to use %s", (url, expected) => {
	expect(show({}, url)).toContain(`AWS_ENDPOINT_URL=${expected}\n`);
});

test("the banner of a self-signed start says so, and its command works", () => {
	const shown = show({ tls: true }, "https://127.0.0.1:4566");
	expect(shown).toContain("  Certificate  self-signed, made for this start;");
	expect(shown).toContain("  aws --no-verify-ssl bedrock-runtime converse ");
	const trusted = show({ tls: true, tlsCert: "own.pem" });
	expect(trusted).not.toContain("self-signed");
	expect(trusted).not.toContain("--no-verify-ssl");
});

const real = {
	engine: [{ name: "bedrock" as const, models: ["anthropic.*"] }],
	maxSpend: 2,
};

test("the banner says whose money the real Bedrock spends", () => {
	const page = show(real);
	expect(page).toContain(
		"bedrock (the real thing; it costs money) for anthropic.*",
	);
	expect(page).toMatch(/Budget +\$2, then real calls are refused/u);
	expect(page).not.toContain("Beware");
});

test.each(["0.0.0.0", "::", "192.168.1.2"])(
	"the banner warns of the real Bedrock on %s",
	(host) => {
		const beware =
			"whoever reaches this address spends your money; --verify-signatures lets in by key";
		expect(show({ ...real, host })).toContain(beware);
		expect(show({ ...real, host, verifySignatures: true })).not.toContain(
			beware,
		);
	},
);

test("the banner names mode, file and addresses that are not the usual ones", () => {
	const page = show({
		compat: "floci",
		config: "/project/outcrop.yaml",
		host: "0.0.0.0",
	});
	expect(page).toContain("Mode        floci (answers as Floci's stub does)\n");
	expect(page).toContain("Listens on  0.0.0.0\n");
	expect(page).toContain("Config      /project/outcrop.yaml\n");
});

test("the banner names the engines that an option brings", () => {
	expect(show({ localModel: "tiny.gguf", record: "tapes" })).toContain(
		"Engine   replay (cassettes of tapes), then local (tiny.gguf, in this process), then stub (a fixed reply; no model is asked)\n",
	);
	expect(show({ localModel: "tiny.gguf", replay: "tapes" })).toContain(
		"Engine   replay (cassettes of tapes)\n",
	);
});

test("the banner never shows a secret", () => {
	const credentials = new Map([
		["AKIA", { accessKeyId: "AKIA", secretAccessKey: "topsecret" }],
	]);
	const page = show({
		verifySignatures: true,
		keys: { credentials, bearerKeys: new Set() },
	});
	expect(page).toContain(
		"export AWS_ACCESS_KEY_ID=AKIA AWS_SECRET_ACCESS_KEY=<its secret>\n",
	);
	expect(page).not.toContain("topsecret");
});

test.each(["SIGTERM", "SIGINT"] as const)(
	"%s drains for --drain-ms, then exits with 0",
	async (signal) => {
		const terminal = createTerminal();
		const { start, started, finishStop, graces } = fakeStart();
		const code = run(["--drain-ms", "3s"], terminal, start);
		await started;
		terminal.signal(signal);
		finishStop();
		expect(await code).toBe(0);
		expect(graces).toEqual([3000]);
		expect(terminal.exits).toEqual([]);
	},
);

test.each([
	["SIGINT", 130],
	["SIGTERM", 143],
] as const)(
	"a second signal, %s, exits at once with %d",
	async (signal, exitCode) => {
		const terminal = createTerminal();
		const { start, started, finishStop } = fakeStart();
		const code = run([], terminal, start);
		await started;
		terminal.signal("SIGTERM");
		terminal.signal(signal);
		expect(terminal.exits).toEqual([exitCode]);
		finishStop();
		await code;
	},
);

test("Floci's settings that mean nothing here are named in the log", async () => {
	const env = {
		FLOCI_SERVICES_BEDROCK_RUNTIME_REGION: "eu-west-1",
	};
	const terminal = createTerminal({ env });
	const { start, started, finishStop } = fakeStart();
	const code = run([], terminal, start);
	await started;
	terminal.signal("SIGTERM");
	finishStop();
	await code;
	expect(terminal.printed.stderr).toContain(
		"info  Floci settings without a meaning here: FLOCI_SERVICES_BEDROCK_RUNTIME_REGION\n",
	);
});

test.each([
	[
		"EADDRINUSE",
		["--port=1"],
		/^outcrop: Port 1 is in use( by .+ \(pid \d+\))?\. Stop it or start with --port 2\.\n$/u,
	],
	[
		"EACCES",
		["--port=80"],
		/^outcrop: Port 80 is not for this user to listen on\. Start with --port 4566\.\n$/u,
	],
	[
		"EADDRNOTAVAIL",
		["--host=1.2.3.4"],
		/^outcrop: 1\.2\.3\.4 is no address of this machine\. Start with --host 127\.0\.0\.1, or --host 0\.0\.0\.0 for all of them\.\n$/u,
	],
])("%s says what to do and exits with 1", async (code, argv, message) => {
	const terminal = createTerminal();
	expect(await run(argv, terminal, listenError(code))).toBe(1);
	expect(terminal.printed.stdout).toBe("");
	expect(terminal.printed.stderr).toMatch(message);
});

test("an error that nobody foresaw is not swallowed", async () => {
	await expect(
		run([], createTerminal(), listenError("ESURPRISE")),
	).rejects.toThrow("ESURPRISE");
});

test.runIf(process.platform === "linux")(
	"who listens on a port is told on Linux",
	async () => {
		const server = createServer();
		await new Promise<void>((resolve) =>
			server.listen(0, "127.0.0.1", resolve),
		);
		const address = server.address();
		const owner =
			typeof address === "object" && address !== null
				? portOwner(address.port)
				: undefined;
		server.close();
		expect(owner).toEqual({ pid: process.pid, name: "node" });
	},
);

test("a port that nobody listens on has no owner", () => {
	expect(portOwner(0)).toBeUndefined();
});
