import { vi } from "vitest";
import type { Config } from "../../src/config.ts";
import type { Parts } from "../../src/emulator/state.ts";
import type { Keys } from "../../src/protocol/verify.ts";
import { startOutcrop, type TestOutcrop } from "./outcrop.ts";

/** What a second Outcrop that stands for AWS lets in. */
export const realKey = {
	accessKeyId: "AKIAIOSFODNN7OUTCROP",
	secretAccessKey: "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",
};
/** Temporary credentials that it lets in. */
export const temporaryKey = {
	accessKeyId: "ASIAIOSFODNN7OUTCROP",
	secretAccessKey: "7MDENGwJalrXUtnFEMI/K/bPxRfiCYOUTCROPKEY",
	sessionToken: "FwoGZXIvYXdzEOUTCROP",
};
/** The API key that it lets in. */
export const realApiKey = "ABSKQmVkcm9ja0FQSUtleS1vdXRjcm9wLW91dGNyb3A=";

function keys(): Keys {
	return {
		credentials: new Map(
			[realKey, temporaryKey].map((key) => [key.accessKeyId, key]),
		),
		bearerKeys: new Set([realApiKey]),
	};
}

/** Two Outcrops: clients talk to `outcrop`, which asks `aws`, which checks signatures. */
export interface Pair extends AsyncDisposable {
	outcrop: TestOutcrop;
	aws: TestOutcrop;
}

/** What a test may change of a pair. */
export interface PairOptions {
	outcrop?: Partial<Config>;
	aws?: Partial<Config>;
	awsParts?: Partial<Parts>;
	/** The environment that the first one runs in. */
	env?: Record<string, string>;
}

/** Starts a pair; the first one signs with `realKey` unless told otherwise. */
export async function startPair(options: PairOptions = {}): Promise<Pair> {
	const aws = await startOutcrop(
		{ verifySignatures: true, keys: keys(), ...options.aws },
		options.awsParts,
	);
	const env = options.env ?? {
		AWS_ACCESS_KEY_ID: realKey.accessKeyId,
		AWS_SECRET_ACCESS_KEY: realKey.secretAccessKey,
	};
	stubAwsEnvironment(env);
	const outcrop = await startOutcrop({
		engine: [{ name: "bedrock", models: [] }],
		bedrockEndpoint: aws.url,
		...options.outcrop,
	}).finally(() => vi.unstubAllEnvs());
	return {
		outcrop,
		aws,
		async [Symbol.asyncDispose]() {
			await outcrop[Symbol.asyncDispose]();
			await aws[Symbol.asyncDispose]();
		},
	};
}

/** Sets the AWS variables given, and takes away those that the machine may have. */
export function stubAwsEnvironment(env: Record<string, string>): void {
	const machine = Object.keys(process.env).filter((name) =>
		name.startsWith("AWS_"),
	);
	for (const name of machine) vi.stubEnv(name, undefined);
	for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
}
