import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Config } from "../../src/config.ts";
import type { Emulator } from "../../src/emulator.ts";
import { createEngines } from "../../src/engines/index.ts";
import { generateCertificate } from "../../src/http/tls.ts";
import type { Log } from "../../src/log.ts";
import { resolveConfig } from "../../src/resolve-config.ts";
import { startEmulator } from "../../src/start.ts";
import { PromptCache } from "../../src/turn/prompt-cache.ts";
import { startChatServer, textEvents } from "../support/chat-server.ts";
import { engineFirst, scriptedEngine } from "./scripted-engine.ts";

/** The emulators that Python suites talk to. */
export interface Servers {
	/** Their URLs, and what their clients need, as variables; see `startServers`. */
	environment: Record<string, string>;
	/** What they logged that nobody expects. */
	errors(): string[];
	stop(): Promise<void>;
}

/** What the emulators with verification let in. */
const key = {
	accessKeyId: "AKIDEXAMPLE",
	secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
};
const bearerToken = "bedrock-api-key-outcrop";

/**
 * Starts one emulator for each way of running Outcrop, on free ports, configured as users do:
 *
 * - `OUTCROP_URL`: as it comes, with the scripted engine before the stub
 * - `OUTCROP_FLOCI_URL`: `--compat floci`; `OUTCROP_BACKEND_STUB_URL`: and Floci's variable for the stub backend
 * - `OUTCROP_RELAY_URL`: the engine `bedrock`, which asks the one of `OUTCROP_SIGNED_URL` in AWS's place
 * - `OUTCROP_SIGNED_URL`, `OUTCROP_SIGNED_TLS_URL`: `--verify-signatures`, with the key of `OUTCROP_KEY_ID` and
 *   `OUTCROP_SECRET_KEY`, and `OUTCROP_BEARER_TOKEN`
 * - `OUTCROP_TLS_URL`: `--tls`; the certificate is the file `OUTCROP_TLS_CERT`
 * - `OUTCROP_PROXY_MAPPED_URL`, `…PASSTHROUGH_URL`, `…BARE_URL`: Floci's proxy backend by its variables, before a server that
 *   answers with the model and the key that it was asked with
 * - `OUTCROP_OFF_BY_FILE_URL`, `…FLOCI_FILE_URL`, `…VARIABLE_URL`: the service switched off, each in its way
 */
export async function startServers(): Promise<Servers> {
	const folder = await mkdtemp(join(tmpdir(), "outcrop-clients-"));
	const write = async (name: string, text: string) => {
		await writeFile(join(folder, name), text);
		return join(folder, name);
	};
	const certificate = await generateCertificate(["127.0.0.1"]);
	const cert = await write("cert.pem", certificate.cert);
	const tls = [
		"--tls-cert",
		cert,
		"--tls-key",
		await write("key.pem", certificate.key),
	];
	const signed = [
		"--verify-signatures",
		"--keys",
		await write("keys.json", JSON.stringify([key, { bearerToken }])),
	];
	const off = "services: { bedrock-runtime: { enabled: false } }";

	const errors: string[] = [];
	const emulators: Emulator[] = [];
	const start = async (
		argv: string[],
		env: Record<string, string> = {},
		makeEngines = engines,
	): Promise<string> => {
		const config = await resolveConfig({
			argv: ["--port", "0", ...argv],
			env,
			cwd: folder,
			readFile: readText,
		});
		emulators.push(
			await startEmulator(config, {
				log: collecting(errors),
				engines: makeEngines(config),
			}),
		);
		return emulators.at(-1)?.url ?? "";
	};
	const upstream = await startChatServer(({ body, authorization }) => ({
		events: textEvents(`${body.model} by ${authorization}`),
	}));
	const proxy = (more: Record<string, string>) => {
		const variables = Object.entries({
			BACKEND: "proxy",
			PROXY_URL: upstream.url,
			...more,
		});
		const named = variables.map(([name, value]) => [
			`FLOCI_SERVICES_BEDROCK_RUNTIME_${name}`,
			value,
		]);
		return start(["--compat", "floci"], Object.fromEntries(named));
	};
	const signedUrl = await start(signed);
	return {
		environment: {
			OUTCROP_URL: await start([]),
			OUTCROP_RELAY_URL: await withKeyInShell(() =>
				start(
					["--engine", "bedrock", "--bedrock-endpoint", signedUrl],
					{},
					plainEngines,
				),
			),
			OUTCROP_FLOCI_URL: await start(["--compat", "floci"]),
			OUTCROP_BACKEND_STUB_URL: await start(["--compat", "floci"], {
				FLOCI_SERVICES_BEDROCK_RUNTIME_BACKEND: "stub",
			}),
			OUTCROP_SIGNED_URL: signedUrl,
			OUTCROP_SIGNED_TLS_URL: await start([...signed, ...tls]),
			OUTCROP_KEY_ID: key.accessKeyId,
			OUTCROP_SECRET_KEY: key.secretAccessKey,
			OUTCROP_BEARER_TOKEN: bearerToken,
			OUTCROP_TLS_URL: await start(tls),
			OUTCROP_TLS_CERT: cert,
			OUTCROP_PROXY_MAPPED_URL: await proxy({
				PROXY_API_KEY: "sk-outcrop",
				PROXY_DEFAULT_MODEL: "llama3.2",
				PROXY_MODEL_MAPPING:
					"anthropic.claude-3-haiku-20240307-v1:0=small,amazon.nova-lite-v1:0=lite",
			}),
			OUTCROP_PROXY_PASSTHROUGH_URL: await proxy({
				PROXY_DEFAULT_MODEL: "llama3.2",
				PROXY_PASSTHROUGH: "true",
			}),
			OUTCROP_PROXY_BARE_URL: await proxy({}),
			OUTCROP_OFF_BY_FILE_URL: await start([
				"--config",
				await write("off.yaml", off),
			]),
			OUTCROP_OFF_BY_FLOCI_FILE_URL: await start([
				"--config",
				await write("floci.yaml", `floci: { ${off} }`),
			]),
			OUTCROP_OFF_BY_VARIABLE_URL: await start([], {
				FLOCI_SERVICES_BEDROCK_RUNTIME_ENABLED: "false",
			}),
		},
		errors: () => errors,
		async stop() {
			for (const emulator of emulators) await emulator.stop(0);
			await upstream[Symbol.asyncDispose]();
			await rm(folder, { recursive: true, force: true });
		},
	};
}

function engines(config: Config) {
	return engineFirst(scriptedEngine(), config);
}

function plainEngines(config: Config) {
	return createEngines(config, new PromptCache());
}

/** Starts what reads its keys where AWS's own tools do. */
async function withKeyInShell(start: () => Promise<string>): Promise<string> {
	const before = { ...process.env };
	process.env.AWS_ACCESS_KEY_ID = key.accessKeyId;
	process.env.AWS_SECRET_ACCESS_KEY = key.secretAccessKey;
	for (const name of ["AWS_PROFILE", "AWS_SESSION_TOKEN"])
		delete process.env[name];
	delete process.env.AWS_BEARER_TOKEN_BEDROCK;
	try {
		return await start();
	} finally {
		process.env = before;
	}
}

function readText(path: string): Promise<string> {
	return readFile(path, "utf8");
}

function collecting(errors: string[]): Log {
	return {
		error: (message, details) =>
			errors.push(
				`${message}: ${details instanceof Error ? details.stack : details}`,
			),
		info() {},
		debug() {},
	};
}
