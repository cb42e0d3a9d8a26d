import { spawn } from "node:child_process";

/** How a program ended. */
export interface Ran {
	command: string;
	/** Its exit code; 127 when it could not be started, 1 when a signal ended it. */
	code: number;
	/** What it wrote, both streams as they came. */
	output: string;
	stdout: string;
	stderr: string;
}

/** How to start a program. */
export interface RunOptions {
	cwd: string;
	env?: NodeJS.ProcessEnv;
	/** Passes what it writes on to our own output as well. */
	show?: boolean;
	/** Ends the program after this time, in milliseconds. */
	timeoutMs?: number;
}

/** Runs a program to its end, without input and without a shell. Never throws. */
export function run(
	command: string,
	args: string[],
	options: RunOptions,
): Promise<Ran> {
	const { cwd, env, show, timeoutMs } = options;
	return new Promise((resolve) => {
		const child = spawn(command, args, {
			cwd,
			env: env ?? process.env,
			stdio: ["ignore", "pipe", "pipe"],
			timeout: timeoutMs,
		});
		const ran: Ran = {
			command: [command, ...args].join(" "),
			code: 1,
			output: "",
			stdout: "",
			stderr: "",
		};
		const take = (name: "stdout" | "stderr", text: string) => {
			ran[name] += text;
			ran.output += text;
			if (show) process.stdout.write(text);
		};
		child.stdout
			.setEncoding("utf8")
			.on("data", (text: string) => take("stdout", text));
		child.stderr
			.setEncoding("utf8")
			.on("data", (text: string) => take("stderr", text));
		child.on("error", (error) =>
			resolve({ ...ran, code: 127, output: String(error) }),
		);
		child.on("close", (code) => resolve({ ...ran, code: code ?? 1 }));
	});
}
