import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");

const files = ["src", "test", "scripts", "bench"].flatMap((folder) =>
	readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
		.filter((name) => /\.tsx?$/.test(name) && !name.includes("node_modules"))
		.map((name) => join(root, folder, name)),
);

/** Names that are imported, by the file they are of; `*` where a module is imported whole. */
function importedNames(): Map<string, Set<string>> {
	const imported = new Map<string, Set<string>>();
	for (const file of files) {
		const source = readFileSync(file, "utf8");
		const statements = source.matchAll(
			/(?:import|export) (?:type )?(\*|\{[^}]*\})[^;]*? from "(\.[^"]+)"|import\(\s*("\.[^"]+)"/g,
		);
		for (const [, clause = "*", from, loaded] of statements) {
			const path = resolve(dirname(file), from ?? loaded?.slice(1) ?? "");
			const known = imported.get(path) ?? new Set();
			for (const [name] of clause.matchAll(/\*|\w+(?=\s*(?:,|\}| as ))/g))
				known.add(name);
			imported.set(path, known);
		}
	}
	return imported;
}

test("whatever a file exports to run, another file imports", () => {
	const imported = importedNames();
	const unused = files
		.filter((file) => file.startsWith(join(root, "src")))
		.flatMap((file) => {
			const names = imported.get(file) ?? new Set();
			const exported = readFileSync(file, "utf8").matchAll(
				/^export (?:async )?(?:function\*?|const|class) (\w+)/gm,
			);
			return names.has("*")
				? []
				: [...exported]
						.map(([, name = ""]) => name)
						.filter((name) => !names.has(name))
						.map((name) => `${relative(root, file)}: ${name}`);
		});
	expect(unused).toEqual([]);
});
