import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename } from "node:path";

/** In /proc/net/tcp: the state of a socket that listens. */
const listening = "0A";

/**
 * The process that listens on a TCP port, where it can be told: on Linux, and when it is ours to look at.
 *
 * Source: proc(5), /proc/net/tcp and /proc/pid/fd (documented).
 */
export function portOwner(
	port: number,
): { pid: number; name: string } | undefined {
	const sockets = new Set([
		...listeners("/proc/net/tcp", port),
		...listeners("/proc/net/tcp6", port),
	]);
	if (sockets.size === 0) return undefined;
	for (const pid of list("/proc")) {
		if (!/^\d+$/u.test(pid)) continue;
		const held = list(`/proc/${pid}/fd`).some((fd) =>
			sockets.has(link(`/proc/${pid}/fd/${fd}`)),
		);
		if (held)
			return {
				pid: Number(pid),
				name: basename(link(`/proc/${pid}/exe`)) || "a process",
			};
	}
	return undefined;
}

/** The links, such as `socket:[12345]`, of the sockets that listen on a port. */
function listeners(table: string, port: number): string[] {
	const address = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
	return quietly("", () => readFileSync(table, "utf8"))
		.split("\n")
		.map((line) => line.trim().split(/\s+/u))
		.filter(
			([, local, , state]) => local?.endsWith(address) && state === listening,
		)
		.map((columns) => `socket:[${columns[9]}]`);
}

function list(folder: string): string[] {
	return quietly([], () => readdirSync(folder));
}

function link(path: string): string {
	return quietly("", () => readlinkSync(path));
}

/** Processes end while they are looked at, and most belong to others: whoever cannot be seen is passed over. */
function quietly<T>(fallback: T, look: () => T): T {
	try {
		return look();
	} catch {
		return fallback;
	}
}
