/**
 * Builds the console's page to `dist/console/`: `npm run build:console` while you work on it; `npm run build` does it too.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { gzipSync } from "node:zlib";
import { bundle } from "lightningcss";
import { rolldown } from "rolldown";

const source = "src/console/ui";
const target = "dist/console";
/** Every browser of the last two years. */
const browsers = {
	chrome: 123 << 16,
	firefox: 121 << 16,
	safari: (17 << 16) | (5 << 8),
};

/** Bundles scripts and styles under names with their hash, packs each, and writes the page that loads them. */
export async function buildConsole(): Promise<void> {
	rmSync(target, { recursive: true, force: true });
	mkdirSync(`${target}/assets`, { recursive: true });
	const scripts = await bundleScripts();
	const style = writeAsset("style.css", bundleStyles());
	const icon = writeAsset("icon.svg", readFileSync(`${source}/icon.svg`));
	const page = readFileSync(`${source}/index.html`, "utf8");
	const tags = [
		`<link rel="icon" href="${icon}">`,
		`<link rel="stylesheet" href="${style}">`,
		...scripts.map(({ url, isEntry }) =>
			isEntry
				? `<script type="module" src="${url}"></script>`
				: `<link rel="modulepreload" href="${url}">`,
		),
	];
	writeFileSync(
		`${target}/index.html`,
		page.replace("<!-- assets -->", tags.join("\n\t\t")),
	);
}

/** @returns those that the first view needs: the entry, and what it imports */
async function bundleScripts(): Promise<{ url: string; isEntry: boolean }[]> {
	const bundled = await rolldown({
		input: { console: `${source}/main.tsx` },
		platform: "browser",
		tsconfig: `${source}/tsconfig.json`,
		transform: { define: { "process.env.NODE_ENV": '"production"' } },
	});
	const { output } = await bundled.generate({
		format: "esm",
		minify: true,
		entryFileNames: "[name]-[hash].js",
		chunkFileNames: "[name]-[hash].js",
	});
	const chunks = output.filter((file) => file.type === "chunk");
	for (const { fileName, code } of chunks) writePacked(fileName, code);
	const entry = chunks.find((chunk) => chunk.isEntry);
	if (!entry) throw new Error("The console's scripts have no entry.");
	return [...entry.imports, entry.fileName].map((fileName) => ({
		url: urlOf(fileName),
		isEntry: fileName === entry.fileName,
	}));
}

function bundleStyles(): Uint8Array {
	const { code } = bundle({
		filename: `${source}/styles/index.css`,
		minify: true,
		targets: browsers,
	});
	return code;
}

/** @returns where the page finds it */
function writeAsset(name: string, content: Uint8Array): string {
	const hash = createHash("sha256").update(content).digest("base64url");
	const fileName = name.replace(/(\.\w+)$/u, `-${hash.slice(0, 8)}$1`);
	writePacked(fileName, content);
	return urlOf(fileName);
}

function writePacked(fileName: string, content: string | Uint8Array): void {
	writeFileSync(`${target}/assets/${fileName}`, content);
	const packed = gzipSync(content, { level: 9 });
	writeFileSync(`${target}/assets/${fileName}.gz`, packed);
}

function urlOf(fileName: string): string {
	return `/_outcrop/assets/${basename(fileName)}`;
}

if (import.meta.main) await buildConsole();
