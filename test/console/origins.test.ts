import { request } from "node:http";
import { expect, test } from "vitest";
import { resolveConfig } from "../../src/resolve-config.ts";
import { startOutcrop } from "../support/outcrop.ts";

const friend = "http://localhost:5173";

/** `fetch` lets nobody choose an Origin. */
function ask(
	url: string,
	headers: Record<string, string>,
	method = "GET",
): Promise<{ status: number | undefined; headers: NodeJS.Dict<unknown> }> {
	return new Promise((resolve, reject) => {
		request(url, { method, headers }, (response) => {
			response.resume().on("end", () => {
				const { statusCode: status, headers: got } = response;
				resolve({ status, headers: got });
			});
		})
			.on("error", reject)
			.end();
	});
}

test("a page of an allowed origin may read the API, and caches tell origins apart", async () => {
	await using outcrop = await startOutcrop({ allowedOrigins: [friend] });
	const url = `${outcrop.url}/_outcrop/api/faults`;
	const { status, headers } = await ask(url, { origin: friend });
	expect(status).toBe(200);
	expect(headers["access-control-allow-origin"]).toBe(friend);
	expect(headers["access-control-allow-credentials"]).toBeUndefined();
	expect(headers.vary).toBe("Origin");
	const other = await ask(url, {});
	expect(other.headers["access-control-allow-origin"]).toBeUndefined();
	expect(other.headers.vary).toBe("Origin");
});

test("its browser may ask first, for every method and header of the API", async () => {
	await using outcrop = await startOutcrop({ allowedOrigins: [friend] });
	const { status, headers } = await ask(
		`${outcrop.url}/_outcrop/api/faults/fault-1`,
		{ origin: friend, "access-control-request-method": "DELETE" },
		"OPTIONS",
	);
	expect(status).toBe(204);
	expect(headers).toMatchObject({
		"access-control-allow-origin": friend,
		"access-control-allow-methods": "GET, POST, PUT, DELETE",
		"access-control-allow-headers": "content-type, x-outcrop-namespace",
		vary: "Origin",
	});
});

test.each([
	"http://localhost:5174",
	"https://localhost:5173",
	"http://localhost:51730",
	"http://localhost:5173.evil.example",
	"http://evil.example",
	"null",
])("a page of another origin stays refused: %s", async (origin) => {
	await using outcrop = await startOutcrop({ allowedOrigins: [friend] });
	const url = `${outcrop.url}/_outcrop/api/faults`;
	const { status, headers } = await ask(url, { origin });
	expect(status).toBe(403);
	expect(headers["access-control-allow-origin"]).toBeUndefined();
	const preflight = await ask(
		url,
		{ origin, "access-control-request-method": "POST" },
		"OPTIONS",
	);
	expect(preflight.status).toBe(403);
	expect(preflight.headers["access-control-allow-methods"]).toBeUndefined();
});

test("an allowed origin does not open other hosts", async () => {
	await using outcrop = await startOutcrop({ allowedOrigins: [friend] });
	const { status } = await ask(`${outcrop.url}/_outcrop/api/faults`, {
		origin: friend,
		host: "evil.example",
	});
	expect(status).toBe(403);
});

test("without the option nobody is answered by CORS", async () => {
	await using outcrop = await startOutcrop();
	const url = `${outcrop.url}/_outcrop/api/faults`;
	const { headers } = await ask(url, { origin: outcrop.url });
	expect(headers["access-control-allow-origin"]).toBeUndefined();
	expect(headers.vary).toBeUndefined();
	const { status } = await ask(url, { origin: friend });
	expect(status).toBe(403);
});

test("packed files of the page still tell encodings apart", async () => {
	await using outcrop = await startOutcrop({ allowedOrigins: [friend] });
	const page = await fetch(`${outcrop.url}/_outcrop/`);
	const script = /src="(?<url>[^"]+)"/u.exec(await page.text())?.groups?.url;
	const { headers } = await ask(`${outcrop.url}${script}`, { origin: friend });
	expect(headers.vary).toBe("Accept-Encoding, Origin");
});

test.each([
	"*",
	"localhost:5173",
	"http://localhost:5173/",
	"http://LOCALHOST",
	"http://localhost:80",
])(
	"an origin that no browser would send stops the start: %s",
	async (origin) => {
		const resolving = resolveConfig({
			argv: ["--allowed-origins", origin],
			env: {},
			cwd: "/",
			readFile: () => Promise.reject(new Error("There is no file.")),
		});
		await expect(resolving).rejects.toThrow(
			"takes an origin such as http://localhost:5173",
		);
	},
);
