import { type Options, type Setting, variableName } from "./option.ts";
import type { Problems } from "./problems.ts";

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Kubernetes puts these into every pod beside a Service called `outcrop`, `OUTCROP_PORT=tcp://10.0.0.1:4566` among them
 * (documented: Kubernetes, Service, "Environment variables"). They are not meant for us.
 */
const serviceLink =
	/^OUTCROP_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$/u;

/** Read by the clients of test suites, which may share a shell with a server. */
const ofClients = new Set(["OUTCROP_COMMAND", "OUTCROP_URL"]);

/** Reads the `OUTCROP_*` variables. An empty variable is one that is not set, as compose files write it. */
export function readEnvironment(
	env: Environment,
	options: Options,
	folder: string,
	problems: Problems,
): Setting[] {
	const names = new Map<string, string>();
	for (const [name, { only }] of Object.entries(options)) {
		if (only !== "file") names.set(variableName(name), name);
	}
	const settings: Setting[] = [];
	for (const [label, value] of Object.entries(env)) {
		if (!label.startsWith("OUTCROP_") || value === undefined || value === "")
			continue;
		if (
			ofClients.has(label) ||
			serviceLink.test(label) ||
			(label === "OUTCROP_PORT" && /^(tcp|udp|sctp):/u.test(value))
		)
			continue;
		const name = names.get(label);
		if (name === undefined)
			problems.addUnknown("Unknown variable", label, names.keys(), "OUTCROP_");
		else settings.push({ name, value, label, folder });
	}
	return settings;
}
