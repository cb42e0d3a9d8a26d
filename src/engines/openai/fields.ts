import type { Call } from "../../call.ts";
import { isObject, type Json, type JsonObject } from "../../json.ts";

/**
 * Members of `additionalModelRequestFields` that go to the server under their own names: OpenAI's, and what vLLM, llama.cpp,
 * Ollama, LiteLLM, SGLang and OpenRouter take beside them (documented by each). Others are a Bedrock family's own, and a
 * strict server would refuse the whole request for them.
 */
const passed: ReadonlySet<string> = new Set([
	"seed",
	"top_k",
	"top_a",
	"min_p",
	"typical_p",
	"presence_penalty",
	"frequency_penalty",
	"repetition_penalty",
	"repeat_penalty",
	"repeat_last_n",
	"logit_bias",
	"min_tokens",
	"ignore_eos",
	"stop_token_ids",
	"parallel_tool_calls",
	"reasoning",
	"reasoning_effort",
	"reasoning_format",
	"chat_template_kwargs",
	"thinking_budget_tokens",
	"enable_thinking",
	"verbosity",
	"prediction",
	"user",
	"response_format",
	"grammar",
	"structured_outputs",
	"guided_json",
	"guided_regex",
	"guided_choice",
	"guided_grammar",
	"cache_prompt",
	"keep_alive",
	"priority",
	"provider",
	"models",
	"transforms",
	"plugins",
]);

/** Bedrock's families have names of their own for it: Nova (in its `inferenceConfig`), Cohere. */
const topKNames = ["topK", "k"];

/** What goes to the server of a request's additional fields; the rest is noted as ignored. */
export function passedFields(fields: Json | undefined, call: Call): JsonObject {
	if (!isObject(fields)) return {};
	const sent: JsonObject = {};
	const ignored: string[] = [];
	const { inferenceConfig, ...own } = fields;
	for (const [name, value] of Object.entries({
		...(isObject(inferenceConfig) ? inferenceConfig : {}),
		...own,
	})) {
		if (passed.has(name)) sent[name] = value;
		else if (topKNames.includes(name)) sent.top_k = value;
		else ignored.push(`additionalModelRequestFields.${name}`);
	}
	if (ignored.length > 0)
		call.notes.ignored = [...(call.notes.ignored ?? []), ...ignored];
	return sent;
}
