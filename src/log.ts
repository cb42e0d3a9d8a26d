/** What happened, for people: one line an entry. Small on purpose: pino costs start-up time and writes JSON. */

/** How much is logged: each level has those before it too. */
export type LogLevel = "silent" | "error" | "info" | "debug";

/** Takes what happens. Neither headers nor bodies belong here: they may hold credentials and prompts. */
export interface Log {
	/** @param details - an error, whose whole stack is logged, or a few plain values by name */
	error(message: string, details?: unknown): void;
	info(message: string, details?: unknown): void;
	debug(message: string, details?: unknown): void;
}

/**
 * Writes `2026-01-31T12:00:00.000Z info  message name=value`. Control characters are escaped, so that no client can
 * forge a line; objects among the details are not opened.
 *
 * @param write - takes whole lines, line feed included
 * @param now - milliseconds since the epoch
 */
export function createLog(
	level: LogLevel,
	write: (line: string) => void,
	now: () => number = Date.now,
): Log {
	const writer = (name: string) => (message: string, details?: unknown) => {
		write(
			`${new Date(now()).toISOString()} ${name} ${escapeControls(message)}${showDetails(details)}\n`,
		);
	};
	return {
		error: level === "silent" ? ignore : writer("error"),
		info: level === "info" || level === "debug" ? writer("info ") : ignore,
		debug: level === "debug" ? writer("debug") : ignore,
	};
}

function ignore(): void {}

function showDetails(details: unknown): string {
	if (details === undefined) return "";
	if (details instanceof Error) return `\n${showStack(details)}`;
	if (typeof details !== "object" || details === null)
		return ` ${showValue(details)}`;
	let line = "";
	let stacks = "";
	for (const [name, value] of Object.entries(details)) {
		if (value instanceof Error) stacks += `\n${showStack(value)}`;
		else if (value !== undefined) line += ` ${name}=${showValue(value)}`;
	}
	return line + stacks;
}

function showValue(value: unknown): string {
	if (typeof value === "object" && value !== null)
		return Array.isArray(value) ? "[list]" : "[object]";
	const shown = String(value);
	return typeof value === "string" && /[\s"=]|^$/u.test(shown)
		? escapeControls(JSON.stringify(shown))
		: escapeControls(shown);
}

/** The stack and those of its causes, indented; at most 5, since causes may go round in circles. */
function showStack(error: Error): string {
	const stacks: string[] = [];
	let cause: unknown = error;
	while (cause instanceof Error && stacks.length < 5) {
		const stack = cause.stack ?? `${cause.name}: ${cause.message}`;
		stacks.push((stacks.length === 0 ? "" : "caused by ") + stack);
		cause = cause.cause;
	}
	return stacks
		.join("\n")
		.split("\n")
		.map((line) => `  ${escapeControls(line)}`)
		.join("\n");
}

function escapeControls(text: string): string {
	return text.replace(
		/[\p{Cc}\p{Zl}\p{Zp}]/gu,
		(character) =>
			`\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
	);
}
