/** With what the engine `bedrock` signs: an API key, or credentials of the ordinary AWS chain. */
import { ConfigError } from "../../errors.ts";
import type { Credentials } from "../../protocol/sign.ts";

/** Where to look. */
export interface AuthOptions {
	apiKey: string | undefined;
	/** A profile of AWS's shared files; goes before all that the environment says. */
	profile: string | undefined;
	env: Readonly<Record<string, string | undefined>>;
	/** The endpoint is AWS's own, which takes no made-up keys. */
	isAws: boolean;
}

/** What a request is signed with. */
export type Auth = { apiKey: string } | { credentials: Credentials };

/** Gives what is good now; credentials that end are renewed. @throws ConfigError */
export type AuthSource = () => Auth | Promise<Auth>;

const ways =
	"Name a profile of ~/.aws with --bedrock-profile (after `aws sso login`, where it is one of SSO), or start Outcrop with " +
	"OUTCROP_BEDROCK_API_KEY, or with real AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.";

const ofShell = "of the shell that starts Outcrop";

/**
 * Decides where the keys come from: `--bedrock-api-key`, `--bedrock-profile`, and then what SDKs find in the environment, a
 * bearer key first.
 *
 * @throws ConfigError on keys that are there for emulators only
 */
export function authOf(options: AuthOptions): AuthSource {
	const { apiKey, profile, env } = options;
	if (apiKey !== undefined) return () => ({ apiKey });
	if (profile !== undefined) return ofChain(options, profile);
	const bearer = env.AWS_BEARER_TOKEN_BEDROCK;
	if (bearer) {
		refuseDummy(
			options,
			`AWS_BEARER_TOKEN_BEDROCK ${ofShell}`,
			bearer.length < 40,
		);
		return () => ({ apiKey: bearer });
	}
	const own = env.AWS_PROFILE ? undefined : readEnvironment(env);
	if (!own) return ofChain(options, undefined);
	refuseDummy(options, `AWS_ACCESS_KEY_ID ${ofShell}`, isDummy(own));
	return () => ({ credentials: own });
}

function readEnvironment(env: AuthOptions["env"]): Credentials | undefined {
	const {
		AWS_ACCESS_KEY_ID: accessKeyId,
		AWS_SECRET_ACCESS_KEY: secretAccessKey,
		AWS_SESSION_TOKEN: sessionToken,
	} = env;
	if (!accessKeyId || !secretAccessKey) return undefined;
	return {
		accessKeyId,
		secretAccessKey,
		...(sessionToken && { sessionToken }),
	};
}

/** Ids of access keys have 16 characters at least (documented: IAM, AccessKey); AWS's own examples end in EXAMPLE. */
function isDummy({ accessKeyId }: Credentials): boolean {
	return accessKeyId.length < 16 || accessKeyId.endsWith("EXAMPLE");
}

function refuseDummy({ isAws }: AuthOptions, where: string, is: boolean): void {
	if (isAws && is)
		throw new ConfigError(
			`${where} is no key of AWS's, but one as it is made up for emulators. ${ways}`,
		);
}

/** Shared files with their profiles, SSO, processes, web identities, containers and instances, by AWS's own library. */
function ofChain(
	options: AuthOptions,
	profile: string | undefined,
): AuthSource {
	const asked = profile === undefined ? "" : ` in the profile ${profile}`;
	let known: Found | undefined;
	let finding: Promise<Found> | undefined;
	const find = async (): Promise<Found> => {
		const provide = await loadChain(profile);
		const credentials = await provide().catch((error: unknown) => {
			const reason = error instanceof Error ? error.message : String(error);
			throw new ConfigError(
				`The engine bedrock finds no credentials for AWS${asked}: ${reason.replace(/\.$/u, "")}. ${ways}`,
			);
		});
		const where = `The access key that AWS's chain finds${asked}`;
		refuseDummy(options, where, isDummy(credentials));
		return credentials;
	};
	return async () => {
		if (!known || endsSoon(known)) {
			// Of several calls at once the first asks, the others wait for what it finds.
			finding ??= find().finally(() => {
				finding = undefined;
			});
			known = await finding;
		}
		return { credentials: known };
	};
}

type Found = Credentials & { expiration?: Date };

/** How long before their end credentials are renewed, as AWS's SDKs do. */
const renewMs = 300_000;

function endsSoon({ expiration }: Found): boolean {
	return (
		expiration !== undefined && expiration.getTime() < Date.now() + renewMs
	);
}

async function loadChain(
	profile: string | undefined,
): Promise<() => Promise<Found>> {
	const { fromIni, fromNodeProviderChain } = await import(
		"@aws-sdk/credential-providers"
	).catch(() => {
		throw new ConfigError(
			"To read ~/.aws, SSO and the other places of AWS's chain, Outcrop takes a package that is not installed here: " +
				"npm install @aws-sdk/credential-providers. Keys in the environment need nothing.",
		);
	});
	const init = {
		// Else it warns on stderr that the environment has keys too.
		logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
		// Asking for a role must not go to AWS_ENDPOINT_URL, which is this very Outcrop in a developer's shell.
		clientConfig: notByEnvironment,
	};
	// A profile that is named is meant: the chain would go on to whatever the machine has.
	return profile === undefined
		? fromNodeProviderChain(init)
		: fromIni({ ...init, profile });
}

const notByEnvironment = { ignoreConfiguredEndpointUrls: true };

function ignore(): void {}
