import { readdirSync, readFileSync, statSync } from "node:fs";
import { request } from "node:http";
import { beforeAll, expect, test } from "vitest";
import { buildConsole } from "../../scripts/console.ts";
import { startOutcrop } from "../support/outcrop.ts";

const built = new URL("../../dist/console/", import.meta.url);

beforeAll(() => buildConsole());

/** A GET whose Host header may be anything; `fetch` does not let it be. */
function get(
	url: string,
	headers: Record<string, string> = {},
): Promise<{
	status: number | undefined;
	headers: NodeJS.Dict<string | string[]>;
	body: Buffer;
}> {
	return new Promise((resolve, reject) => {
		request(url, { headers }, async (response) => {
			const chunks: Buffer[] = [];
			for await (const chunk of response) chunks.push(chunk);
			const { statusCode: status, headers: got } = response;
			resolve({ status, headers: got, body: Buffer.concat(chunks) });
		})
			.on("error", reject)
			.end();
	});
}

function scriptName(): string {
	const page = readFileSync(new URL("index.html", built), "utf8");
	return /src="(?<url>[^"]+\.js)"/u.exec(page)?.groups?.url ?? "";
}

/** As browsers ask for a page. */
const html = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

test("a browser at the bare URL is led to the console", async () => {
	await using outcrop = await startOutcrop();
	const { status, headers } = await get(`${outcrop.url}/`, html);
	expect([status, headers.location]).toEqual([307, "/_outcrop/"]);
});

test("to others the bare URL is an unknown operation, as at AWS", async () => {
	await using outcrop = await startOutcrop();
	const { status, body } = await get(`${outcrop.url}/`);
	expect(status).toBe(404);
	expect(JSON.parse(body.toString())).toMatchObject({
		__type: "UnknownOperationException",
	});
});

test("a probe of a misspelt path does not pass", async () => {
	await using outcrop = await startOutcrop();
	const { status, body } = await get(`${outcrop.url}/_outcrop/healt`);
	expect(status).toBe(404);
	expect(body.toString()).toBe(
		"There is no /_outcrop/healt. The console is at /_outcrop/, health at /_outcrop/health, the API at /_outcrop/api/openapi.json.\n",
	);
});

/** What Java's HttpURLConnection sends with every request: Testcontainers' probes, the AWS SDK's url-connection client. */
const java = { accept: "text/html, image/gif, image/jpeg, */*; q=0.2" };

test("a probe of a misspelt path from Java does not pass", async () => {
	await using outcrop = await startOutcrop();
	const { status } = await get(`${outcrop.url}/_outcrop/healt`, java);
	expect(status).toBe(404);
});

test("to Java's clients the bare URL is an unknown operation too", async () => {
	await using outcrop = await startOutcrop();
	const { status } = await get(`${outcrop.url}/`, java);
	expect(status).toBe(404);
});

test("the page is served, and lets nothing run, load or frame it but its own files", async () => {
	await using outcrop = await startOutcrop();
	const { status, headers, body } = await get(`${outcrop.url}/_outcrop/`);
	expect(status).toBe(200);
	expect(headers["content-type"]).toBe("text/html; charset=utf-8");
	expect(headers["cache-control"]).toBe("no-cache");
	expect(headers["content-security-policy"]).toBe(
		"default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
	);
	expect(headers["x-content-type-options"]).toBe("nosniff");
	expect(body.toString()).toContain('<div id="app"></div>');
});

test("the path without its slash leads to the page", async () => {
	await using outcrop = await startOutcrop();
	const { status, headers } = await get(`${outcrop.url}/_outcrop`);
	expect([status, headers.location]).toEqual([308, "/_outcrop/"]);
});

test("the path of a view is the page's", async () => {
	await using outcrop = await startOutcrop();
	const page = await get(`${outcrop.url}/_outcrop/`);
	const view = await get(`${outcrop.url}/_outcrop/exchanges/1/stream`, html);
	expect(view.status).toBe(200);
	expect(view.body).toEqual(page.body);
});

