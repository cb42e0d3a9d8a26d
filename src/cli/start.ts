import { readFileSync } from "node:fs";
import type { Config } from "../config.ts";
import { createLog, type Log } from "../log.ts";
import { checkSupported, resolveConfig } from "../resolve-config.ts";
import { banner } from "./banner.ts";
import { explainListenError } from "./listen-error.ts";
import { optionsHelp, sources, wrap } from "./options-help.ts";
import { stopSignals, styleOf, type Terminal } from "./terminal.ts";

/** What this command needs of a running emulator. */
export interface Running {
	readonly url: string;
	readonly config: Config;
	stop(graceMs: number): Promise<void>;
}

/** Starts an emulator; throws the system's error when it cannot listen. */
export type Start = (config: Config, log: Log) => Promise<Running>;

/**
 * `outcrop start`: serves until it is told to stop.
 *
 * @returns 0 after SIGTERM or SIGINT, 1 when it could not listen
 * @throws ConfigError
 */
export async function run(
	args: readonly string[],
	terminal: Terminal,
	start: Start = startOutcrop,
): Promise<number> {
	const { env, cwd } = terminal;
	const config = await resolveConfig({
		argv: args,
		env,
		cwd,
		// At once: loading node:fs/promises takes longer than all files that a start reads.
		readFile: async (path) => readFileSync(path, "utf8"),
	});
	const log = createLog(config.log, (line) => terminal.stderr.write(line));
	let emulator: Running;
	try {
		emulator = await start(config, log);
	} catch (error) {
		const explanation = await explainListenError(error, config);
		if (explanation === undefined) throw error;
		const { stderr } = terminal;
		stderr.write(`${styleOf(stderr, env).red("outcrop:")} ${explanation}\n`);
		return 1;
	}
	const stopped = serveUntilSignal(emulator, log, terminal);
	const { stdout } = terminal;
	stdout.write(banner(emulator, styleOf(stdout, env)));
	if (config.ignored.length > 0) {
		log.info(
			`Floci settings without a meaning here: ${config.ignored.join(", ")}`,
		);
	}
	return stopped;
}

/** Loads the emulator only now: help, version and wrong options do not wait for it. */
async function startOutcrop(config: Config, log: Log): Promise<Running> {
	const { services, startEmulator } = await import("../start.ts");
	checkSupported(
		config,
		services.map((service) => service.name),
	);
	return startEmulator(config, { log });
}

/** The first signal lets running streams end; the second ends the process. */
function serveUntilSignal(
	emulator: Running,
	log: Log,
	terminal: Terminal,
): Promise<number> {
	return new Promise((resolve, reject) => {
		let stopping = false;
		terminal.onSignal((signal) => {
			if (stopping) return terminal.exit(128 + stopSignals[signal]);
			stopping = true;
			const { drainMs } = emulator.config;
			log.info(
				`${signal}: stopping. Running streams have ${drainMs / 1000} s to end; a second signal ends them now`,
			);
			emulator.stop(drainMs).then(() => resolve(0), reject);
		});
	});
}

const about =
	"Starts the emulator and prints what to paste into the shell of your application. Nothing else has to change: " +
	"SDKs and the AWS CLI find it by AWS_ENDPOINT_URL.";

const stopping =
	"SIGTERM or Ctrl+C stops it: running streams may end within --drain-ms, and the exit code is 0. A second signal " +
	"ends it at once. The exit code is 1 when it cannot listen and 2 when the configuration is wrong.";

/** The page of `outcrop help start`. */
export function help(terminal: Terminal): string {
	const style = styleOf(terminal.stdout, terminal.env);
	const indent = (text: string) =>
		wrap(text, 78)
			.map((line) => `  ${line}\n`)
			.join("");
	return `${style.bold("Usage")}
  outcrop [start] [options]

${indent(about)}
${optionsHelp(style)}
${style.bold("Where options come from")}
${sources()}
${style.bold("Stopping")}
${indent(stopping)}`;
}
