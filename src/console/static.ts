import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import type { HttpRequest, HttpResponse } from "../http/message.ts";
import { isBrowser } from "./browser.ts";

/** Where the built page lies: beside the bundles, or in `dist/` when Outcrop runs from its sources. */
const folder = [
	join(import.meta.dirname, "console"),
	join(import.meta.dirname, "../../dist/console"),
].find((path) => existsSync(join(path, "index.html")));

const types: Record<string, string> = {
	".css": "text/css; charset=utf-8",
	".js": "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
};

/**
 * Nothing but the page's own files runs, loads or frames it: text that was journaled stays text even if a view should forget
 * to show it as such. Pictures of conversations are `data:` URLs.
 */
const security = {
	"Content-Security-Policy":
		"default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
	"X-Content-Type-Options": "nosniff",
	"Referrer-Policy": "no-referrer",
	"Cross-Origin-Opener-Policy": "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
};

/**
 * A file of the built page. Files have their hash in their name and never change; every path that is no file's is the page
 * itself, which knows its views by their path. Only a browser opens a view: a probe of a misspelt path must not pass.
 */
export async function servePage(request: HttpRequest): Promise<HttpResponse> {
	if (request.path === "/_outcrop")
		return {
			status: 308,
			headers: { Location: "/_outcrop/", ...security },
			body: "",
		};
	if (folder === undefined) return notBuilt();
	const asset = /^\/_outcrop\/assets\/([^/]+)$/u.exec(request.path)?.[1];
	if (asset !== undefined) return serveAsset(folder, asset, request);
	if (request.path !== "/_outcrop/" && !isBrowser(request))
		return plainText(
			404,
			`There is no ${request.path.slice(0, 200)}. The console is at /_outcrop/, health at /_outcrop/health, the API at /_outcrop/api/openapi.json.\n`,
		);
	return {
		status: 200,
		headers: {
			"Content-Type": "text/html; charset=utf-8",
			"Cache-Control": "no-cache",
			...security,
		},
		body: await readFile(join(folder, "index.html")),
	};
}

/** Only names that the folder lists are opened: no path leads out of it. */
async function serveAsset(
	page: string,
	name: string,
	request: HttpRequest,
): Promise<HttpResponse> {
	const assets = join(page, "assets");
	const type = types[extname(name)];
	if (!type || !(await readdir(assets)).includes(name))
		return plainText(404, `The console has no file ${name.slice(0, 100)}.\n`);
	const packed = /\bgzip\b/u.test(request.headers["accept-encoding"] ?? "");
	return {
		status: 200,
		headers: {
			"Content-Type": type,
			"Cache-Control": "public, max-age=31536000, immutable",
			Vary: "Accept-Encoding",
			...(packed && { "Content-Encoding": "gzip" }),
			...security,
		},
		body: await readFile(join(assets, packed ? `${name}.gz` : name)),
	};
}

function notBuilt(): HttpResponse {
	return plainText(
		404,
		"Outcrop runs from its sources and its console is not built yet. Run npm run build, then start Outcrop again.\n",
	);
}

function plainText(status: number, body: string): HttpResponse {
	return {
		status,
		headers: { "Content-Type": "text/plain; charset=utf-8", ...security },
		body,
	};
}
