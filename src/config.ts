import { engineList } from "./config/engines.ts";
import { faultList, quotaList } from "./config/faults.ts";
import { serviceMap } from "./config/floci.ts";
import { keyList, noKeys } from "./config/keys.ts";
import { matchSpec } from "./config/match.ts";
import { modelRows } from "./config/models.ts";
import {
	type Option,
	type Options,
	option,
	optional,
} from "./config/option.ts";
import {
	boolean,
	bytes,
	duration,
	file,
	folder,
	hostName,
	list,
	number,
	oneOf,
	origin,
	paths,
	patterns,
	region,
	secretText,
	text,
	url,
	wholeNumber,
} from "./config/types.ts";
import { upstreamList } from "./config/upstreams.ts";
import type { FlociProxy } from "./engines/openai/floci.ts";
import { matchAll } from "./recordings/match-spec.ts";
import { recordModes } from "./recordings/plan.ts";

/**
 * Every option, once. A row `maxBodyBytes` is the flag `--max-body-bytes`, the variable `OUTCROP_MAX_BODY_BYTES`, the key
 * `maxBodyBytes` or `max-body-bytes` of the configuration file, a line of `--help` and a member of `Config`.
 */
export const options = {
	port: option(wholeNumber(0, 65535, "PORT"), {
		default: 4566,
		group: "Server",
		help: "Port to listen on; 0 takes a free one",
	}),
	host: option(text("HOST"), {
		default: "127.0.0.1",
		group: "Server",
		help: "Address to listen on; 0.0.0.0 lets other machines in",
	}),
	tls: option(boolean(), {
		default: false,
		group: "Server",
		inFile: "tls.enabled",
		help: "Serve HTTPS; with a self-signed certificate unless --tls-cert is given",
	}),
	tlsCert: option(optional(file()), {
		default: undefined,
		group: "Server",
		inFile: "tls.cert",
		help: "Certificate to serve, in PEM; turns --tls on",
	}),
	tlsKey: option(optional(file()), {
		default: undefined,
		group: "Server",
		inFile: "tls.key",
		help: "Its private key, in PEM",
	}),
	maxBodyBytes: option(bytes(), {
		// InvokeModel takes 25,000,000 bytes (documented); as base64 inside Converse's JSON they are 33.4 million, plus the
		// text around them.
		default: 36_000_000,
		group: "Server",
		help: "Largest request body; a larger one answers 413",
	}),
	forward: option(optional(url()), {
		default: undefined,
		group: "Server",
		help: "Another emulator, such as http://localhost:4567, for the requests to other AWS services",
	}),
	drainMs: option(duration(), {
		default: 10_000,
		group: "Server",
		help: "How long running streams may finish after SIGTERM or Ctrl+C",
	}),

	engine: option(engineList(), {
		default: [{ name: "stub", models: [] }],
		group: "Replies",
		inFile: "engines",
		help: "What decides replies, asked in this order; each for the models it names, or all",
	}),
	upstream: option(upstreamList(), {
		default: [],
		group: "Replies",
		inFile: "upstreams",
		help: "OpenAI-compatible servers that answer, before the stub (engine openai)",
	}),
	script: option(paths(), {
		default: [],
		group: "Replies",
		help: "Scripts: YAML or JSON files, or folders of them; asked before the engines",
	}),
	onMiss: option(oneOf("next", "error"), {
		default: "next",
		group: "Replies",
		help: "When no rule of a script matches: ask the next engine, or answer an error",
	}),
	localModel: option(optional(file()), {
		default: undefined,
		group: "Replies",
		help: "Model that answers in this process (engine local): a GGUF file",
	}),
	localContext: option(wholeNumber(0, 10_000_000), {
		default: 0,
		group: "Replies",
		help: "Tokens that its prompt and reply may have together; 0: 8192, or less where the model or memory has less",
	}),
	localParallel: option(wholeNumber(1, 64), {
		default: 1,
		group: "Replies",
		help: "How many replies it makes at a time; each takes memory for its context",
	}),
	localGpu: option(oneOf("auto", "off", "cuda", "vulkan", "metal"), {
		default: "auto",
		group: "Replies",
		help: "What it computes on; off: the CPU",
	}),
	seed: option(wholeNumber(0, 4_294_967_295), {
		default: 1,
		group: "Replies",
		help: "Ids and chance come from it: the same seed, the same bytes",
	}),
	tokensPerSecond: option(number(0, Number.POSITIVE_INFINITY), {
		default: 0,
		group: "Replies",
		help: "Speed of streams; 0 sends all at once",
	}),
	firstTokenMs: option(duration(), {
		default: 0,
		group: "Replies",
		help: "Wait before a reply's first token",
	}),
	jitter: option(number(0, 1), {
		default: 0,
		group: "Replies",
		help: "How much of each wait is left to chance: 0.2 is up to 20 %",
	}),

	bedrockProfile: option(optional(text("PROFILE")), {
		default: undefined,
		group: "Real Bedrock (engine bedrock)",
		help: "Profile of ~/.aws to ask with; goes before all keys in the environment",
	}),
	bedrockApiKey: option(optional(secretText("KEY")), {
		default: undefined,
		group: "Real Bedrock (engine bedrock)",
		help: "Amazon Bedrock API key to ask with; better given as the variable",
	}),
	bedrockRegion: option(optional(region()), {
		default: undefined,
		group: "Real Bedrock (engine bedrock)",
		help: "Region to ask; else the one that the client signs for",
	}),
	bedrockEndpoint: option(optional(url()), {
		default: undefined,
		group: "Real Bedrock (engine bedrock)",
		help: "Ask there instead of AWS: a VPC endpoint, a second Outcrop",
	}),
	maxSpend: option(optional(number(0, Number.POSITIVE_INFINITY, "USD")), {
		default: undefined,
		group: "Real Bedrock (engine bedrock)",
		help: "US dollars that real calls may cost, by the catalogue's prices; then they are refused",
	}),

	record: option(optional(folder()), {
		default: undefined,
		group: "Record and replay",
		help: "Keep what real models answer as cassettes in this folder, and replay it next time",
	}),
	recordMode: option(optional(oneOf(...recordModes)), {
		default: undefined,
		group: "Record and replay",
		help: "once: record while the folder is empty, else replay only; missing: record what is new; all: everything anew; none: nothing [once]",
	}),
	recordErrors: option(boolean(), {
		default: false,
		group: "Record and replay",
		help: "Record what a real service refuses, too",
	}),
	replay: option(optional(folder()), {
		default: undefined,
		group: "Record and replay",
		help: "Answer from the cassettes of this folder, offline",
	}),
	replaySpeed: option(number(0, Number.POSITIVE_INFINITY), {
		default: 0,
		group: "Record and replay",
		help: "0: answers come at once; 1: as they came; 10: ten times faster",
	}),
	match: option(matchSpec(), {
		default: matchAll,
		group: "Record and replay",
		help: "What of a request is compared, such as model,system,messages,tools; everything when left out",
	}),
	redact: option(patterns(), {
		default: [],
		group: "Record and replay",
		help: "Regular expressions (RE2) of what must not stand in cassettes",
	}),

	compat: option(optional(oneOf("floci")), {
		default: undefined,
		group: "Behaviour",
		help: "floci: answer as Floci's stub does instead of as AWS does",
	}),
	strict: option(boolean(), {
		default: false,
		group: "Behaviour",
		help: "Refuse what AWS refuses for accounts, Regions and retired models too",
	}),
	deniedModels: option(list(text("MODEL")), {
		default: [],
		group: "Behaviour",
		help: "With --strict, models without access: ids or patterns such as anthropic.*",
	}),
	region: option(region(), {
		default: "us-east-1",
		group: "Behaviour",
		help: "Region of requests that do not say theirs",
	}),
	verifySignatures: option(boolean(), {
		default: false,
		group: "Behaviour",
		help: "Accept only requests signed with one of the keys",
	}),
	keys: option(keyList(), {
		default: noKeys,
		group: "Behaviour",
		help: "YAML or JSON file with a list of { accessKeyId, secretAccessKey, sessionToken } and { bearerToken }; in the configuration file also the list itself",
	}),

	journalCount: option(wholeNumber(0, 1_000_000), {
		default: 1000,
		group: "Journal and console",
		help: "How many exchanges are kept to look at; 0 keeps none",
	}),
	journalBytes: option(bytes(), {
		default: 64_000_000,
		group: "Journal and console",
		help: "How much memory they may take; the oldest go first",
	}),
	allowedHosts: option(list(hostName()), {
		default: [],
		group: "Journal and console",
		help: "Names by which /_outcrop/ may be called, beside localhost",
	}),
	allowedOrigins: option(list(origin()), {
		default: [],
		group: "Journal and console",
		help: "Origins of other web pages that may use /_outcrop/ (CORS), such as http://localhost:5173",
	}),

	faults: option(faultList(), {
		default: [],
		group: "Failures",
		help: "What fails on purpose: a YAML or JSON file with a list such as [{ throw: ThrottlingException, times: 2 }]; in the configuration file also the list itself",
	}),
	quotas: option(quotaList(), {
		default: [],
		group: "Failures",
		help: "What an account may use: a YAML or JSON file with a list such as [{ model: anthropic.*, requestsPerMinute: 60 }]; in the configuration file also the list itself",
	}),

	config: option(optional(file()), {
		default: undefined,
		group: "General",
		only: "command",
		help: "Configuration file; else outcrop.yaml, .yml or .json of the working folder",
	}),
	log: option(oneOf("silent", "error", "info", "debug"), {
		default: "info",
		group: "General",
		help: "How much to log, on stderr",
	}),

	models: option(modelRows(), {
		default: [],
		group: "Configuration file only",
		only: "file",
		help: "Rows over the catalogue of models: modelId and what differs",
	}),
	services: option(serviceMap(), {
		default: {},
		group: "Configuration file only",
		only: "file",
		help: "Switches services off, as Floci writes it",
	}),
} satisfies Options;

/** The configuration: every option's value, and what follows from Floci's. Paths are absolute. */
export type Config = {
	-readonly [Name in keyof typeof options]: (typeof options)[Name] extends Option<
		infer Value
	>
		? Value
		: never;
} & {
	/** Set when Floci's proxy backend is asked for. */
	proxy: FlociProxy | undefined;
	/** Names of Floci's settings that were met and mean nothing here. */
	ignored: string[];
};

/** The defaults, for a start inside a process: no flags, no variables, no file. Overrides are taken as they are. */
export function defaultConfig(overrides: Partial<Config> = {}): Config {
	const defaults = Object.entries(options).map(([name, row]) => [
		name,
		structuredClone(row.default),
	]);
	// Each row's default is of the row's own type; the checker cannot follow names through a loop.
	return {
		proxy: undefined,
		ignored: [],
		...Object.fromEntries(defaults),
		...overrides,
	} as Config;
}
