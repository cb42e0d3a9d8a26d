/**
 * Builds `dist/`: the command line as CommonJS bundles (they start fastest), the library as ES modules with types, what
 * tests use as CommonJS too (Jest cannot `require` ES modules), the console's page, and the data files that are read when
 * first needed. A build that is newer than every source is left alone.
 */
import {
	chmodSync,
	cpSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	utimesSync,
	writeFileSync,
} from "node:fs";
import { fileURLToPath } from "node:url";
import { type Plugin, rolldown } from "rolldown";
import { hashVocabulary, unpack, writeTable } from "../src/turn/vocabulary.ts";
import { buildConsole } from "./console.ts";
import { writeTypes } from "./types.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
process.chdir(root);

function newest(path: string): number {
	const stat = statSync(path);
	if (!stat.isDirectory()) return stat.mtimeMs;
	return Math.max(
		stat.mtimeMs,
		...readdirSync(path).map((name) => newest(`${path}/${name}`)),
	);
}

/** Written last: without it the build stopped half-way. */
const stamp = "dist/.built";
const sources = [
	"src",
	"scripts/build.ts",
	"scripts/console.ts",
	"scripts/types.ts",
	"package.json",
	"tsconfig.build.json",
];
const startedAt = new Date();
if (!process.argv.includes("--force") && existsSync(stamp)) {
	if (Math.max(...sources.map(newest)) < statSync(stamp).mtimeMs)
		process.exit(0);
}

rmSync("dist", { recursive: true, force: true });
const external = [
	/^node:/,
	/^@aws-sdk\//,
	/^@jsquash\//,
	/^ajv/,
	"json-p3",
	"liquidjs",
	"mammoth",
	/^read-excel-file/,
	"re2js",
	"selfsigned",
	"undici",
	"unpdf",
	"vitest",
	"yaml",
];
/** A description is read faster as JSON text than as an object literal. */
const plugins = [
	{
		name: "json-text",
		transform: {
			filter: { id: /\.json$/u },
			handler: (code: string) => ({
				code: `export default JSON.parse(${JSON.stringify(JSON.stringify(JSON.parse(code)))});`,
				moduleType: "js" as const,
			}),
		},
	},
];
/**
 * Escapes what is not ASCII: it stands in strings, patterns and comments only. V8 takes longer over a source with a single
 * character past Latin-1, and keeps all of it in two bytes a character.
 */
const asciiText: Plugin = {
	name: "ascii-text",
	generateBundle(_options, bundle) {
		for (const chunk of Object.values(bundle)) {
			if (chunk.type !== "chunk") continue;
			if (/\\[^\0-\x7f]|String\.raw/u.test(chunk.code)) continue;
			chunk.code = chunk.code.replace(
				/[^\0-\x7f]/g,
				(unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
			);
		}
	},
};
/** The modules that are loaded with each command, and with the emulator. */
const loadedWith = new Map<string, Set<string>>();
const staticImports: Plugin = {
	name: "static-imports",
	buildEnd() {
		const collect = (id: string, into: Set<string>): Set<string> => {
			if (into.has(id)) return into;
			into.add(id);
			for (const imported of this.getModuleInfo(id)?.importedIds ?? [])
				collect(imported, into);
			return into;
		};
		for (const name of ["main", "start", "models", "cassettes", "check"])
			loadedWith.set(name, collect(`${root}src/cli/${name}.ts`, new Set()));
		loadedWith.set("emulator", collect(`${root}src/start.ts`, new Set()));
	},
};
/** Whether one of these loads a module that the first file does not hold. */
const isLoadedWith = (id: string, ...names: string[]) =>
	loadedWith.get("main")?.has(id) === false &&
	names.some((name) => loadedWith.get(name)?.has(id));

const cli = await rolldown({
	input: { cli: "src/cli/main.ts" },
	external,
	plugins: [...plugins, staticImports, asciiText],
	platform: "node",
	preserveEntrySignatures: false,
});
// What is imported on first use stays in files of its own: one file would be compiled whole, and load at every start all
// of Node's modules that any part of it names. What every start needs is in few files: each takes a third of a millisecond.
await cli.write({
	dir: "dist",
	format: "cjs",
	entryFileNames: "[name].cjs",
	chunkFileNames: "[name].cjs",
	banner: (chunk) => (chunk.isEntry ? "#!/usr/bin/env node" : ""),
	codeSplitting: {
		includeDependenciesRecursively: false,
		groups: [
			{
				name: "commands",
				test: (id) =>
					isLoadedWith(id, "start") ||
					(isLoadedWith(id, "emulator") &&
						isLoadedWith(id, "models", "cassettes", "check")),
				priority: 1,
			},
			{ name: "emulator", test: (id) => isLoadedWith(id, "emulator") },
		],
	},
});
const testing = {
	testing: "src/testing/index.ts",
	"testing-jest": "src/testing/jest.ts",
};
const library = await rolldown({
	input: {
		index: "src/index.ts",
		"testing-vitest": "src/testing/vitest.ts",
		...testing,
	},
	external,
	plugins,
	platform: "node",
});
await library.write({
	dir: "dist",
	format: "esm",
	chunkFileNames: "[name].js",
});
const required = await rolldown({
	input: testing,
	external,
	plugins,
	platform: "node",
});
await required.write({
	dir: "dist",
	format: "cjs",
	entryFileNames: "[name].cjs",
	// Beside those of the command line, which have the same names.
	chunkFileNames: "testing-[name].cjs",
	// Jest knows no `import()` in CommonJS.
	dynamicImportInCjs: false,
});
cpSync("src/models/vocabulary", "dist/vocabulary", { recursive: true });
// What nearly every first request needs lies unpacked: making Claude's table takes longer than all else in that request.
writeFileSync("dist/vocabulary/characters.table", unpack("characters.bin"));
writeFileSync(
	"dist/vocabulary/claude.table",
	writeTable(hashVocabulary(unpack("claude.bin"))),
);
for (const packed of ["characters.bin", "claude.bin"])
	rmSync(`dist/vocabulary/${packed}`);
cpSync("src/models/catalog.json", "dist/catalog.json");
cpSync("src/engines/script/schema.json", "dist/script.schema.json");
// The runtime's description is bundled: every start needs it. The others are read when they are asked for.
for (const service of readdirSync("src/services")) {
	const file = `src/services/${service}/description.json`;
	if (service === "bedrock-runtime" || !existsSync(file)) continue;
	mkdirSync(`dist/${service}`, { recursive: true });
	const description: unknown = JSON.parse(readFileSync(file, "utf8"));
	writeFileSync(
		`dist/${service}/description.json`,
		JSON.stringify(description),
	);
}
chmodSync("dist/cli.cjs", 0o755);
await buildConsole();

writeTypes({
	types: ["index", "testing/index", "testing/jest", "testing/vitest"],
	"types-cjs": ["testing/index", "testing/jest"],
});
writeFileSync("dist/types-cjs/package.json", '{ "type": "commonjs" }\n');

// A source that changed while this ran is newer than the build.
writeFileSync(stamp, "");
utimesSync(stamp, startedAt, startedAt);
