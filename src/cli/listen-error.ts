import type { Config } from "../config.ts";

/**
 * Says why the emulator could not listen, and what to do.
 *
 * @returns undefined when the error is no such thing
 */
export async function explainListenError(
	error: unknown,
	{ host, port }: Config,
): Promise<string | undefined> {
	const code =
		error instanceof Error && "code" in error ? error.code : undefined;
	const other = port < 65_535 ? port + 1 : 0;
	if (code === "EADDRINUSE") {
		const { portOwner } = await import("./port-owner.ts");
		const owner = portOwner(port);
		const by =
			owner === undefined ? "" : ` by ${owner.name} (pid ${owner.pid})`;
		return `Port ${port} is in use${by}. Stop it or start with --port ${other}.`;
	}
	if (code === "EACCES")
		return `Port ${port} is not for this user to listen on. Start with --port 4566.`;
	if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
		return `${host} is no address of this machine. Start with --host 127.0.0.1, or --host 0.0.0.0 for all of them.`;
	}
	return undefined;
}
