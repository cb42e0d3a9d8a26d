import type { Config } from "../../../src/config.ts";
import { startOutcrop, type TestOutcrop } from "../../support/outcrop.ts";
import { engineFirst, scriptedEngine } from "../scripted-engine.ts";

/** An emulator whose replies can be told to break: the scripted engine before the stub. */
export function startScripted(
	config: Partial<Config> = {},
): Promise<TestOutcrop> {
	return startOutcrop(config, {
		engines: engineFirst(scriptedEngine(), config),
	});
}

/** What an emulator with `verifying` lets in. */
export const known = {
	accessKeyId: "AKIDEXAMPLE",
	secretAccessKey: "secret",
	bearerToken: "bedrock-api-key-outcrop",
};

/** Switches the verification of signatures on. */
export const verifying: Partial<Config> = {
	verifySignatures: true,
	keys: {
		credentials: new Map([[known.accessKeyId, known]]),
		bearerKeys: new Set([known.bearerToken]),
	},
};
