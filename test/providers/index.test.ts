import { expect, test } from "vitest";
import { providerFor } from "../../src/providers/index.ts";

test.each([
	"anthropic.claude-3-haiku-20240307-v1:0",
	"us.anthropic.claude-3-5-sonnet-20241022-v2:0",
	"somewhere.anthropic.claude-9",
	"arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0",
	"arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-3-5-sonnet-20241022-v2:0",
	"arn:aws:bedrock:us-east-1:123456789012:default-prompt-router/anthropic.claude:1",
])("%s speaks Anthropic Messages", (modelId) => {
	expect(providerFor(modelId).family).toBe("Anthropic Messages");
});

test.each(["acme.model-1", "philanthropic.model-1", "my-model"])(
	"%s speaks the generic body",
	(modelId) => {
		expect(providerFor(modelId).family).toBe("Generic");
	},
);

test.each([
	["anthropic.claude-v2:1", "Anthropic Text Completions"],
	["anthropic.claude-instant-v1", "Anthropic Text Completions"],
	["amazon.nova-micro-v1:0", "Amazon Nova"],
	["global.amazon.nova-2-lite-v1:0", "Amazon Nova"],
	["amazon.titan-text-lite-v1:0:4k", "Amazon Titan Text"],
	["amazon.titan-tg1-large", "Amazon Titan Text"],
	["meta.llama2-70b-chat-v1:0:4k", "Meta Llama"],
	["us.meta.llama4-maverick-17b-instruct-v1:0", "Meta Llama"],
	["mistral.mistral-7b-instruct-v0:2", "Mistral text completion"],
	["mistral.mistral-small-2402-v1:0", "Mistral text completion"],
	["mistral.mistral-large-2407-v1:0", "Mistral Large 2407 and Pixtral"],
	["eu.mistral.pixtral-large-2502-v1:0", "Mistral Large 2407 and Pixtral"],
	["mistral.mistral-large-3-675b-instruct", "Mistral chat completions"],
])("%s speaks %s", (modelId, family) => {
	expect(providerFor(modelId).family).toBe(family);
});

test.each([
	["openai.gpt-oss-safeguard-20b", "OpenAI chat completions"],
	["qwen.qwen3-vl-235b-a22b", "Qwen"],
	["us.deepseek.r1-v1:0", "DeepSeek R1"],
	["deepseek.v3.2", "DeepSeek V3"],
	["moonshot.kimi-k2-thinking", "Kimi"],
	["moonshotai.kimi-k2.5", "Kimi"],
	["mistral.ministral-3-8b-instruct", "Mistral chat completions"],
	["mistral.voxtral-mini-3b-2507", "Mistral chat completions"],
	["cohere.command-light-text-v14", "Cohere Command"],
	["cohere.command-r-v1:0", "Cohere Command R"],
	["ai21.j2-mid-v1", "AI21 Jurassic-2"],
	["ai21.jamba-instruct-v1:0", "AI21 Jamba"],
	["us.writer.palmyra-x4-v1:0", "Writer Palmyra"],
	["eu.twelvelabs.pegasus-1-2-v1:0", "TwelveLabs Pegasus"],
	[
		"arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdefghij12",
		"Imported and Marketplace models",
	],
	[
		"arn:aws:sagemaker:us-east-1:123456789012:endpoint/my-endpoint",
		"Imported and Marketplace models",
	],
])("%s speaks the bodies of %s", (modelId, family) => {
	expect(providerFor(modelId).family).toBe(family);
});
