import type { Config } from "../../src/config.ts";
import { type ConfigInput, resolveConfig } from "../../src/resolve-config.ts";

/** What a test's user gives; files by their name in the working folder `/project`, or by their absolute path. */
interface Given {
	argv?: string[];
	env?: ConfigInput["env"];
	files?: Record<string, string>;
}

/** Resolves a configuration from memory. */
export function resolve({
	argv = [],
	env = {},
	files = {},
}: Given): Promise<Config> {
	const readFile = async (path: string) => {
		const text = files[path.replace("/project/", "")];
		if (text === undefined)
			throw Object.assign(new Error(`ENOENT: ${path}`), { code: "ENOENT" });
		return text;
	};
	return resolveConfig({ argv, env, cwd: "/project", readFile });
}

/** The message of the ConfigError that a configuration ends in. */
export async function refusal(given: Given): Promise<string> {
	const error: unknown = await resolve(given).then(
		() => "nothing was refused",
		(reason: unknown) => reason,
	);
	if (error instanceof Error && error.name === "ConfigError")
		return error.message;
	throw error;
}
