import { describe, expect, test } from "vitest";
import { resolveConfig } from "../../src/resolve-config.ts";
import { post, startOutcrop } from "../support/outcrop.ts";

const haiku = "anthropic.claude-3-haiku-20240307-v1:0";
const arn =
	"arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-3-5-sonnet-20241022-v2:0";
const hello = JSON.stringify({
	messages: [{ role: "user", content: [{ text: "Hi" }] }],
});
const claudeHello = JSON.stringify({
	anthropic_version: "bedrock-2023-05-31",
	max_tokens: 100,
	messages: [{ role: "user", content: "Hi" }],
});

describe.each([
	["default", {}],
	["floci", { compat: "floci" as const }],
])("the seed contract in mode %s", (_mode, config) => {
	test("row 1: any credentials are accepted", async () => {
		await using outcrop = await startOutcrop(config);
		const url = `${outcrop.url}/model/${haiku}/converse`;
		expect((await post(url, hello)).status).toBe(200);
		expect(
			(await post(url, hello, { authorization: "Bearer nonsense" })).status,
		).toBe(200);
		expect(
			(await post(url, hello, { authorization: "AWS4-HMAC-SHA256 broken" }))
				.status,
		).toBe(200);
	});

	test("row 2: Converse answers one assistant text with the id, consistent usage and a latency", async () => {
		await using outcrop = await startOutcrop(config);
		const { status, json } = await post(
			`${outcrop.url}/model/${haiku}/converse`,
			hello,
		);
		expect(status).toBe(200);
		expect(json).toMatchObject({
			output: {
				message: {
					role: "assistant",
					content: [{ text: expect.stringContaining(haiku) }],
				},
			},
			stopReason: "end_turn",
		});
		const { inputTokens, outputTokens, totalTokens } = json.usage as Record<
			string,
			number
		>;
		expect(inputTokens).toBeGreaterThan(0);
		expect(outputTokens).toBeGreaterThan(0);
		expect(totalTokens).toBe((inputTokens ?? 0) + (outputTokens ?? 0));
		expect(json.metrics).toHaveProperty("latencyMs");
	});

	test("row 3: Claude ids, profiled or in an ARN, answer a Messages body with the id verbatim", async () => {
		await using outcrop = await startOutcrop(config);
		for (const id of [haiku, `us.${haiku}`, arn]) {
			const { json } = await post(
				`${outcrop.url}/model/${encodeURIComponent(id)}/invoke`,
				claudeHello,
			);
			expect(json).toMatchObject({
				type: "message",
				role: "assistant",
				model: id,
				content: [{ type: "text" }],
				stop_reason: "end_turn",
			});
			expect(json.id).toBeTruthy();
			const usage = json.usage as Record<string, number>;
			expect(usage.input_tokens).toBeGreaterThan(0);
			expect(usage.output_tokens).toBeGreaterThan(0);
		}
	});

	test("row 4: an unknown family answers the generic body", async () => {
		await using outcrop = await startOutcrop(config);
		const { json } = await post(
			`${outcrop.url}/model/acme.rocket-v1/invoke`,
			'{"prompt":"Hi"}',
		);
		expect(json).toEqual({ outputs: [{ text: expect.any(String) }] });
	});

	test("row 5: ids with / and : work raw and percent-encoded", async () => {
		await using outcrop = await startOutcrop(config);
		for (const path of [
			arn,
			encodeURIComponent(arn),
			arn.replaceAll("/", "%2f"),
		]) {
			const { json } = await post(
				`${outcrop.url}/model/${path}/converse`,
				hello,
			);
			expect(JSON.stringify(json.output)).toContain(arn);
		}
	});

	test("row 6: missing or empty messages and bodies that are not JSON are 400", async () => {
		await using outcrop = await startOutcrop(config);
		for (const body of ["{}", '{"messages":[]}']) {
			const { status, headers, json } = await post(
				`${outcrop.url}/model/${haiku}/converse`,
				body,
			);
			expect(status).toBe(400);
			expect(json.__type).toBe("ValidationException");
			expect(json.message).toBeTruthy();
			expect(headers.get("x-amzn-errortype")).toMatch(/^ValidationException/);
		}
		expect(
			(await post(`${outcrop.url}/model/${haiku}/converse`, "not json")).status,
		).toBe(400);
	});

	test("row 7: system, inferenceConfig and toolConfig are accepted", async () => {
		await using outcrop = await startOutcrop(config);
		const body = JSON.stringify({
			...JSON.parse(hello),
			system: [{ text: "Be brief." }],
			inferenceConfig: {
				maxTokens: 100,
				temperature: 0.5,
				topP: 0.9,
				stopSequences: ["END"],
			},
			toolConfig: {
				tools: [
					{
						toolSpec: { name: "t", inputSchema: { json: { type: "object" } } },
					},
				],
			},
		});
		expect(
			(await post(`${outcrop.url}/model/${haiku}/converse`, body)).status,
		).toBe(200);
	});
});

test("row 8: a file, Floci's root key or Floci's variable switches the service off", async () => {
	const resolve = (
		file: string | undefined,
		env: Record<string, string> = {},
	) =>
		resolveConfig({
			argv: [],
			env,
			cwd: "/nowhere",
			readFile: async (path: string) => {
				if (file === undefined || !path.endsWith("outcrop.yaml"))
					throw Object.assign(new Error("none"), { code: "ENOENT" });
				return file;
			},
		} as never);
	const off = "services:\n  bedrock-runtime:\n    enabled: false\n";
	const configs = [
		await resolve(off),
		await resolve(`floci:\n${off.replace(/^/gm, "  ").trimEnd()}\n`),
		await resolve(undefined, {
			FLOCI_SERVICES_BEDROCK_RUNTIME_ENABLED: "false",
		}),
	];
	for (const config of configs) {
		await using outcrop = await startOutcrop({ services: config.services });
		const { status, json } = await post(
			`${outcrop.url}/model/${haiku}/converse`,
			hello,
		);
		expect(status).toBe(404);
		expect(json.__type).toBe("UnknownOperationException");
	}
});
