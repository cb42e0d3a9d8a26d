import type { ScriptPath, ScriptProblem } from "./source.ts";

/** A rule, or a part of one, cannot work. `path` leads to it from the script's root. */
export class ScriptError extends Error {
	override readonly name = "ScriptError";
	readonly path: ScriptPath;
	constructor(path: ScriptPath, message: string) {
		super(message);
		this.path = path;
	}
}

/**
 * Runs what may fail in a part of a script.
 *
 * @throws ScriptError with the part's path
 */
export function at<T>(path: ScriptPath, what: string, run: () => T): T {
	try {
		return run();
	} catch (error) {
		if (error instanceof ScriptError) throw error;
		const reason = error instanceof Error ? error.message : String(error);
		throw new ScriptError(path, `${what}: ${reason.replace(/\.?$/, ".")}`);
	}
}

/** A script cannot be loaded. The message has a line for each problem: `file:line:column message`. */
export class InvalidScript extends Error {
	override readonly name = "InvalidScript";
	readonly problems: readonly ScriptProblem[];
	constructor(problems: readonly ScriptProblem[]) {
		super(problems.map(showProblem).join("\n"));
		this.problems = problems;
	}
}

/** A problem as one line that editors and terminals can follow. */
export function showProblem(problem: ScriptProblem): string {
	const { file, line, column, message, severity } = problem;
	const place = file === "" ? "" : `${file}:${line}:${column} `;
	return `${place}${severity === "warning" ? "warning: " : ""}${message}`;
}
