import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname } from "node:path";

const here = import.meta.dirname;
const stamp = `${here}/node_modules/.outcrop-stamp`;

/**
 * Puts the packages of this folder's lock file into its `node_modules`, unless they are there already.
 *
 * @throws Error with npm's words when they cannot be had
 */
export function installPackages(): void {
	const lock = readFileSync(`${here}/package-lock.json`, "utf8");
	if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
	console.log("Installing aimock and autocannon ...");
	const npm = process.env.npm_execpath;
	const [command, ...args] = npm?.endsWith(".js")
		? [process.execPath, npm, "ci"]
		: ["npm", "ci"];
	const path = `${dirname(process.execPath)}${delimiter}${process.env.PATH}`;
	const ran = spawnSync(
		command ?? "npm",
		[...args, "--silent", "--no-progress"],
		{
			cwd: here,
			env: { ...process.env, PATH: path },
			encoding: "utf8",
			shell: process.platform === "win32",
		},
	);
	if (ran.status !== 0)
		throw new Error(
			`npm ci in bench/ failed: ${ran.error?.message ?? ran.stderr}`,
		);
	writeFileSync(stamp, lock);
}
