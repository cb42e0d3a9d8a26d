import type { Terminal } from "../../src/cli/terminal.ts";

/** A terminal in memory. */
export interface TestTerminal extends Terminal {
	readonly printed: { stdout: string; stderr: string };
	readonly exits: number[];
	signal(name: "SIGINT" | "SIGTERM"): void;
}

/** Makes a terminal that keeps what is printed to it. */
export function createTerminal({
	env = {},
	isTTY = false,
}: {
	env?: Terminal["env"];
	isTTY?: boolean;
} = {}): TestTerminal {
	const printed = { stdout: "", stderr: "" };
	const exits: number[] = [];
	const listeners: ((signal: "SIGINT" | "SIGTERM") => void)[] = [];
	return {
		stdout: { isTTY, write: (text) => (printed.stdout += text) },
		stderr: { isTTY, write: (text) => (printed.stderr += text) },
		env,
		cwd: "/",
		onSignal: (listener) => listeners.push(listener),
		exit: (code) => exits.push(code),
		printed,
		exits,
		signal: (name) => {
			for (const listener of listeners) listener(name);
		},
	};
}
