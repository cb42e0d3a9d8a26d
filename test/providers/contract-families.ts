/**
 * One row a family: how a conversation is asked in its native body, and how its native answers are read. `contract.test.ts`
 * sends the same conversation through Converse and through every row.
 */
import type { Json, JsonObject } from "../../src/json.ts";

/** What every family is asked, in words of no family. */
export interface Conversation {
	system?: string;
	messages: { role: "user" | "assistant"; text: string }[];
	maxTokens: number;
	tools?: { name: string; description: string; schema: JsonObject }[];
}

/** What an answer says, in Converse's words. */
export interface Said {
	text: string;
	toolCalls: { name: string; input: Json }[];
	/** The family's own word for the end. */
	stop: string;
	/** Absent where the family's body does not say it. Streams say it in their metrics, which the suite reads itself. */
	usage?: { input: number; output: number };
}

export interface ContractFamily {
	family: string;
	modelId: string;
	/** What the native body has no place for; the conversation goes without it, through Converse too: without history, its last message. */
	lacks?: readonly ("system" | "tools" | "history")[];
	body(conversation: Conversation): JsonObject;
	/** The words for Converse's `end_turn`, `max_tokens` and `tool_use`. */
	stops: { end_turn: string; max_tokens: string; tool_use?: string };
	whole(body: Json): Said;
	stream(chunks: Json[]): Said;
}

/** The value a path leads to; undefined where it leads nowhere. */
export function at(
	value: Json | undefined,
	...path: (string | number)[]
): Json | undefined {
	let found = value;
	for (const key of path) {
		if (typeof found !== "object" || found === null) return undefined;
		found = Array.isArray(found) ? found.at(Number(key)) : found[key];
	}
	return found;
}

/** The text at a path, an empty one where there is none. */
export function textAt(
	value: Json | undefined,
	...path: (string | number)[]
): string {
	const found = at(value, ...path);
	return typeof found === "string" ? found : "";
}

/** The number at a path, NaN where there is none. */
export function numberAt(
	value: Json | undefined,
	...path: (string | number)[]
): number {
	return Number(at(value, ...path) ?? Number.NaN);
}

/** The list at a path, an empty one where there is none. */
export function listAt(
	value: Json | undefined,
	...path: (string | number)[]
): Json[] {
	const found = at(value, ...path);
	return Array.isArray(found) ? found : [];
}

/** The texts at a path of every chunk, joined. */
export function joinAt(chunks: Json[], ...path: (string | number)[]): string {
	return chunks.map((chunk) => textAt(chunk, ...path)).join("");
}

const anthropicMessages: ContractFamily = {
	family: "Anthropic Messages",
	modelId: "anthropic.claude-3-haiku-20240307-v1:0",
	stops: {
		end_turn: "end_turn",
		max_tokens: "max_tokens",
		tool_use: "tool_use",
	},
	body: ({ system, messages, maxTokens, tools }) => ({
		anthropic_version: "bedrock-2023-05-31",
		max_tokens: maxTokens,
		...(system !== undefined && { system }),
		messages: messages.map(({ role, text }) => ({ role, content: text })),
		...(tools && {
			tools: tools.map(({ name, description, schema }) => ({
				name,
				description,
				input_schema: schema,
			})),
		}),
	}),
	whole: (body) => ({
		text: joinAt(listAt(body, "content"), "text"),
		toolCalls: listAt(body, "content")
			.filter((block) => at(block, "type") === "tool_use")
			.map((block) => ({
				name: textAt(block, "name"),
				input: at(block, "input") ?? null,
			})),
		stop: textAt(body, "stop_reason"),
		usage: {
			input: numberAt(body, "usage", "input_tokens"),
			output: numberAt(body, "usage", "output_tokens"),
		},
	}),
	stream: (chunks) => ({
		text: joinAt(chunks, "delta", "text"),
		toolCalls: chunks
			.filter((chunk) => at(chunk, "content_block", "type") === "tool_use")
			.map((chunk) => ({
				name: textAt(chunk, "content_block", "name"),
				input: JSON.parse(joinAt(chunks, "delta", "partial_json")),
			})),
		stop: joinAt(chunks, "delta", "stop_reason"),
	}),
};

