import { expect, test } from "vitest";
import { post, startOutcrop } from "../support/outcrop.ts";

const haiku = "anthropic.claude-3-haiku-20240307-v1:0";

test("row 10: streams answer 501 UnsupportedOperationException", async () => {
	await using outcrop = await startOutcrop({ compat: "floci" });
	for (const operation of ["converse-stream", "invoke-with-response-stream"]) {
		const { status, json } = await post(
			`${outcrop.url}/model/${haiku}/${operation}`,
			"{}",
		);
		expect(status).toBe(501);
		expect(json.__type).toBe("UnsupportedOperationException");
	}
});

test("row 11: every other family answers the generic body", async () => {
	await using outcrop = await startOutcrop({ compat: "floci" });
	const { status, json } = await post(
		`${outcrop.url}/model/amazon.titan-text-express-v1/invoke`,
		'{"inputText":"hi"}',
	);
	expect(status).toBe(200);
	expect(Object.keys(json)).toEqual(["outputs"]);
});

test("row 12: only messages is looked at, and no tool is ever called", async () => {
	await using outcrop = await startOutcrop({ compat: "floci" });
	const url = `${outcrop.url}/model/${haiku}/converse`;
	const odd = {
		messages: [{ role: 5 }],
		toolConfig: { tools: [], toolChoice: { any: {} } },
		inferenceConfig: { temperature: 99 },
	};
	const { status, json } = await post(url, JSON.stringify(odd));
	expect(status).toBe(200);
	expect(json.stopReason).toBe("end_turn");
	expect(JSON.stringify(json.output)).toContain(haiku);
	for (const body of ["{}", '{"messages":[]}', '{"messages":"hi"}', "{nope"]) {
		const refused = await post(url, body);
		expect(refused.status).toBe(400);
		expect(refused.json.__type).toBe("ValidationException");
		expect(refused.headers.get("x-amzn-errortype")).toContain(
			"ValidationException",
		);
	}
});

test.each([
	['"content":[{"text":5}]', ""],
	['"content":[{"toolResult":{"toolUseId":"a","content":7}}]', ""],
	['"content":[{"image":{"format":"png","source":{"bytes":"!!"}}}]', ""],
	[
		'"content":[{"image":{"format":"png","source":{"bytes":"iVBORw0KGgo="}}}]',
		"",
	],
	['"content":[{"cachePoint":5},{"text":"x"}]', ""],
	['"content":"hi"', ""],
	['"content":[{"text":"hi"}]', ',"system":[{"text":5},{"cachePoint":1}]'],
	[
		'"content":[{"text":"hi"}]',
		',"toolConfig":{"tools":[{"toolSpec":{"name":7}}]}',
	],
	[
		'"content":[{"text":"hi"}]',
		',"inferenceConfig":{"maxTokens":-1,"stopSequences":[5,"is"]}',
	],
])("row 12: %s%s is accepted", async (content, more) => {
	await using outcrop = await startOutcrop({ compat: "floci" });
	const { status, json } = await post(
		`${outcrop.url}/model/${haiku}/converse`,
		`{"messages":[{"role":"user",${content}}]${more}}`,
	);
	expect(status).toBe(200);
	expect(json.stopReason).toBe("end_turn");
	expect(JSON.stringify(json.output)).toContain(haiku);
});

test("row 2: usage is three counts that add up, cache points or not", async () => {
	await using outcrop = await startOutcrop({ compat: "floci" });
	const text = "The quick brown fox jumps over the lazy dog. ".repeat(500);
	const { json } = await post(
		`${outcrop.url}/model/us.anthropic.claude-sonnet-4-20250514-v1:0/converse`,
		JSON.stringify({
			messages: [
				{
					role: "user",
					content: [{ text }, { cachePoint: { type: "default" } }],
				},
			],
		}),
	);
	const usage = json.usage as Record<string, number>;
	expect(Object.keys(usage).sort()).toEqual([
		"inputTokens",
		"outputTokens",
		"totalTokens",
	]);
	expect(usage.inputTokens).toBeGreaterThan(4000);
	expect(usage.totalTokens).toBe(
		Number(usage.inputTokens) + Number(usage.outputTokens),
	);
});

test("row 13: native bodies are opaque bytes", async () => {
	await using outcrop = await startOutcrop({ compat: "floci" });
	for (const body of ["garbage", "", new Uint8Array(1_000_000).fill(0xff)]) {
		const claude = await post(`${outcrop.url}/model/${haiku}/invoke`, body);
		expect(claude.status).toBe(200);
		expect(claude.json.model).toBe(haiku);
		const other = await post(
			`${outcrop.url}/model/amazon.titan-text-express-v1/invoke`,
			body,
		);
		expect(other.status).toBe(200);
	}
});

test("the id of a message is Floci's", async () => {
	await using outcrop = await startOutcrop({ compat: "floci" });
	const { json } = await post(`${outcrop.url}/model/${haiku}/invoke`, "{}");
	expect(json.id).toBe("msg_stub");
});

test("row 14: other Bedrock routes are unsupported operations", async () => {
	await using outcrop = await startOutcrop({ compat: "floci" });
	for (const path of [
		"/model/a.b/count-tokens",
		"/guardrail/g/version/1/apply",
		"/guardrails",
	]) {
		const { status, json } = await post(outcrop.url + path, "{}");
		expect(status).toBe(501);
		expect(json.__type).toBe("UnsupportedOperationException");
	}
});
