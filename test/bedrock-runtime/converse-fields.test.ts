import {
	ConverseCommand,
	type ConverseCommandInput,
	ConverseStreamCommand,
} from "@aws-sdk/client-bedrock-runtime";
import { expect, test } from "vitest";
import { startOutcrop } from "../support/outcrop.ts";

const haiku3 = "anthropic.claude-3-haiku-20240307-v1:0";
const sonnet45 = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
const opus48 = "us.anthropic.claude-opus-4-8";
const sonnet46 = "us.anthropic.claude-sonnet-4-6";
const sonnet55 = "us.anthropic.claude-sonnet-5-5";
const mythos = "anthropic.claude-mythos-preview";
const router =
	"arn:aws:bedrock:us-east-1:123456789012:default-prompt-router/anthropic.claude:1";
const nova = "amazon.nova-lite-v1:0";
const nova2 = "us.amazon.nova-2-lite-v1:0";
const commandR = "cohere.command-r-v1:0";
const llama = "meta.llama3-1-8b-instruct-v1:0";

const tool = {
	toolSpec: { name: "add", inputSchema: { json: { type: "object" } } },
};
const forced = { toolConfig: { tools: [tool], toolChoice: { any: {} } } };
const adaptive = {
	additionalModelRequestFields: { thinking: { type: "adaptive" } },
};
const thinking = (budget_tokens: number) => ({
	additionalModelRequestFields: {
		thinking: { type: "enabled", budget_tokens },
	},
});

async function ask(modelId: string, members: object): Promise<string> {
	await using outcrop = await startOutcrop();
	const input: ConverseCommandInput = {
		modelId,
		messages: [{ role: "user", content: [{ text: "Hi" }] }],
		...members,
	};
	const asked = outcrop.client().send(new ConverseCommand(input));
	return await asked.then(
		({ stopReason }) => String(stopReason),
		(error: Error) => `${error.name}: ${error.message}`,
	);
}

test.each([
	[
		haiku3,
		{ additionalModelRequestFields: { topk: 5 } },
		'Malformed input request: #: subject must not be valid against schema {"required":["messages"]}#: extraneous key [topk] is not permitted, please reformat your input and try again.',
	],
	[
		sonnet45,
		{ additionalModelRequestFields: { topk: 5 } },
		"topk: Extra inputs are not permitted",
	],
	[
		nova,
		{ additionalModelRequestFields: { top_k: 5 } },
		"Malformed input request: #: extraneous key [top_k] is not permitted, please reformat your input and try again.",
	],
	[
		commandR,
		{ additionalModelRequestFields: { top_k: 5 } },
		"Malformed input request: #: extraneous key [top_k] is not permitted, please reformat your input and try again.",
	],
	[
		sonnet45,
		thinking(100),
		"thinking.enabled.budget_tokens: Input should be greater than or equal to 1024",
	],
	[
		sonnet45,
		{ ...thinking(2000), inferenceConfig: { maxTokens: 1000 } },
		"`max_tokens` must be greater than `thinking.budget_tokens`.",
	],
	[
		sonnet45,
		{ ...thinking(2000), ...forced },
		"Thinking may not be enabled when tool_choice forces tool use.",
	],
	[
		opus48,
		{ additionalModelRequestFields: { thinking: { type: "between_tools" } } },
		"thinking: Input tag 'between_tools' found using 'type' does not match any of the expected tags: 'adaptive', 'disabled', 'enabled'",
	],
	[
		sonnet45,
		{ inferenceConfig: { temperature: 0.5, topP: 0.5 } },
		"`temperature` and `top_p` cannot both be specified for this model. Please use only one.",
	],
	[
		opus48,
		{ inferenceConfig: { temperature: 0 } },
		"`temperature` is deprecated for this model.",
	],
	[
		sonnet45,
		{ additionalModelRequestFields: { output_config: { format: {} } } },
		"output_config.format.type: Field required",
	],
	[
		sonnet45,
		{ inferenceConfig: { stopSequences: [" "] } },
		"stop_sequences: each stop sequence must contain non-whitespace",
	],
])("%s refuses %j behind Converse's words", async (modelId, members, text) => {
	expect(await ask(modelId, members)).toBe(
		`ValidationException: The model returned the following errors: ${text}`,
	);
});

test.each([
	[haiku3, { additionalModelRequestFields: { top_k: 5 } }],
	[haiku3, { inferenceConfig: { temperature: 0.5, topP: 0.5 } }],
	[router, { inferenceConfig: { temperature: 0.5, topP: 0.5 } }],
	[mythos, adaptive],
	[
		sonnet55,
		{ additionalModelRequestFields: { thinking: { type: "between_tools" } } },
	],
	[sonnet45, thinking(1024)],
	[sonnet45, { additionalModelRequestFields: { anthropic_beta: ["x"] } }],
	[sonnet45, { additionalModelRequestFields: { reasoning_config: {} } }],
	[nova, { additionalModelRequestFields: { inferenceConfig: { topK: 5 } } }],
	[
		nova2,
		{
			additionalModelRequestFields: {
				reasoningConfig: { type: "enabled", maxReasoningEffort: "low" },
			},
		},
	],
	[
		nova2,
		{
			additionalModelRequestFields: {
				reasoningConfig: { maxReasoningEffort: "low" },
			},
		},
	],
	[commandR, { additionalModelRequestFields: { k: 5 } }],
	[llama, { additionalModelRequestFields: { unknown: 5 } }],
])("%s takes %j", async (modelId, members) => {
	expect(await ask(modelId, members)).toBe("end_turn");
});

test("a tool may be forced beside adaptive thinking", async () => {
	expect(await ask(sonnet46, { ...adaptive, ...forced })).toBe("tool_use");
});

test("Claude answers in JSON where the AI SDK puts its schema", async () => {
	await using outcrop = await startOutcrop();
	const { output } = await outcrop.client().send(
		new ConverseCommand({
			modelId: sonnet45,
			messages: [{ role: "user", content: [{ text: "Hi" }] }],
			additionalModelRequestFields: {
				output_config: {
					format: {
						type: "json_schema",
						schema: {
							type: "object",
							properties: { color: { const: "red" } },
							required: ["color"],
							additionalProperties: false,
						},
					},
				},
			},
		}),
	);
	expect(output?.message?.content).toEqual([{ text: '{"color":"red"}' }]);
});

test("Converse's own rules come before the model's", async () => {
	expect(
		await ask(sonnet45, {
			messages: [{ role: "user", content: [{ text: " " }] }],
			additionalModelRequestFields: { unknown: 5 },
		}),
	).toContain("is blank");
});

test("ConverseStream refuses before the stream begins", async () => {
	await using outcrop = await startOutcrop();
	const asked = outcrop.client().send(
		new ConverseStreamCommand({
			modelId: nova,
			messages: [{ role: "user", content: [{ text: "Hi" }] }],
			additionalModelRequestFields: { top_k: 5 },
		}),
	);
	await expect(asked).rejects.toThrow("extraneous key [top_k]");
});

test("with the contract of floci nothing is checked", async () => {
	await using outcrop = await startOutcrop({ compat: "floci" });
	const { stopReason } = await outcrop.client().send(
		new ConverseCommand({
			modelId: opus48,
			messages: [{ role: "user", content: [{ text: "Hi" }] }],
			inferenceConfig: { temperature: 0 },
			additionalModelRequestFields: { unknown: 5 },
		}),
	);
	expect(stopReason).toBe("end_turn");
});
