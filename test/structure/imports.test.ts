import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";

const root = new URL("../../src", import.meta.url).pathname;

/** From top to bottom: a place may import from itself and from what stands below it. */
const layers = [
	"index.ts",
	"cli",
	"testing",
	"start.ts",
	"console",
	"emulator.ts",
	"emulator",
	"forward.ts",
	"resolve-config.ts",
	"config.ts",
	"config",
	"services",
	"engines",
	"recordings",
	"providers",
	"faults",
	"journal",
	"models",
	"store",
	"turn",
	"protocol",
	"http",
	"file-error.ts",
	"json.ts",
	"nearest.ts",
	"show-met.ts",
	"watch.ts",
	"log.ts",
	"clock.ts",
	"node-version.ts",
	"random.ts",
	"call.ts",
	"errors.ts",
	"version.ts",
];

function filesBelow(folder: string): string[] {
	return readdirSync(folder).flatMap((name) => {
		const path = join(folder, name);
		if (statSync(path).isDirectory()) return filesBelow(path);
		return name.endsWith(".ts") ? [path] : [];
	});
}

function layerOf(path: string): number {
	const layer = layers.indexOf(relative(root, path).split("/")[0] ?? "");
	if (layer < 0)
		throw new Error(
			`${relative(root, path)} stands in no known layer; add it to this test's list`,
		);
	return layer;
}

/** Types flow freely: a type-only import says nothing at run time. */
function valueImports(file: string): string[] {
	const source = readFileSync(file, "utf8");
	const statements = source.matchAll(
		/^(?:import|export) (?!type\b)[^;]*?from "(\.[^"]+\.ts)"/gms,
	);
	return [...statements].map((statement) =>
		join(dirname(file), statement[1] as string),
	);
}

test("imports point down the list of layers only", () => {
	const upward = filesBelow(root).flatMap((file) =>
		valueImports(file)
			.filter((target) => layerOf(target) < layerOf(file))
			.map(
				(target) => `${relative(root, file)} imports ${relative(root, target)}`,
			),
	);
	expect(upward).toEqual([]);
});