const anthropicText: ContractFamily = {
	family: "Anthropic Text Completions",
	modelId: "anthropic.claude-v2:1",
	lacks: ["tools"],
	stops: { end_turn: "stop_sequence", max_tokens: "max_tokens" },
	body: ({ system = "", messages, maxTokens }) => {
		const turns = messages.map(
			({ role, text }) =>
				`\n\n${role === "user" ? "Human" : "Assistant"}: ${text}`,
		);
		return {
			prompt: `${system}${turns.join("")}\n\nAssistant:`,
			max_tokens_to_sample: maxTokens,
		};
	},
	whole: (body) => ({
		text: textAt(body, "completion"),
		toolCalls: [],
		stop: textAt(body, "stop_reason"),
	}),
	stream: (chunks) => ({
		text: joinAt(chunks, "completion"),
		toolCalls: [],
		stop: joinAt(chunks, "stop_reason"),
	}),
};

const amazonNova: ContractFamily = {
	family: "Amazon Nova",
	modelId: "amazon.nova-lite-v1:0",
	stops: {
		end_turn: "end_turn",
		max_tokens: "max_tokens",
		tool_use: "tool_use",
	},
	body: ({ system, messages, maxTokens, tools }) => ({
		schemaVersion: "messages-v1",
		...(system !== undefined && { system: [{ text: system }] }),
		messages: messages.map(({ role, text }) => ({ role, content: [{ text }] })),
		inferenceConfig: { max_new_tokens: maxTokens },
		...(tools && {
			toolConfig: {
				tools: tools.map(({ name, description, schema }) => ({
					toolSpec: { name, description, inputSchema: { json: schema } },
				})),
			},
		}),
	}),
	whole: (body) => ({
		text: joinAt(listAt(body, "output", "message", "content"), "text"),
		toolCalls: listAt(body, "output", "message", "content")
			.filter((block) => at(block, "toolUse"))
			.map((block) => ({
				name: textAt(block, "toolUse", "name"),
				input: at(block, "toolUse", "input") ?? null,
			})),
		stop: textAt(body, "stopReason"),
		usage: {
			input: numberAt(body, "usage", "inputTokens"),
			output: numberAt(body, "usage", "outputTokens"),
		},
	}),
	stream: (chunks) => ({
		text: joinAt(chunks, "contentBlockDelta", "delta", "text"),
		toolCalls: chunks
			.filter((chunk) => at(chunk, "contentBlockStart"))
			.map((chunk) => ({
				name: textAt(chunk, "contentBlockStart", "start", "toolUse", "name"),
				input: JSON.parse(
					joinAt(chunks, "contentBlockDelta", "delta", "toolUse", "input"),
				),
			})),
		stop: joinAt(chunks, "messageStop", "stopReason"),
		usage: {
			input: numberAt(chunks, -1, "metadata", "usage", "inputTokens"),
			output: numberAt(chunks, -1, "metadata", "usage", "outputTokens"),
		},
	}),
};

const amazonNova2: ContractFamily = {
	...amazonNova,
	family: "Amazon Nova 2",
	modelId: "us.amazon.nova-2-lite-v1:0",
};

const titanText: ContractFamily = {
	family: "Amazon Titan Text",
	modelId: "amazon.titan-text-express-v1",
	lacks: ["system", "tools"],
	stops: { end_turn: "FINISH", max_tokens: "LENGTH" },
	body: ({ messages, maxTokens }) => {
		const lines = messages.map(
			({ role, text }) => `${role === "user" ? "User" : "Bot"}: ${text}\n`,
		);
		return {
			inputText: `${lines.join("")}Bot:`,
			textGenerationConfig: { maxTokenCount: maxTokens },
		};
	},
	whole: (body) => ({
		text: textAt(body, "results", 0, "outputText"),
		toolCalls: [],
		stop: textAt(body, "results", 0, "completionReason"),
		usage: {
			input: numberAt(body, "inputTextTokenCount"),
			output: numberAt(body, "results", 0, "tokenCount"),
		},
	}),
	stream: (chunks) => ({
		text: joinAt(chunks, "outputText"),
		toolCalls: [],
		stop: joinAt(chunks, "completionReason"),
		usage: {
			input: numberAt(chunks, -1, "inputTextTokenCount"),
			output: numberAt(chunks, -1, "totalOutputTextTokenCount"),
		},
	}),
};

