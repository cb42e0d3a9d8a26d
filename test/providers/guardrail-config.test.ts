import { expect, test } from "vitest";
import type { JsonObject } from "../../src/json.ts";
import { providerFor } from "../../src/providers/index.ts";

test.each<[string, JsonObject]>([
	[
		"anthropic.claude-v2:1",
		{ prompt: "\n\nHuman: Hi\n\nAssistant:", max_tokens_to_sample: 5 },
	],
	[
		"amazon.nova-lite-v1:0",
		{ messages: [{ role: "user", content: [{ text: "Hi" }] }] },
	],
	["amazon.titan-text-express-v1", { inputText: "Hi" }],
	["meta.llama3-8b-instruct-v1:0", { prompt: "Hi" }],
	["mistral.mixtral-8x7b-instruct-v0:1", { prompt: "Hi" }],
	[
		"mistral.mistral-large-2407-v1:0",
		{ messages: [{ role: "user", content: "Hi" }] },
	],
])(
	"a body for %s may say how a guardrail reads it, and asks the same",
	(modelId, body) => {
		const guarded = {
			...body,
			"amazon-bedrock-guardrailConfig": { tagSuffix: "xyz" },
		};
		const { readTurn } = providerFor(modelId);
		expect(readTurn(guarded, modelId)).toEqual(readTurn(body, modelId));
	},
);
