/**
 * Builds `dist/`: the command line as CommonJS bundles (they start fastest), the library as ES modules with types, what
 * tests use as CommonJS too (Jest cannot `require` ES modules), and the data files that are read when first needed. A build
 * that is newer than every source is left alone.
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
import { rolldown } from "rolldown";
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
	/^@jsquash\//,
	/^ajv/,
	"json-p3",
	"liquidjs",
	"re2js",
	"selfsigned",
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
const cli = await rolldown({
	input: { cli: "src/cli/main.ts" },
	external,
	plugins,
	platform: "node",
});
// What is imported on first use stays in files of its own: one file would be compiled whole, and load at every start all
// of Node's modules that any part of it names.
await cli.write({
	dir: "dist",
	format: "cjs",
	entryFileNames: "[name].cjs",
	chunkFileNames: "[name].cjs",
	banner: (chunk) => (chunk.isEntry ? "#!/usr/bin/env node" : ""),
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

writeTypes({
	types: ["index", "testing/index", "testing/jest", "testing/vitest"],
	"types-cjs": ["testing/index", "testing/jest"],
});
writeFileSync("dist/types-cjs/package.json", '{ "type": "commonjs" }\n');

// A source that changed while this ran is newer than the build.
writeFileSync(stamp, "");
utimesSync(stamp, startedAt, startedAt);