/** Llama's answers are the same whatever the template. */
const llama: Omit<ContractFamily, "family" | "modelId" | "body"> = {
	lacks: ["tools"],
	stops: { end_turn: "stop", max_tokens: "length" },
	whole: (body) => ({
		text: textAt(body, "generation"),
		toolCalls: [],
		stop: textAt(body, "stop_reason"),
		usage: {
			input: numberAt(body, "prompt_token_count"),
			output: numberAt(body, "generation_token_count"),
		},
	}),
	stream: (chunks) => ({
		text: joinAt(chunks, "generation"),
		toolCalls: [],
		stop: joinAt(chunks, "stop_reason"),
		usage: {
			input: numberAt(chunks, 0, "prompt_token_count"),
			output: numberAt(chunks, -1, "generation_token_count"),
		},
	}),
};

/** `[INST] … [/INST] … </s>` of Llama 2 and Mistral. */
function instPrompt({ system, messages }: Conversation): string {
	const first = system === undefined ? "" : `<<SYS>>\n${system}\n<</SYS>>\n\n`;
	const turns = messages.map(({ role, text }, index) =>
		role === "user"
			? `[INST] ${index === 0 ? first : ""}${text} [/INST]`
			: ` ${text} </s><s>`,
	);
	return `<s>${turns.join("")}`;
}

const llama2: ContractFamily = {
	...llama,
	family: "Meta Llama 2",
	modelId: "meta.llama2-70b-chat-v1",
	body: (conversation) => ({
		prompt: instPrompt(conversation),
		max_gen_len: conversation.maxTokens,
	}),
};

/** The messages of a conversation, the system prompt the first of them. */
function withSystem({
	system,
	messages,
}: Conversation): { role: string; text: string }[] {
	return system === undefined
		? messages
		: [{ role: "system", text: system }, ...messages];
}

const llama3: ContractFamily = {
	...llama,
	family: "Meta Llama 3",
	modelId: "meta.llama3-1-70b-instruct-v1:0",
	body: (conversation) => {
		const turns = withSystem(conversation).map(
			({ role, text }) =>
				`<|start_header_id|>${role}<|end_header_id|>\n\n${text}<|eot_id|>`,
		);
		const prompt = `<|begin_of_text|>${turns.join("")}<|start_header_id|>assistant<|end_header_id|>\n\n`;
		return { prompt, max_gen_len: conversation.maxTokens };
	},
};

const llama4: ContractFamily = {
	...llama,
	family: "Meta Llama 4",
	modelId: "us.meta.llama4-scout-17b-instruct-v1:0",
	body: (conversation) => {
		const turns = withSystem(conversation).map(
			({ role, text }) =>
				`<|header_start|>${role}<|header_end|>\n\n${text}<|eot|>`,
		);
		const prompt = `<|begin_of_text|>${turns.join("")}<|header_start|>assistant<|header_end|>\n\n`;
		return { prompt, max_gen_len: conversation.maxTokens };
	},
};

const mistral: ContractFamily = {
	family: "Mistral text completion",
	modelId: "mistral.mixtral-8x7b-instruct-v0:1",
	lacks: ["system", "tools"],
	stops: { end_turn: "stop", max_tokens: "length" },
	body: (conversation) => ({
		prompt: instPrompt(conversation),
		max_tokens: conversation.maxTokens,
	}),
	whole: (body) => ({
		text: textAt(body, "outputs", 0, "text"),
		toolCalls: [],
		stop: textAt(body, "outputs", 0, "stop_reason"),
	}),
	stream: (chunks) => ({
		text: joinAt(chunks, "outputs", 0, "text"),
		toolCalls: [],
		stop: joinAt(chunks, "outputs", 0, "stop_reason"),
	}),
};

/** A body of OpenAI's form. */
export function chatBody(conversation: Conversation): JsonObject {
	return {
		messages: withSystem(conversation).map(({ role, text }) => ({
			role,
			content: text,
		})),
		max_tokens: conversation.maxTokens,
		...(conversation.tools && {
			tools: conversation.tools.map(({ name, description, schema }) => ({
				type: "function",
				function: { name, description, parameters: schema },
			})),
		}),
	};
}

/** The tool calls of a message of OpenAI's form. */
export function chatToolCalls(message: Json | undefined): Said["toolCalls"] {
	return listAt(message, "tool_calls").map((call) => ({
		name: textAt(call, "function", "name"),
		input: JSON.parse(textAt(call, "function", "arguments")),
	}));
}

