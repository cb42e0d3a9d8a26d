import type { FlociProxy } from "../engines/openai/floci.ts";
import { isObject } from "../json.ts";
import { hintFor } from "../nearest.ts";
import type { Environment } from "./environment.ts";
import { camelCase, variableName } from "./option.ts";
import { boolean, oneOf, secretText, text, url, wholeNumber } from "./types.ts";
import { readAs, type ValueType, WrongValue } from "./value-type.ts";

/**
 * What Floci's configuration says of a service, and Outcrop's own `services` too: that is how a Floci user's file and
 * variables keep working.
 *
 * Source: Floci, Bedrock Runtime page, "Configuration" (documented).
 */
const members = {
	enabled: boolean(),
	backend: oneOf("stub", "proxy"),
	proxyUrl: url(),
	proxyApiKey: secretText("KEY"),
	proxyDefaultModel: text("MODEL"),
	proxyModelMapping: modelMapping(),
	proxyPassthrough: boolean(),
	proxyRequestTimeoutSeconds: wholeNumber(1, 86_400, "SECONDS"),
};

/** The settings of one service; all but `enabled` are for `bedrock-runtime` only. */
export type ServiceSettings = {
	[Member in keyof typeof members]?: (typeof members)[Member] extends ValueType<
		infer T
	>
		? T
		: never;
};

/** The root key of Floci's own configuration file. */
export const flociKey = "floci";

/** Root keys that stand beside Floci's in its file and concern its web framework. */
export const foreignRoots: readonly string[] = ["quarkus"];

const runtime = "bedrock-runtime";
const variablePrefix = "FLOCI_SERVICES_BEDROCK_RUNTIME_";

/** Settings by service, such as `{ bedrock-runtime: { enabled: false } }`. */
export function serviceMap(): ValueType<Record<string, ServiceSettings>> {
	return {
		placeholder: "{ NAME: { enabled: … } }",
		takes: "a mapping such as { bedrock-runtime: { enabled: false } }",
		form: "plain",
		show: () => "",
		read(value) {
			if (!isObject(value)) throw new WrongValue();
			const wrong: string[] = [];
			const services: Record<string, ServiceSettings> = {};
			for (const [name, settings] of Object.entries(value)) {
				const report = (problem: string) => wrong.push(problem);
				services[name] = readService(name, settings, report, (member) => {
					const hint = hintFor(camelCase(member), knownMembers(name));
					report(`${name} has no setting ${member}.${hint}`);
				});
			}
			if (wrong.length > 0) throw new WrongValue(`: ${wrong.join(" ")}`);
			return services;
		},
	};
}

/**
 * Reads the part of a configuration file that stands under `floci:`. Floci has many more settings than concern us: they
 * are named in `ignored`, not refused.
 *
 * @param label - names the root key in messages
 */
export function readFlociRoot(
	root: unknown,
	label: string,
	report: (problem: string) => void,
	ignored: string[],
): Record<string, ServiceSettings> {
	if (!isObject(root)) return {};
	const services: Record<string, ServiceSettings> = {};
	for (const [key, value] of Object.entries(root)) {
		if (key !== "services" || !isObject(value))
			ignored.push(`${flociKey}.${key}`);
		else {
			for (const [name, settings] of Object.entries(value)) {
				if (name !== runtime) ignored.push(`${flociKey}.services.${name}`);
				else {
					services[name] = readService(
						name,
						settings,
						(problem) => report(`${label}.services.${problem}`),
						(member) => ignored.push(`${flociKey}.services.${name}.${member}`),
					);
				}
			}
		}
	}
	return services;
}

/** Reads Floci's variables for the service; those that Outcrop has no use for are named in `ignored`, not refused. */
export function readFlociEnvironment(
	env: Environment,
	report: (problem: string) => void,
	ignored: string[],
): Record<string, ServiceSettings> {
	const types = new Map<string, [string, ValueType<unknown>]>();
	for (const [member, type] of Object.entries(members))
		types.set(variableName(member, variablePrefix), [member, type]);
	const settings: Record<string, unknown> = {};
	for (const [variable, value] of Object.entries(env)) {
		if (
			!variable.startsWith(variablePrefix) ||
			value === undefined ||
			value === ""
		)
			continue;
		const [member, type] = types.get(variable) ?? [];
		if (member === undefined || type === undefined) ignored.push(variable);
		else settings[member] = readAs(type, value, variable, report);
	}
	return Object.keys(settings).length === 0
		? {}
		: { [runtime]: settings as ServiceSettings };
}

/** The proxy that the runtime's settings ask for; undefined with the stub. Reports a proxy without its URL. */
export function proxyOf(
	services: Record<string, ServiceSettings>,
	report: (problem: string) => void,
): FlociProxy | undefined {
	const settings = services[runtime];
	if (settings?.backend !== "proxy") return undefined;
	if (settings.proxyUrl === undefined) {
		report(
			`The proxy backend needs the URL of its server. Set ${variablePrefix}PROXY_URL.`,
		);
	}
	return {
		url: settings.proxyUrl ?? "",
		apiKey: settings.proxyApiKey,
		defaultModel: settings.proxyDefaultModel,
		modelMapping: settings.proxyModelMapping ?? {},
		passthrough: settings.proxyPassthrough ?? false,
		timeoutMs:
			settings.proxyRequestTimeoutSeconds &&
			settings.proxyRequestTimeoutSeconds * 1000,
	};
}

function knownMembers(service: string): string[] {
	return service === runtime ? Object.keys(members) : ["enabled"];
}

/** `proxy: { url: … }` and `proxy-url: …` are the same. */
function readService(
	service: string,
	value: unknown,
	report: (problem: string) => void,
	unknown: (member: string) => void,
): ServiceSettings {
	if (!isObject(value)) {
		report(`${service} takes a mapping such as { enabled: false }.`);
		return {};
	}
	const known = knownMembers(service);
	const types: Record<string, ValueType<unknown>> = members;
	const settings: Record<string, unknown> = {};
	const visit = (keys: string[], member: unknown) => {
		const name = camelCase(keys.join("-"));
		const type = known.includes(name) ? types[name] : undefined;
		if (type === undefined) unknown(keys.join("."));
		else
			settings[name] = readAs(
				type,
				member,
				[service, ...keys].join("."),
				report,
			);
	};
	for (const [key, member] of Object.entries(value)) {
		if (key === "proxy" && isObject(member)) {
			for (const [inner, innerValue] of Object.entries(member))
				visit([key, inner], innerValue);
		} else {
			visit([key], member);
		}
	}
	// Each member was read by its own type; the checker cannot follow names through a loop.
	return settings as ServiceSettings;
}

/** `bedrockId=upstreamId,…`, or a mapping in a file. */
function modelMapping(): ValueType<Record<string, string>> {
	return {
		placeholder: "ID=ID,…",
		takes:
			"pairs such as anthropic.claude-3-haiku-20240307-v1:0=llama3, with commas between them",
		form: "plain",
		show: (mapping) => JSON.stringify(mapping),
		read(value) {
			const pairs = isObject(value)
				? Object.entries(value)
				: String(value).split(",").map(splitPair);
			for (const [id, upstream] of pairs) {
				if (id === "" || typeof upstream !== "string" || upstream === "")
					throw new WrongValue();
			}
			return Object.fromEntries(pairs) as Record<string, string>;
		},
	};
}

/** At the first `=`: model ids hold none, ids of other servers may. */
function splitPair(pair: string): [string, string] {
	const equals = pair.indexOf("=");
	return equals < 0
		? ["", ""]
		: [pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()];
}
