import type { Environment } from "../config/environment.ts";

/** A stream that a command prints to. */
export interface Output {
	write(text: string): unknown;
	readonly isTTY?: boolean;
}

/** What asks a command to stop, with its number: the exit code of a process that it ends is 128 more. */
export const stopSignals = { SIGINT: 2, SIGTERM: 15 } as const;

/** All that a command sees of the world outside, so that tests can run it in their own process. */
export interface Terminal {
	readonly stdout: Output;
	readonly stderr: Output;
	readonly env: Environment;
	/** The working folder, absolute. */
	readonly cwd: string;
	/** Hears of every signal from now on; the process then no longer ends by itself. */
	onSignal(listener: (signal: keyof typeof stopSignals) => void): void;
	/** Ends the process at once. */
	exit(code: number): void;
}

/** Marks for text; they change nothing where the output is no terminal, or `NO_COLOR` is set (no-color.org). */
export interface Style {
	bold(text: string): string;
	dim(text: string): string;
	red(text: string): string;
}

/** The marks that suit an output. */
export function styleOf(output: Output, env: Environment): Style {
	const colours = output.isTTY === true && !env.NO_COLOR && env.TERM !== "dumb";
	const mark = (start: number, end: number) => (text: string) =>
		colours ? `\u001b[${start}m${text}\u001b[${end}m` : text;
	return { bold: mark(1, 22), dim: mark(2, 22), red: mark(31, 39) };
}
