import { ConfigError } from "./errors.ts";

/** The oldest Node that Outcrop runs on: package.json's `engines`, which a test holds it against. */
export const oldestNode = "22.18";

/** Whether a Node is older than that. Bun and Deno count for themselves. */
export function isTooOld(versions: NodeJS.ProcessVersions): boolean {
	if (versions.bun !== undefined || versions.deno !== undefined) return false;
	const [major = 0, minor = 0] = versions.node.split(".").map(Number);
	const [oldestMajor = 0, oldestMinor = 0] = oldestNode.split(".").map(Number);
	return major === oldestMajor ? minor < oldestMinor : major < oldestMajor;
}

/**
 * Refuses a Node that is too old at the start: it would start, and what it lacks would fail in the middle of requests.
 *
 * @throws ConfigError
 */
export function checkNode(versions = process.versions): void {
	if (isTooOld(versions))
		throw new ConfigError(
			`Outcrop needs Node ${oldestNode} or newer, and this is Node ${versions.node}. Put a newer one first on the PATH.`,
		);
}