const mistralLarge: ContractFamily = {
	family: "Mistral Large 2407",
	modelId: "mistral.mistral-large-2407-v1:0",
	stops: { end_turn: "stop", max_tokens: "length", tool_use: "tool_calls" },
	body: chatBody,
	whole: (body) => ({
		text: textAt(body, "choices", 0, "message", "content"),
		toolCalls: chatToolCalls(at(body, "choices", 0, "message")),
		stop: textAt(body, "choices", 0, "stop_reason"),
	}),
	stream: (chunks) => ({
		text: joinAt(chunks, "choices", 0, "message", "content"),
		toolCalls: chunks.flatMap((chunk) =>
			chatToolCalls(at(chunk, "choices", 0, "message")),
		),
		stop: joinAt(chunks, "choices", 0, "stop_reason"),
	}),
};

const pixtral: ContractFamily = {
	family: "Pixtral Large",
	modelId: "us.mistral.pixtral-large-2502-v1:0",
	stops: mistralLarge.stops,
	body: chatBody,
	whole: (body) => ({
		text: textAt(body, "choices", 0, "message", "content"),
		toolCalls: chatToolCalls(at(body, "choices", 0, "message")),
		stop: textAt(body, "choices", 0, "finish_reason"),
		usage: {
			input: numberAt(body, "usage", "prompt_tokens"),
			output: numberAt(body, "usage", "completion_tokens"),
		},
	}),
	stream: (chunks) => ({
		text: joinAt(chunks, "choices", 0, "delta", "content"),
		toolCalls: chunks.flatMap((chunk) =>
			chatToolCalls(at(chunk, "choices", 0, "delta")),
		),
		stop: joinAt(chunks, "choices", 0, "finish_reason"),
	}),
};

/** OpenAI's answers, whole and streamed; gpt-oss keeps its reasoning in the text, which the mirror has none of. */
const chat: Omit<ContractFamily, "family" | "modelId"> = {
	stops: { end_turn: "stop", max_tokens: "length", tool_use: "tool_calls" },
	body: chatBody,
	whole: (body) => ({
		text: textAt(body, "choices", 0, "message", "content"),
		toolCalls: chatToolCalls(at(body, "choices", 0, "message")),
		stop: textAt(body, "choices", 0, "finish_reason"),
		usage: {
			input: numberAt(body, "usage", "prompt_tokens"),
			output: numberAt(body, "usage", "completion_tokens"),
		},
	}),
	stream: (chunks) => ({
		text: joinAt(chunks, "choices", 0, "delta", "content"),
		toolCalls: streamedToolCalls(chunks),
		stop: joinAt(chunks, "choices", 0, "finish_reason"),
	}),
};

/** Tool calls of OpenAI's streams: the first delta of a call names it, all of the same index say its arguments. */
function streamedToolCalls(chunks: Json[]): Said["toolCalls"] {
	const deltas = chunks.flatMap((chunk) =>
		listAt(chunk, "choices", 0, "delta", "tool_calls"),
	);
	return deltas
		.filter((delta) => at(delta, "id") !== undefined)
		.map((call) => {
			const own = deltas.filter(
				(delta) => at(delta, "index") === at(call, "index"),
			);
			return {
				name: textAt(call, "function", "name"),
				input: JSON.parse(joinAt(own, "function", "arguments")),
			};
		});
}

const gptOss: ContractFamily = {
	...chat,
	family: "gpt-oss",
	modelId: "openai.gpt-oss-20b-1:0",
	body: ({ maxTokens, ...conversation }) => {
		const { max_tokens, ...body } = chatBody({ maxTokens, ...conversation });
		return { ...body, max_completion_tokens: maxTokens };
	},
};
const qwen = { ...chat, family: "Qwen", modelId: "qwen.qwen3-32b-v1:0" };
const deepseekV3 = { ...chat, family: "DeepSeek V3", modelId: "deepseek.v3.2" };
const kimi = {
	...chat,
	family: "Kimi",
	modelId: "moonshot.kimi-k2-thinking",
};
const kimiK25 = {
	...chat,
	family: "Kimi K2.5",
	modelId: "moonshotai.kimi-k2.5",
};
const minimax = {
	...chat,
	family: "MiniMax",
	modelId: "minimax.minimax-m2.1",
};
const nemotron = {
	...chat,
	family: "Nemotron",
	modelId: "nvidia.nemotron-nano-9b-v2",
};
const gemma = { ...chat, family: "Gemma", modelId: "google.gemma-3-12b-it" };
const glm = { ...chat, family: "GLM", modelId: "zai.glm-4.7-flash" };
const mistralLarge3 = {
	...chat,
	family: "Mistral Large 3",
	modelId: "mistral.mistral-large-3-675b-instruct",
};
const jamba = {
	...chat,
	family: "AI21 Jamba",
	modelId: "ai21.jamba-1-5-large-v1:0",
};
const palmyra = {
	...chat,
	family: "Writer Palmyra",
	modelId: "us.writer.palmyra-x5-v1:0",
};
const importedChat = {
	...chat,
	family: "Imported model",
	modelId: "arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdefghij12",
};
const marketplaceChat = {
	...chat,
	family: "Marketplace endpoint",
	modelId: "arn:aws:sagemaker:us-east-1:123456789012:endpoint/my-endpoint",
};

