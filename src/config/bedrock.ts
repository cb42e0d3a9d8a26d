import type { Config } from "../config.ts";
import { isOwn } from "../http/hops.ts";
import { flagName } from "./option.ts";

const bedrockOptions = [
	"bedrockProfile",
	"bedrockApiKey",
	"bedrockRegion",
	"bedrockEndpoint",
	"maxSpend",
] as const;

/** What of the options for the real Bedrock cannot be meant. */
export function bedrockContradictions(config: Config): string[] {
	const { engine, bedrockEndpoint: url, host, port } = config;
	const found: string[] = [];
	const unused = bedrockOptions.find((name) => config[name] !== undefined);
	if (unused !== undefined && !engine.some(({ name }) => name === "bedrock")) {
		found.push(
			`${flagName(unused)} counts only with the engine bedrock. Name it (--engine bedrock), or leave the option out.`,
		);
	}
	if (url !== undefined && isOwn(url, host, port)) {
		found.push(
			`--bedrock-endpoint ${url} is this Outcrop itself. Leave it out to ask AWS, or name another server.`,
		);
	}
	return found;
}
