import { expect, test } from "vitest";
import { compileMatch } from "../../src/recordings/match.ts";
import { type MatchSpec, matchAll } from "../../src/recordings/match-spec.ts";
import { recordedRequest } from "../../src/recordings/request.ts";

const body = {
	system: [{ text: "Be short." }],
	messages: [{ role: "user", content: [{ text: "Hello" }] }],
	inferenceConfig: { maxTokens: 100, temperature: 0.5 },
	toolConfig: { tools: [{ toolSpec: { name: "log" } }] },
};

interface Asked {
	operation: string;
	modelId: string;
	headers: Record<string, string>;
	body: unknown;
}

const asked: Asked = {
	operation: "Converse",
	modelId: "amazon.nova-lite-v1:0",
	headers: {},
	body,
};

async function same(
	spec: Partial<MatchSpec>,
	one: Partial<Asked>,
	other: Partial<Asked> = {},
): Promise<boolean> {
	const matcher = await compileMatch({ ...matchAll, ...spec });
	const key = (changed: Partial<Asked>) => {
		const request = { ...asked, ...changed };
		const text =
			typeof request.body === "string"
				? request.body
				: JSON.stringify(request.body);
		return matcher.key(
			recordedRequest(
				{ path: "/", query: "", ...request, body: Buffer.from(text) },
				(said) => said,
			),
		);
	};
	return key(one) === key(other);
}

function saying(text: string) {
	return {
		body: { ...body, messages: [{ role: "user", content: [{ text }] }] },
	};
}

test("the order of members, spaces, signatures and request ids change nothing", async () => {
	const reordered = JSON.stringify(
		{
			toolConfig: body.toolConfig,
			messages: [{ content: [{ text: "Hello" }], role: "user" }],
			inferenceConfig: { temperature: 0.5, maxTokens: 100 },
			system: body.system,
		},
		null,
		2,
	);
	const headers = {
		authorization: "AWS4-HMAC-SHA256 …",
		"amz-sdk-invocation-id": "17",
		"x-amz-date": "20261122T000000Z",
	};
	expect(await same({}, { body: reordered, headers })).toBe(true);
});

test("a presigned request is recorded without its signature", () => {
	const { path } = recordedRequest(
		{
			operation: "ListFoundationModels",
			modelId: undefined,
			path: "/foundation-models",
			query: "byProvider=Amazon&X-Amz-Security-Token=s&X-Amz-Signature=0",
			headers: {},
			body: Buffer.alloc(0),
		},
		(said) => said,
	);
	expect(path).toBe("/foundation-models?byProvider=Amazon");
});

test.each([
	["a message", saying("Bye")],
	["the model", { modelId: "amazon.nova-pro-v1:0" }],
	["the operation", { operation: "ConverseStream" }],
	["a parameter", { body: { ...body, inferenceConfig: { maxTokens: 1 } } }],
	[
		"a cache point",
		{
			body: {
				...body,
				system: [...body.system, { cachePoint: { type: "default" } }],
			},
		},
	],
	[
		"a guardrail of InvokeModel",
		{ headers: { "x-amzn-bedrock-guardrailidentifier": "g1" } },
	],
])("%s counts", async (_, changed) => {
	expect(await same({}, changed)).toBe(false);
});

test("with members only these count", async () => {
	const spec = { members: ["model", "messages"] };
	const changed = { body: { ...body, system: [], inferenceConfig: {} } };
	expect(await same(spec, changed)).toBe(true);
	expect(await same(spec, saying("Bye"))).toBe(false);
	expect(await same(spec, { modelId: "other" })).toBe(false);
	expect(await same({ members: ["messages"] }, { modelId: "other" })).toBe(
		true,
	);
	expect(
		await same({ members: ["messages"] }, { operation: "ConverseStream" }),
	).toBe(false);
});

test("tools stand for what Converse and native bodies call them", async () => {
	const spec = { members: ["tools"] };
	expect(await same(spec, { body: { toolConfig: {} } }, { body: {} })).toBe(
		false,
	);
	expect(await same(spec, { body: { tools: [] } }, { body: {} })).toBe(false);
	expect(await same(spec, saying("Bye"))).toBe(true);
});

test("what a JSONPath finds is left out", async () => {
	const spec = {
		ignore: ["$.inferenceConfig", "$.messages[*].content[*].text"],
	};
	const { inferenceConfig: _, ...bare } = body;
	expect(await same(spec, { body: bare }, saying("Bye"))).toBe(true);
	expect(await same(spec, { body: { ...body, system: [] } })).toBe(false);
	expect(
		await same(
			{ ignore: ["$.list[?@ > 1]"] },
			{ body: { list: [1, 2, 3] } },
			{ body: { list: [1] } },
		),
	).toBe(true);
});

test.each([
	["whitespace", "a  b\n\tc", "a b c"],
	["dates", "On 2026-11-22T10:00:00.123Z", "On 2025-01-01"],
	[
		"uuids",
		"id 123e4567-e89b-12d3-a456-426614174000",
		"id 00000000-0000-0000-0000-000000000000",
	],
	["toolIds", "tooluse_abcDEF123", "tooluse_xyz"],
] as const)(
	"%s may differ where they are normalised",
	async (name, one, other) => {
		expect(await same({ normalise: [name] }, saying(one), saying(other))).toBe(
			true,
		);
		expect(await same({}, saying(one), saying(other))).toBe(false);
	},
);

test("of CountTokens the request that it asks about counts", async () => {
	const counting = (messages: unknown, system: unknown) => ({
		operation: "CountTokens",
		body: { input: { converse: { messages, system } } },
	});
	const spec = { members: ["messages"] };
	expect(await same(spec, counting(["a"], ["x"]), counting(["a"], ["y"]))).toBe(
		true,
	);
	expect(await same(spec, counting(["a"], ["x"]), counting(["b"], ["x"]))).toBe(
		false,
	);
});

test("a broken JSONPath is told of", async () => {
	await expect(compileMatch({ ...matchAll, ignore: ["$["] })).rejects.toThrow(
		/^match: ignore: "\$\[" is no JSONPath \(/u,
	);
});