const deepseekR1: ContractFamily = {
	family: "DeepSeek R1",
	modelId: "us.deepseek.r1-v1:0",
	lacks: ["tools"],
	stops: { end_turn: "stop", max_tokens: "length" },
	body: ({ system = "", messages, maxTokens }) => {
		const turns = messages.map(({ role, text }) =>
			role === "user"
				? `<｜User｜>${text}`
				: `<｜Assistant｜>${text}<｜end▁of▁sentence｜>`,
		);
		return {
			prompt: `<｜begin▁of▁sentence｜>${system}${turns.join("")}<｜Assistant｜><think>\n`,
			max_tokens: maxTokens,
		};
	},
	whole: (body) => ({
		text: textAt(body, "choices", 0, "text"),
		toolCalls: [],
		stop: textAt(body, "choices", 0, "stop_reason"),
	}),
	stream: (chunks) => ({
		text: joinAt(chunks, "choices", 0, "text"),
		toolCalls: [],
		stop: joinAt(chunks, "choices", 0, "stop_reason"),
	}),
};

const cohereCommand: ContractFamily = {
	family: "Cohere Command",
	modelId: "cohere.command-text-v14",
	lacks: ["system", "tools", "history"],
	stops: { end_turn: "COMPLETE", max_tokens: "MAX_TOKENS" },
	body: ({ messages, maxTokens }) => ({
		prompt: messages.at(-1)?.text ?? "",
		max_tokens: maxTokens,
		stream: true,
	}),
	whole: (body) => ({
		text: textAt(body, "generations", 0, "text"),
		toolCalls: [],
		stop: textAt(body, "generations", 0, "finish_reason"),
	}),
	stream: (chunks) => ({
		text: joinAt(chunks, "text"),
		toolCalls: [],
		stop: joinAt(chunks, "finish_reason"),
	}),
};

const cohereCommandR: ContractFamily = {
	family: "Cohere Command R",
	modelId: "cohere.command-r-plus-v1:0",
	stops: {
		end_turn: "COMPLETE",
		max_tokens: "MAX_TOKENS",
		tool_use: "COMPLETE",
	},
	body: ({ system, messages, maxTokens, tools }) => ({
		message: messages.at(-1)?.text ?? "",
		chat_history: messages.slice(0, -1).map(({ role, text }) => ({
			role: role === "user" ? "USER" : "CHATBOT",
			message: text,
		})),
		...(system !== undefined && { preamble: system }),
		max_tokens: maxTokens,
		...(tools && {
			tools: tools.map(({ name, description }) => ({
				name,
				description,
				parameter_definitions: { city: { type: "str", required: true } },
			})),
		}),
	}),
	whole: (body) => ({
		text: textAt(body, "text"),
		toolCalls: commandCalls(body),
		stop: textAt(body, "finish_reason"),
	}),
	stream: (chunks) => ({
		text: joinAt(chunks, "text"),
		toolCalls: chunks
			.filter(
				(chunk) => textAt(chunk, "event_type") === "tool-calls-generation",
			)
			.flatMap(commandCalls),
		stop: joinAt(chunks, "finish_reason"),
	}),
};

function commandCalls(said: Json): Said["toolCalls"] {
	return listAt(said, "tool_calls").map((call) => ({
		name: textAt(call, "name"),
		input: at(call, "parameters") ?? null,
	}));
}

/** Every family with a native body; a new one is a row at the end. */
export const contractFamilies: readonly ContractFamily[] = [
	anthropicMessages,
	anthropicText,
	amazonNova,
	amazonNova2,
	titanText,
	llama2,
	llama3,
	llama4,
	mistral,
	mistralLarge,
	pixtral,
	gptOss,
	qwen,
	deepseekV3,
	kimi,
	kimiK25,
	minimax,
	nemotron,
	gemma,
	glm,
	mistralLarge3,
	jamba,
	palmyra,
	importedChat,
	marketplaceChat,
	deepseekR1,
	cohereCommand,
	cohereCommandR,
];