test("scripts are kept for ever by browsers, and come packed to those that unpack", async () => {
	await using outcrop = await startOutcrop();
	const url = outcrop.url + scriptName();
	const plain = await get(url);
	const packed = await get(url, { "accept-encoding": "gzip, br" });
	expect(plain.headers["content-type"]).toBe("text/javascript; charset=utf-8");
	expect(plain.headers["cache-control"]).toBe(
		"public, max-age=31536000, immutable",
	);
	expect(plain.headers["content-encoding"]).toBeUndefined();
	expect(packed.headers["content-encoding"]).toBe("gzip");
	expect(packed.body.length).toBeLessThan(plain.body.length / 2);
});

test.each(["nothing.js", "..%2f..%2fcli.cjs", "..%2findex.html", "console.js"])(
	"no file is served but those that were built: %s",
	async (name) => {
		await using outcrop = await startOutcrop();
		const { status } = await get(`${outcrop.url}/_outcrop/assets/${name}`);
		expect(status).toBe(404);
	},
);

test("an unknown path of the API is not the page", async () => {
	await using outcrop = await startOutcrop();
	const { status } = await get(`${outcrop.url}/_outcrop/api/nothing`);
	expect(status).toBe(404);
});

const guardedPaths = [
	"/_outcrop",
	"/_outcrop/",
	"/_outcrop/exchanges/1",
	"/_outcrop/assets/nothing.js",
	"/_outcrop/api/exchanges",
	"/_outcrop/api/exchanges/stream",
	"/_outcrop/api/exchanges/sequences",
	"/_outcrop/api/exchanges/1/request",
	"/_outcrop/api/models",
	"/_outcrop/api/overview",
	"/_outcrop/api/openapi.json",
];

test.each(guardedPaths)("a foreign Host is refused: %s", async (path) => {
	await using outcrop = await startOutcrop();
	const { status } = await get(outcrop.url + path, { host: "evil.example" });
	expect(status).toBe(403);
});

test.each(guardedPaths)("a foreign Origin is refused: %s", async (path) => {
	await using outcrop = await startOutcrop();
	const { status, headers } = await get(outcrop.url + path, {
		origin: "https://evil.example",
	});
	expect(status).toBe(403);
	expect(headers["access-control-allow-origin"]).toBeUndefined();
});

const kilobyte = 1000;

function packedSize(names: readonly string[]): number {
	return names
		.map((name) => statSync(new URL(`assets/${name}.gz`, built)).size)
		.reduce((sum, size) => sum + size, 0);
}

test("all scripts together have at most 200 KB, packed", () => {
	const scripts = readdirSync(new URL("assets", built)).filter((name) =>
		name.endsWith(".js"),
	);
	expect(scripts.length).toBeGreaterThan(3);
	expect(packedSize(scripts)).toBeLessThan(200 * kilobyte);
});

/** A script and all that it imports before it runs. */
function withImports(name: string, found = new Set<string>()): Set<string> {
	if (found.has(name)) return found;
	found.add(name);
	const code = readFileSync(new URL(`assets/${name}`, built), "utf8");
	for (const [, imported = ""] of code.matchAll(
		/\b(?:from|import)\s*["']\.\/([^"']+\.js)["']/gu,
	))
		withImports(imported, found);
	return found;
}

test("what the first view needs has at most 40 KB, packed", () => {
	const assets = readdirSync(new URL("assets", built));
	const first = new Set<string>();
	for (const name of assets.filter((one) =>
		/^(?:console|live)-.*\.js$/u.test(one),
	))
		withImports(name, first);
	const styles = assets.filter((name) => name.endsWith(".css"));
	expect(first.size).toBeGreaterThan(3);
	expect(styles).toHaveLength(1);
	expect(packedSize([...first, ...styles])).toBeLessThan(40 * kilobyte);
});

test("no script evaluates text or asks another server", () => {
	const scripts = readdirSync(new URL("assets", built))
		.filter((name) => name.endsWith(".js"))
		.map((name) => readFileSync(new URL(`assets/${name}`, built), "utf8"));
	expect(scripts.join("\n")).not.toMatch(/\beval\(|new Function\(/u);
	expect(readFileSync(new URL("index.html", built), "utf8")).not.toMatch(
		/(?:src|href)="(?!\/_outcrop\/)/u,
	);
});
