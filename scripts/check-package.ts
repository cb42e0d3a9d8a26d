/**
 * Packs the package as npm publishes it and has publint and attw look at it, then installs it in an empty folder and uses it
 * as its users do: the command, and what tests import, as ES module and as CommonJS.
 */
import { execFileSync } from "node:child_process";
import {
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "outcrop-package-"));
try {
	run("node", ["scripts/build.ts"]);
	const packed: { filename: string; files: { path: string }[] }[] = JSON.parse(
		execFileSync(
			"npm",
			["pack", "--json", "--ignore-scripts", "--pack-destination", folder],
			{ encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
		),
	);
	const { filename = "", files = [] } = packed[0] ?? {};
	const archive = join(folder, filename);
	for (const needed of ["LICENSE", "NOTICE", "README.md", "dist/cli.cjs"]) {
		if (!files.some(({ path }) => path === needed))
			throw new Error(`${needed} is not in the package.`);
	}
	for (const file of readdirSync("dist")) {
		// Jest knows no `import()` in CommonJS.
		if (!/^testing.*\.cjs$/.test(file)) continue;
		if (/[^.\w]import\(/.test(readFileSync(`dist/${file}`, "utf8")))
			throw new Error(`dist/${file} imports on first use, which Jest cannot.`);
	}
	run("publint", ["run", "--strict", archive]);
	// Node 22.18 and newer `require` ES modules; what Jest needs is there as CommonJS.
	run("attw", [archive, "--ignore-rules", "cjs-resolves-to-esm"], {
		// Node 10 knew no `exports`; it is long out of support.
		profile: "node16",
	});
	useIt(archive);
} finally {
	rmSync(folder, { recursive: true, force: true });
}

function useIt(archive: string): void {
	writeFileSync(join(folder, "package.json"), '{ "private": true }');
	const here = { cwd: folder };
	run("npm", ["install", "--silent", "--ignore-scripts", archive], here);
	run("npx", ["--no-install", "outcrop", "--version"], here);
	const use = `startOutcrop().then(async (outcrop) => {
		outcrop.when(user(/weather (?<when>[a-z]+)/)).text("{{ 'sunny' | capitalize }} {when}.");
		const answer = await fetch(outcrop.url + "/model/amazon.nova-lite-v1:0/converse", {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: JSON.stringify({ messages: [{ role: "user", content: [{ text: "weather today?" }] }] }),
		});
		const text = await answer.text();
		await outcrop.stop();
		if (!text.includes("Sunny today.")) throw new Error(text);
	})`;
	const names = "{ startOutcrop, user }";
	const modules = {
		"esm.mjs": `import ${names} from "outcrop/testing";\nimport "outcrop";\nawait ${use};`,
		"cjs.cjs": `const ${names} = require("outcrop/testing");\nrequire("outcrop/testing/jest");\n${use};`,
	};
	for (const [name, text] of Object.entries(modules)) {
		writeFileSync(join(folder, name), text);
		run("node", [name], here);
	}
}

function run(
	command: string,
	args: string[],
	options: { cwd?: string; profile?: string } = {},
): void {
	const { cwd, profile } = options;
	console.log(`> ${command} ${args.join(" ")}`);
	execFileSync(command, profile ? [...args, "--profile", profile] : args, {
		cwd,
		stdio: "inherit",
	});
}
