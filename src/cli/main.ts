import process from "node:process";
import { isTooOld } from "../node-version.ts";
import { runCommand } from "./commands.ts";
import { keepCompiledCode } from "./compile-cache.ts";
import type { Terminal } from "./terminal.ts";

const terminal: Terminal = {
	// Node makes each when it is first asked for it.
	get stdout() {
		return process.stdout;
	},
	get stderr() {
		return process.stderr;
	},
	env: process.env,
	cwd: process.cwd(),
	onSignal(listener) {
		process.on("SIGINT", () => listener("SIGINT"));
		process.on("SIGTERM", () => listener("SIGTERM"));
	},
	exit: (code) => process.exit(code),
};

// Whoever reads the output may have seen enough (`outcrop models | head`): that is no failure, and a server goes on.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
	if (error.code !== "EPIPE") throw error;
});

/** By the Node that runs, or where that is too old by another one that is there. */
async function run(): Promise<number> {
	if (isTooOld(process.versions)) {
		const { findOtherNode, runByNode } = await import("./newer-node.ts");
		const node = findOtherNode(import.meta.dirname);
		if (node !== undefined) return runByNode(node, process.argv);
	}
	keepCompiledCode(process.env);
	return runCommand(process.argv.slice(2), terminal);
}

run().then(
	(code) => {
		process.exitCode = code;
	},
	(error: unknown) => {
		process.stderr.write(
			`outcrop: this should not have happened.\n${error instanceof Error ? error.stack : error}\n`,
		);
		process.exitCode = 1;
	},
);
