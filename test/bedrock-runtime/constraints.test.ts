import http from "node:http";
import fc from "fast-check";
import { expect, test } from "vitest";
import { linkDescription } from "../../src/protocol/description.ts";
import description from "../../src/services/bedrock-runtime/description.json" with {
	type: "json",
};
import { brokenInputs } from "../support/broken-inputs.ts";
import { startOutcrop } from "../support/outcrop.ts";

const { operations } = linkDescription(description as never);
const labels: Record<string, string> = {
	modelId: "anthropic.claude-3-haiku-20240307-v1:0",
};
const built = ["Converse", "ConverseStream", "CountTokens"];
const agent = new http.Agent({ keepAlive: true });

function send(
	url: string,
	method: string,
	body: string | Buffer,
): Promise<{ status: number; text: string }> {
	return new Promise((resolve, reject) => {
		const request = http.request(url, { method, agent }, (response) => {
			const chunks: Buffer[] = [];
			response.on("data", (chunk: Buffer) => chunks.push(chunk));
			response.on("end", () =>
				resolve({
					status: response.statusCode ?? 0,
					text: Buffer.concat(chunks).toString(),
				}),
			);
		});
		request.on("error", reject);
		request.end(body);
	});
}

function urlOf(base: string, uri: string): string {
	return (
		base +
		uri.replace(/\{(\w+)\}/g, (_, name: string) =>
			encodeURIComponent(labels[name] ?? "x"),
		)
	);
}

test.each(built)(
	"each constraint of %s, broken alone, is a 400 that names the member",
	async (name) => {
		await using outcrop = await startOutcrop();
		const operation = operations.get(name);
		if (!operation) throw new Error(name);
		const cases = brokenInputs(operation);
		expect(cases.length).toBeGreaterThan(100);
		const wrong: string[] = [];
		for (const { path, constraint, input } of cases) {
			const { status, text } = await send(
				urlOf(outcrop.url, operation.uri),
				operation.method,
				JSON.stringify(input),
			);
			if (status !== 400 || !text.includes(`at '${path}' failed`))
				wrong.push(`${path} (${constraint}): ${status} ${text}`);
		}
		expect(wrong).toEqual([]);
	},
);

test("whatever JSON comes, every answer is AWS's own refusal or an answer", async () => {
	await using outcrop = await startOutcrop();
	const members = [...operations.values()].flatMap((operation) =>
		operation.input.members.map((member) => member.name),
	);
	const body = fc.oneof(
		fc.json(),
		fc
			.dictionary(fc.constantFrom(...members), fc.jsonValue())
			.map((value) => JSON.stringify(value)),
		fc
			.record({
				role: fc.constantFrom("user", "assistant", "x"),
				content: fc.array(
					fc.dictionary(
						fc.constantFrom(
							"text",
							"toolUse",
							"toolResult",
							"image",
							"document",
							"cachePoint",
						),
						fc.jsonValue(),
					),
				),
			})
			.map((message) => JSON.stringify({ messages: [message] })),
		fc.string(),
	);
	const paths = [...operations.values()]
		.filter((operation) => operation.method === "POST")
		.map((operation) => operation.uri);
	await fc.assert(
		fc.asyncProperty(fc.constantFrom(...paths), body, async (uri, text) => {
			const { status } = await send(urlOf(outcrop.url, uri), "POST", text);
			expect([200, 400, 404, 501]).toContain(status);
		}),
		{ numRuns: 500, seed: 42 },
	);
});

test("bytes that are no JSON at all are refused by the structured operations", async () => {
	await using outcrop = await startOutcrop();
	await fc.assert(
		fc.asyncProperty(
			fc.uint8Array({ minLength: 1 }),
			fc.constantFrom(...built),
			async (bytes, name) => {
				const { status } = await send(
					urlOf(outcrop.url, operations.get(name)?.uri ?? ""),
					"POST",
					Buffer.from(bytes),
				);
				expect(status).toBe(400);
			},
		),
		{ numRuns: 200, seed: 42 },
	);
});
