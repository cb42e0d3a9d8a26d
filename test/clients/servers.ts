import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Config, defaultConfig } from "../../src/config.ts";
import type { Emulator } from "../../src/emulator.ts";
import type { Engine } from "../../src/engines/engine.ts";
import { generateCertificate } from "../../src/http/tls.ts";
import type { Log } from "../../src/log.ts";
import { startEmulator } from "../../src/start.ts";
import { engineFirst, scriptedEngine } from "./scripted-engine.ts";

/** The emulators that Python suites talk to. */
export interface Servers {
  /** Their URLs, and what their clients need, as variables; see `startServers`. */
  environment: Record<string, string>;
  /** What they logged that nobody expects. */
  errors(): string[];
  stop(): Promise<void>;
}

/** The key that the emulator behind `OUTCROP_SIGNED_URL` knows. */
const key = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
const bearerToken = "bedrock-api-key-outcrop";

/**
 * Starts one emulator for each way of running Outcrop, on free ports: `OUTCROP_URL` (as it comes, with the scripted engine
 * before the stub), `OUTCROP_FLOCI_URL`, `OUTCROP_SIGNED_URL`, `OUTCROP_OFF_URL` (the service switched off) and
 * `OUTCROP_TLS_URL` (its certificate is the file `OUTCROP_TLS_CERT`).
 */
export async function startServers(): Promise<Servers> {
  const folder = await mkdtemp(join(tmpdir(), "outcrop-clients-"));
  const { cert, key: tlsKey } = await generateCertificate(["127.0.0.1"]);
  const [certFile, keyFile] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  await writeFile(certFile, cert);
  await writeFile(keyFile, tlsKey);

  const errors: string[] = [];
  const emulators: Emulator[] = [];
  const start = async (config: Partial<Config>, engines?: Engine[]): Promise<string> => {
    const parts = engines ? { log: collecting(errors), engines } : { log: collecting(errors) };
    const emulator = await startEmulator(defaultConfig({ port: 0, ...config }), parts);
    emulators.push(emulator);
    return emulator.url;
  };
  const keys = { credentials: new Map([[key.accessKeyId, key]]), bearerKeys: new Set([bearerToken]) };
  return {
    environment: {
      OUTCROP_URL: await start({}, engineFirst(scriptedEngine())),
      OUTCROP_FLOCI_URL: await start({ compat: "floci" }),
      OUTCROP_SIGNED_URL: await start({ verifySignatures: true, keys }),
      OUTCROP_KEY_ID: key.accessKeyId,
      OUTCROP_SECRET_KEY: key.secretAccessKey,
      OUTCROP_BEARER_TOKEN: bearerToken,
      OUTCROP_OFF_URL: await start({ services: { "bedrock-runtime": { enabled: false } } }),
      OUTCROP_TLS_URL: await start({ tls: true, tlsCert: certFile, tlsKey: keyFile }),
      OUTCROP_TLS_CERT: certFile,
    },
    errors: () => errors,
    async stop() {
      for (const emulator of emulators) await emulator.stop(0);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function collecting(errors: string[]): Log {
  return {
    error: (message, details) => errors.push(`${message}: ${details instanceof Error ? details.stack : details}`),
    info() {},
    debug() {},
  };
}
