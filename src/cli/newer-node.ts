import { spawn } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Another Node that npm has installed beside Outcrop, if there is one: a clone's, which `npm start` finds by itself and a
 * linked command does not, or one of the project that Outcrop is installed in.
 *
 * @param folder - of the bundle that runs, in the package
 */
export function findOtherNode(
	folder: string,
	current = process.execPath,
): string | undefined {
	// There it is a script of the shell's.
	if (process.platform === "win32") return undefined;
	return ["../node_modules/.bin/node", "../../.bin/node"]
		.map((path) => join(folder, path))
		.find(
			(path) =>
				existsSync(path) && realpathSync(path) !== realpathSync(current),
		);
}

/**
 * Runs this same command by another Node.
 *
 * @param argv - with node and the script
 * @returns its exit code
 */
export function runByNode(
	node: string,
	argv: readonly string[],
): Promise<number> {
	const child = spawn(node, argv.slice(1), { stdio: "inherit" });
	const pass = (signal: NodeJS.Signals) => {
		// A terminal tells both of Ctrl+C, and twice would cut running streams.
		if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
	};
	for (const signal of signals) process.on(signal, pass);
	return new Promise<number>((resolve, reject) => {
		child.on("error", reject);
		child.on("close", (code) => resolve(code ?? 1));
	}).finally(() => {
		for (const signal of signals) process.off(signal, pass);
	});
}
