import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const emitted = "node_modules/.cache/types";

/**
 * Writes type declarations to folders of `dist/`: the entries and what they refer to, no more. Types are not checked here;
 * `npm run types` does.
 *
 * @param folders - a folder's entries, as paths below `src/` without extension
 * @throws Error when the compiler wrote nothing
 */
export function writeTypes(folders: Record<string, string[]>): void {
	rmSync(emitted, { recursive: true, force: true });
	const tsc = createRequire(import.meta.url).resolve("typescript/package.json");
	const { status, error } = spawnSync(
		process.execPath,
		[join(dirname(tsc), "bin/tsc"), "-p", "tsconfig.build.json"],
		{ stdio: "inherit" },
	);
	if (status !== 0)
		throw new Error("The types could not be written.", { cause: error });
	for (const [folder, entries] of Object.entries(folders)) {
		const seen = new Set<string>();
		for (const entry of entries) copy(entry, `dist/${folder}`, seen);
	}
}

function copy(name: string, folder: string, seen: Set<string>): void {
	if (seen.has(name)) return;
	seen.add(name);
	const source = readFileSync(`${emitted}/${name}.d.ts`, "utf8");
	const target = `${folder}/${name}.d.ts`;
	mkdirSync(dirname(target), { recursive: true });
	// What is published is JavaScript, and declarations name it so.
	const text = source.replace(
		/((?:from|import\() ?["'])(\.[^"']+)\.ts(["'])/g,
		(_whole, before: string, path: string, after: string) => {
			copy(join(dirname(name), path), folder, seen);
			return `${before}${path}.js${after}`;
		},
	);
	writeFileSync(target, text);
}
