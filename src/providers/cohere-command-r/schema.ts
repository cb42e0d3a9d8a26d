import type { BodySchema } from "../schema.ts";

const text: BodySchema = { type: "string" };
const call: BodySchema = {
	type: "object",
	required: ["name", "parameters"],
	properties: { name: text, parameters: { type: "object" } },
};
const toolResult: BodySchema = {
	type: "object",
	required: ["call", "outputs"],
	properties: { call, outputs: { type: "array", items: { type: "object" } } },
};

/**
 * The body of Command R and R+.
 *
 * Source: members documented; `required key [message]`, `extraneous key […]` and `#/p: 1 is not less or equal to 0.99`
 * observed 2024; the other ranges documented.
 */
export const commandSchema: BodySchema = {
	type: "object",
	closed: true,
	required: ["message"],
	properties: {
		message: text,
		chat_history: {
			type: "array",
			items: {
				type: "object",
				required: ["role"],
				properties: {
					role: { type: "string", enum: ["USER", "CHATBOT", "SYSTEM", "TOOL"] },
					message: text,
					tool_calls: { type: "array", items: call },
					tool_results: { type: "array", items: toolResult },
				},
			},
		},
		documents: { type: "array", items: { type: "object" } },
		search_queries_only: { type: "boolean" },
		preamble: text,
		max_tokens: { type: "integer", minimum: 1 },
		temperature: { type: "number", minimum: 0, maximum: 1 },
		p: { type: "number", minimum: 0.01, maximum: 0.99 },
		k: { type: "number", minimum: 0, maximum: 500 },
		prompt_truncation: { type: "string", enum: ["OFF", "AUTO_PRESERVE_ORDER"] },
		frequency_penalty: { type: "number", minimum: 0, maximum: 1 },
		presence_penalty: { type: "number", minimum: 0, maximum: 1 },
		seed: { type: "number" },
		return_prompt: { type: "boolean" },
		tools: {
			type: "array",
			items: {
				type: "object",
				required: ["name", "description"],
				properties: {
					name: text,
					description: text,
					parameter_definitions: {
						type: "object",
					},
				},
			},
		},
		tool_results: { type: "array", items: toolResult },
		stop_sequences: { type: "array", items: text },
		raw_prompting: { type: "boolean" },
		"amazon-bedrock-guardrailConfig": {},
	},
};
