import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConverseCommand } from "@aws-sdk/client-bedrock-runtime";
import { expect, test, vi } from "vitest";
import { type AuthOptions, authOf } from "../../src/engines/bedrock/auth.ts";
import { realKey, startPair, stubAwsEnvironment } from "../support/second.ts";

const dummies = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };

function options(given: Partial<AuthOptions>): AuthOptions {
	return {
		apiKey: undefined,
		profile: undefined,
		env: {},
		isAws: true,
		...given,
	};
}

/** Shared files of AWS's tools, and the variables that name them. */
async function sharedFiles(credentials: string, config = "") {
	const folder = await mkdtemp(join(tmpdir(), "outcrop-aws-"));
	await writeFile(join(folder, "credentials"), credentials);
	await writeFile(join(folder, "config"), config);
	return {
		folder,
		env: {
			AWS_SHARED_CREDENTIALS_FILE: join(folder, "credentials"),
			AWS_CONFIG_FILE: join(folder, "config"),
			AWS_EC2_METADATA_DISABLED: "true",
		},
		[Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
	};
}

const profiles = `
[real]
aws_access_key_id = ${realKey.accessKeyId}
aws_secret_access_key = ${realKey.secretAccessKey}
[dummy]
aws_access_key_id = test
aws_secret_access_key = test
`;

test("made-up keys of the shell are refused before AWS does, with what to do", () => {
	expect(() => authOf(options({ env: dummies }))).toThrow(
		"AWS_ACCESS_KEY_ID of the shell that starts Outcrop is no key of AWS's, but one as it is made up for emulators. Name a profile of ~/.aws with --bedrock-profile",
	);
});

test("a made-up API key is refused too", () => {
	const env = { AWS_BEARER_TOKEN_BEDROCK: "anything" };
	expect(() => authOf(options({ env }))).toThrow(
		"AWS_BEARER_TOKEN_BEDROCK of the shell",
	);
});

test("another endpoint may take made-up keys", async () => {
	expect(await authOf(options({ env: dummies, isAws: false }))()).toEqual({
		credentials: { accessKeyId: "test", secretAccessKey: "test" },
	});
});

test("an API key of the environment goes before access keys", async () => {
	const key = "ABSK".padEnd(130, "x");
	const env = { ...dummies, AWS_BEARER_TOKEN_BEDROCK: key };
	expect(await authOf(options({ env }))()).toEqual({ apiKey: key });
});

test("a profile that is named goes before made-up keys in the shell", async () => {
	await using files = await sharedFiles(profiles);
	await using pair = await startPair({
		outcrop: { bedrockProfile: "real" },
		env: { ...dummies, ...files.env },
	});
	const messages = [{ role: "user" as const, content: [{ text: "Hi" }] }];
	await pair.outcrop
		.client()
		.send(new ConverseCommand({ modelId: "amazon.nova-lite-v1:0", messages }));
	expect(pair.aws.emulator.journal.find()[0]?.identity.accessKeyId).toBe(
		realKey.accessKeyId,
	);
});

test("AWS_PROFILE goes before made-up keys in the shell", async () => {
	await using files = await sharedFiles(profiles);
	const env = { ...dummies, ...files.env, AWS_PROFILE: "real" };
	stubAwsEnvironment(env);
	const auth = await authOf(options({ env }))();
	vi.unstubAllEnvs();
	expect(auth).toMatchObject({ credentials: realKey });
});

test("a profile's process is asked", async () => {
	const told = JSON.stringify({
		Version: 1,
		AccessKeyId: realKey.accessKeyId,
		SecretAccessKey: realKey.secretAccessKey,
		SessionToken: "of-the-process",
	});
	await using files = await sharedFiles(
		"",
		`[profile tool]\ncredential_process = echo '${told}'\n`,
	);
	stubAwsEnvironment(files.env);
	const auth = await authOf(options({ profile: "tool" }))();
	vi.unstubAllEnvs();
	expect(auth).toMatchObject({
		credentials: { ...realKey, sessionToken: "of-the-process" },
	});
});

test("made-up keys of a profile are refused", async () => {
	await using files = await sharedFiles(profiles);
	stubAwsEnvironment(files.env);
	const asked = authOf(options({ profile: "dummy" }))();
	await expect(asked).rejects.toThrow(
		"The access key that AWS's chain finds in the profile dummy is no key of AWS's",
	);
	vi.unstubAllEnvs();
});

test("a profile that is not there is told with what to do", async () => {
	await using files = await sharedFiles(profiles);
	stubAwsEnvironment(files.env);
	const asked = authOf(options({ profile: "nobody" }))();
	await expect(asked).rejects.toThrow(
		/^The engine bedrock finds no credentials for AWS in the profile nobody: .*nobody.*\. Name a profile/u,
	);
	vi.unstubAllEnvs();
});

test("credentials that end soon are asked for again, others are kept", async () => {
	const told = (key: string, minutes: number) =>
		JSON.stringify({
			Version: 1,
			AccessKeyId: key,
			SecretAccessKey: realKey.secretAccessKey,
			Expiration: new Date(Date.now() + minutes * 60_000).toISOString(),
		});
	await using files = await sharedFiles("");
	const say = (json: string) =>
		writeFile(join(files.folder, "told.json"), json);
	await writeFile(
		join(files.folder, "config"),
		`[profile tool]\ncredential_process = cat ${join(files.folder, "told.json")}\n`,
	);
	stubAwsEnvironment(files.env);
	const auth = authOf(options({ profile: "tool" }));
	await say(told("ASIAIOSFODNN7OUTCRO1", 4));
	await auth();
	await say(told("ASIAIOSFODNN7OUTCRO2", 60));
	await auth();
	await say(told("ASIAIOSFODNN7OUTCRO3", 60));
	expect(await auth()).toMatchObject({
		credentials: { accessKeyId: "ASIAIOSFODNN7OUTCRO2" },
	});
	vi.unstubAllEnvs();
});
