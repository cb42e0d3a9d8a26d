import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";

/** The project's folder, where servers are started. */
export const root = fileURLToPath(new URL("..", import.meta.url));

/** A server's process. */
export interface Running {
	readonly port: number;
	/** Of its exec, as `performance.now()` tells it. */
	readonly startedAtMs: number;
	/** CPU time of all its threads so far, in milliseconds; undefined where there is no `/proc`. Steps of 10 ms. */
	cpuMs(): number | undefined;
	/** Memory it holds now (`VmRSS`), in MiB; undefined where there is no `/proc`. */
	residentMib(): number | undefined;
	/** @throws Error when it has ended by itself */
	check(): void;
	stop(): Promise<void>;
}

/** Whether `program` can be run. */
export function isInPath(program: string): boolean {
	return (
		spawnSync(program, ["--version"], { stdio: "ignore" }).error === undefined
	);
}

/** Puts servers and load generators on different cores, when there is taskset and more than one core. */
export const isPinned = availableParallelism() > 1 && isInPath("taskset");
const cores = { server: 0, load: 1 };

/** The command with what puts it on the core of its kind. */
export function pinned(kind: keyof typeof cores, command: string[]): string[] {
	return isPinned
		? ["taskset", "--cpu-list", `${cores[kind]}`, ...command]
		: command;
}

/** Starts a command that serves on `port`. */
export function startServer(port: number, command: readonly string[]): Running {
	const [program = "", ...args] = command;
	const startedAtMs = performance.now();
	const child = spawn(program, args, {
		cwd: root,
		stdio: ["ignore", "ignore", "pipe"],
	});
	let complaint = "";
	child.stderr.on("data", (chunk: Buffer) => {
		complaint = (complaint + chunk).slice(-2000);
	});
	const ended = new Promise<void>((resolve) => {
		child.on("close", () => resolve());
		child.on("error", (error) => {
			complaint += error.message;
			resolve();
		});
	});
	return {
		port,
		startedAtMs,
		cpuMs: () => readCpuMs(child.pid),
		residentMib: () => readResidentMib(child.pid),
		check: () => check(child, command, complaint),
		stop: () => stop(child, ended),
	};
}

function check(
	child: ChildProcess,
	command: readonly string[],
	complaint: string,
): void {
	if (
		child.pid !== undefined &&
		child.exitCode === null &&
		child.signalCode === null
	)
		return;
	throw new Error(
		`${command.join(" ")} has ended with ${child.exitCode ?? child.signalCode}: ${complaint || "it said nothing"}`,
	);
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
	child.kill("SIGTERM");
	const timer = setTimeout(() => child.kill("SIGKILL"), 2000);
	await ended;
	clearTimeout(timer);
}

/** Source: proc(5), fields 14 and 15 of /proc/pid/stat, in ticks of which Linux shows programs 100 a second (documented). */
function readCpuMs(pid: number | undefined): number | undefined {
	const stat = readProc(pid, "stat");
	// The second field, the program's name in brackets, may hold spaces.
	const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
	return fields && (Number(fields[11]) + Number(fields[12])) * 10;
}

function readResidentMib(pid: number | undefined): number | undefined {
	const line = readProc(pid, "status")?.match(/^VmRSS:\s+(\d+) kB$/mu);
	return line ? Number(line[1]) / 1024 : undefined;
}

function readProc(pid: number | undefined, file: string): string | undefined {
	try {
		return readFileSync(`/proc/${pid}/${file}`, "utf8");
	} catch {
		return undefined;
	}
}

/** A port of 127.0.0.1 that nobody listens on just now. */
export function freePort(): Promise<number> {
	return new Promise((resolve, reject) => {
		const server = createServer();
		server.on("error", reject);
		server.listen(0, "127.0.0.1", () => {
			const address = server.address();
			server.close(() =>
				resolve(typeof address === "object" && address ? address.port : 0),
			);
		});
	});
}
