import { basename } from "node:path";
import type { Config } from "../config.ts";
import {
	chosenEngines,
	type EngineChoice,
	type EngineName,
} from "../engines/choice.ts";
import { shownUrl } from "../engines/openai/upstream.ts";
import { isLoopback } from "../http/hops.ts";
import { version } from "../version.ts";
import type { Style } from "./terminal.ts";

/** What the banner tells of a running emulator. */
export interface Started {
	readonly url: string;
	readonly config: Config;
}

const modelId = "amazon.nova-lite-v1:0";

/** The screen that a start prints: where it listens, how it answers, and lines to paste. */
export function banner({ url, config }: Started, style: Style): string {
	const endpoint = clientUrl(url);
	const names = config.engine.map(({ name }) => name);
	const facts: [string, string][] = [
		["URL", style.bold(endpoint)],
		["Console", `${endpoint}/_outcrop/`],
		[
			"Engine",
			shownEngines(config)
				.map(({ name, models }) =>
					models.length === 0
						? meaningOf(name, config)
						: `${meaningOf(name, config)} for ${models.join(", ")}`,
				)
				.join(", then "),
		],
		["Mode", modeMeaning(config)],
	];
	if (config.host !== "127.0.0.1") facts.push(["Listens on", config.host]);
	if (names.includes("bedrock")) facts.push(...spending(config));
	if (config.forward !== undefined)
		facts.push(["Others", `all other AWS services at ${config.forward}`]);
	if (config.verifySignatures)
		facts.push(["Signatures", "checked with your keys"]);
	const selfSigned = config.tls && config.tlsCert === undefined;
	if (selfSigned)
		facts.push([
			"Certificate",
			"self-signed, made for this start; one that clients trust comes by --tls-cert",
		]);
	if (config.config !== undefined) facts.push(["Config", config.config]);
	const width = Math.max(...facts.map(([name]) => name.length)) + 2;
	return `
${style.bold("Outcrop")} ${version}  Amazon Bedrock on localhost

${facts.map(([name, value]) => `  ${style.dim(name.padEnd(width))}${value}\n`).join("")}
${style.dim("Paste this where your application runs:")}

  export AWS_ENDPOINT_URL=${endpoint}
  export AWS_REGION=${config.region} AWS_DEFAULT_REGION=${config.region}
  ${exportedKeys(config)}

${style.dim("Then try:")}

  aws ${selfSigned ? "--no-verify-ssl " : ""}bedrock-runtime converse --model-id ${modelId} --messages '[{"role":"user","content":[{"text":"Hello"}]}]'

${style.dim("Ctrl+C stops it.")}
`;
}

function meaningOf(name: EngineName, config: Config): string {
	const meanings: Record<EngineName, string> = {
		script: `script (${scriptsOf(config)})`,
		replay: `replay (cassettes of ${config.record ?? config.replay})`,
		openai: `openai (asks ${serversOf(config).join(", ")})`,
		local: `local (${config.localModel}, in this process)`,
		bedrock: `bedrock (the real thing${config.bedrockEndpoint === undefined ? "" : ` at ${config.bedrockEndpoint}`}; it costs money)`,
		stub: "stub (a fixed reply; no model is asked)",
	};
	return meanings[name];
}

function scriptsOf({ script }: Config): string {
	if (script.length === 0) return "your rules";
	return `rules of ${script.map((path) => basename(path)).join(", ")}`;
}

/** The model servers that are asked, as messages show them. */
function serversOf({ proxy, upstream }: Config): string[] {
	return [...(proxy ? [proxy] : upstream)].map(({ url }) => shownUrl(url));
}

/** Whose money it is, and how much. */
function spending({
	host,
	maxSpend,
	verifySignatures,
}: Config): [string, string][] {
	const facts: [string, string][] = [
		[
			"Budget",
			maxSpend === undefined
				? "none; set one with --max-spend"
				: `$${maxSpend}, then real calls are refused`,
		],
	];
	if (!isLoopback(host) && !verifySignatures)
		facts.push([
			"Beware",
			"whoever reaches this address spends your money; --verify-signatures lets in by key",
		]);
	return facts;
}

/** Scripts are asked first in any case; they are shown where there are any, or the list names them. */
function shownEngines(config: Config): EngineChoice[] {
	const isShown =
		config.script.length > 0 ||
		config.engine.some(({ name }) => name === "script");
	const engines = chosenEngines(config).filter(
		({ name }) => isShown || name !== "script",
	);
	// With `--replay` alone nobody else is asked.
	const last = engines.findIndex(({ name }) => name === "replay");
	const isAlone = config.replay !== undefined && !namesReplay(config);
	return isAlone ? engines.slice(0, last + 1) : engines;
}

function namesReplay({ engine }: Config): boolean {
	return engine.some(({ name }) => name === "replay");
}

function modeMeaning(config: Config): string {
	if (config.strict)
		return "strict (refuses what AWS refuses for accounts and Regions too)";
	if (config.compat === "floci") return "floci (answers as Floci's stub does)";
	return "default (answers as AWS does)";
}

/** Dummies do, unless signatures are checked; then secrets are named but not shown. */
function exportedKeys(config: Config): string {
	if (!config.verifySignatures)
		return "export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test";
	const [accessKeyId] = config.keys.credentials.keys();
	if (accessKeyId === undefined)
		return "export AWS_BEARER_TOKEN_BEDROCK=<one of your keys>";
	return `export AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=<its secret>`;
}

/** Loopback and "all addresses" are `localhost` to a client, as certificates and people say it. */
function clientUrl(url: string): string {
	return url.replace(
		/\/\/(127\.0\.0\.1|0\.0\.0\.0|\[::1?\])(?=[:/]|$)/u,
		"//localhost",
	);
}
