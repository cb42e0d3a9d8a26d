import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { type Ran, run } from "./process.ts";

/** Something installed, or why it could not be. */
export type Install<T> = { ok: true; value: T } | { ok: false; reason: string };

/** The programs of the Python environment. */
export interface Python {
	python: string;
	aws: string;
}

const here = import.meta.dirname;

/** Puts the packages of package-lock.json into `node_modules` here, unless they are there already. */
export function installNode(): Promise<Install<string>> {
	return cached(
		join(here, "node_modules"),
		"package-lock.json",
		`npm's packages for Node ${process.version}`,
		async () => [await npm(["ci"], here)],
	);
}

/** Runs the npm that runs us, or the one on PATH. */
export function npm(args: string[], cwd: string): Promise<Ran> {
	const path = process.env.npm_execpath;
	const [command, ...before] = path?.endsWith(".js")
		? [process.execPath, path]
		: ["npm"];
	// The packages' engines ask for this Node, which need not be the one that PATH names.
	const node = `${dirname(process.execPath)}${delimiter}${process.env.PATH}`;
	return run(
		command as string,
		[...before, ...args, "--silent", "--no-progress"],
		{ cwd, env: { ...process.env, PATH: node } },
	);
}

/**
 * Makes a virtual environment with requirements.txt in `.venv` here, unless it is there already.
 *
 * @param where - the folder of both, relative to this one
 */
export async function installPython(where = "."): Promise<Install<Python>> {
	const folder = join(here, where, ".venv");
	const requirements = join(where, "requirements.txt");
	const system = process.env.PYTHON ?? "python3";
	const version = await run(system, ["--version"], { cwd: here });
	if (version.code !== 0)
		return {
			ok: false,
			reason: `there is no ${system} on PATH; install Python 3.10 or newer, or set PYTHON`,
		};
	const programs = join(
		folder,
		process.platform === "win32" ? "Scripts" : "bin",
	);
	const value = {
		python: join(programs, "python"),
		aws: join(programs, "aws"),
	};
	const installed = await cached(
		folder,
		requirements,
		version.output.trim(),
		async () => {
			await rm(folder, { recursive: true, force: true });
			const made = await run(system, ["-m", "venv", folder], { cwd: here });
			if (made.code !== 0) return [made];
			const pip = [
				"-m",
				"pip",
				"install",
				"--quiet",
				"--disable-pip-version-check",
				"-r",
				requirements,
			];
			return [made, await run(value.python, pip, { cwd: here })];
		},
	);
	return installed.ok ? { ok: true, value } : installed;
}

/** Has Go bring the modules of go.mod into its own cache, unless they are there already. */
export async function installGo(): Promise<Install<string>> {
	const folder = join(here, "go");
	const env = { ...process.env, GOTOOLCHAIN: "local" };
	const ran = await run("go", ["mod", "download"], { cwd: folder, env });
	if (ran.code === 0) return { ok: true, value: folder };
	return {
		ok: false,
		reason:
			ran.code === 127
				? "there is no go on PATH; install Go 1.26 or newer"
				: `${ran.command} failed: ${lastLines(ran.output)}`,
	};
}

/** Installs into `folder` unless its stamp says that it was made from this lock file by this version. */
export async function cached(
	folder: string,
	lock: string,
	version: string,
	install: () => Promise<Ran[]>,
): Promise<Install<string>> {
	const stampFile = join(folder, ".outcrop-stamp");
	const stamp = createHash("sha256")
		.update(version)
		.update(await readFile(join(here, lock)))
		.digest("hex");
	if (existsSync(stampFile) && (await readFile(stampFile, "utf8")) === stamp)
		return { ok: true, value: folder };
	console.log(`Installing ${lock} with ${version} ...`);
	const broken = (await install()).find(({ code }) => code !== 0);
	if (broken)
		return {
			ok: false,
			reason: `${broken.command} failed: ${lastLines(broken.output)}`,
		};
	await writeFile(stampFile, stamp);
	return { ok: true, value: folder };
}

/** The end of what a program printed, for a sentence. */
export function lastLines(output: string): string {
	return (
		output.trim().split("\n").slice(-5).join(" / ") || "it printed nothing"
	);
}
