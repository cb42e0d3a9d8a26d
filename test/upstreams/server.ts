import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout } from "node:timers/promises";
import { lastLines } from "../clients/install.ts";

/** A program that serves, as a child of this process. */
export interface Server {
	url: string;
	/** All that it printed. */
	output(): string;
	stop(): Promise<void>;
}

/** How to start a program, and how to know that it serves. */
export interface ServerOptions {
	command: string;
	args: string[];
	env?: Record<string, string>;
	cwd: string;
	/** The URL once it serves, by what was printed so far or by asking; undefined: not yet. */
	ready(output: string): Promise<string | undefined>;
}

/** How long a server may take to start: LiteLLM imports for half a minute on a busy machine. */
const longestStartMs = 300_000;

/** Starts a program and waits until it serves. @throws Error with the end of its output when it does not */
export async function startServer(options: ServerOptions): Promise<Server> {
	const { command, args, env, cwd, ready } = options;
	const child = spawn(command, args, {
		cwd,
		env: { ...process.env, ...env },
		stdio: ["ignore", "pipe", "pipe"],
	});
	let output = "";
	for (const stream of [child.stdout, child.stderr])
		stream.setEncoding("utf8").on("data", (text: string) => {
			output += text;
		});
	child.on("error", (error) => {
		output += String(error);
	});
	const deadline = Date.now() + longestStartMs;
	while (isRunning(child) && Date.now() < deadline) {
		const url = await ready(output);
		if (url !== undefined)
			return { url, output: () => output, stop: () => stop(child) };
		await setTimeout(100);
	}
	await stop(child);
	throw new Error(`${command} does not serve: ${lastLines(output)}`);
}

function isRunning(child: ChildProcess): boolean {
	return child.exitCode === null && child.signalCode === null;
}

async function stop(child: ChildProcess): Promise<void> {
	if (!isRunning(child) || child.pid === undefined) return;
	const closed = once(child, "close");
	child.kill("SIGTERM");
	await closed;
}

/** A port that was free a moment ago, for programs that take no 0. */
export async function freePort(): Promise<number> {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const address = server.address();
	server.close();
	await once(server, "close");
	if (typeof address !== "object" || !address)
		throw new Error("The system gave no port.");
	return address.port;
}

/** Whether a URL answers with success. */
export async function answers(url: string): Promise<boolean> {
	try {
		return (await fetch(url)).ok;
	} catch {
		return false;
	}
}
