/** A draft as the native bodies of those families whose form is known here; all others are for the user to write. */
import type { Json } from "../api/types.ts";
import { membersOf, textOf } from "../conversation/json.ts";
import { writeConverse, writeSettings } from "./converse.ts";
import { type Draft, type DraftMessage, readTools } from "./draft.ts";

/** How a family's native body is made; `prompt` for those that only begin to be written here. */
export type NativeForm = "anthropic" | "nova" | "chat" | "prompt";

/** Those that are asked a prompt, or no turn at all; or turns in a form that nobody else has. */
const others =
	/(?:amazon\.|meta\.|cohere\.|ai21\.j2|deepseek\.r|anthropic\.|stability\.|luma\.|twelvelabs\.|mistral\.(?:mixtral|mistral-7b|mistral-(?:large|small)-2402))/u;

/** The form of a model's native body, by its id. */
export function nativeFormOf(modelId: string): NativeForm {
	if (/anthropic\.claude-(?!v\d|instant)/u.test(modelId)) return "anthropic";
	if (/amazon\.nova-(?:2-)?(?:micro|lite|pro|premier)/u.test(modelId))
		return "nova";
	return others.test(modelId) ? "prompt" : "chat";
}

/** The native body. */
export function writeNative(draft: Draft): Json {
	switch (nativeFormOf(draft.modelId)) {
		case "anthropic":
			return writeAnthropic(draft);
		case "nova":
			return { schemaVersion: "messages-v1", ...writeConverse(draft) };
		case "chat":
			return writeChat(draft);
		case "prompt":
			return { prompt: lastText(draft.messages) };
	}
}

function lastText(messages: readonly DraftMessage[]): string {
	const content = messages.at(-1)?.content ?? [];
	return content
		.map((block) => textOf(membersOf(block).text))
		.filter((text) => text !== "")
		.join("\n");
}

const defaultMaxTokens = 1024;

function writeAnthropic(draft: Draft): Json {
	const { maxTokens, temperature, topP, stopSequences } = writeSettings(
		draft.settings,
	);
	const { tools = [] } = readTools(draft.tools);
	const { toolChoice } = draft;
	return {
		anthropic_version: "bedrock-2023-05-31",
		// Anthropic's one required setting.
		max_tokens: maxTokens ?? defaultMaxTokens,
		...(draft.system.trim() !== "" && { system: draft.system }),
		messages: draft.messages.map(({ role, content }) => ({
			role,
			content: content.flatMap(anthropicBlock),
		})),
		...(temperature !== undefined && { temperature }),
		...(topP !== undefined && { top_p: topP }),
		...(stopSequences !== undefined && { stop_sequences: stopSequences }),
		...(tools.length > 0 && {
			tools: tools.map(({ name, description, schema }) => ({
				name,
				...(description !== "" && { description }),
				input_schema: schema,
			})),
		}),
		...(tools.length > 0 &&
			toolChoice !== "" && {
				tool_choice: toolChoice.startsWith("tool:")
					? { type: "tool", name: toolChoice.slice("tool:".length) }
					: { type: toolChoice },
			}),
	};
}

/** Reasoning is left out: without its signature, which is Converse's to keep, it would be refused. */
function anthropicBlock(json: Json): Json[] {
	const { text, image, toolUse, toolResult, json: value } = membersOf(json);
	if (text !== undefined) return [{ type: "text", text }];
	if (value !== undefined)
		return [{ type: "text", text: JSON.stringify(value) }];
	if (image !== undefined) {
		const { format, source } = membersOf(image);
		return [
			{
				type: "image",
				source: {
					type: "base64",
					media_type: `image/${textOf(format)}`,
					data: membersOf(source).bytes ?? "",
				},
			},
		];
	}
	if (toolUse !== undefined) {
		const { toolUseId = "", name = "", input = {} } = membersOf(toolUse);
		return [{ type: "tool_use", id: toolUseId, name, input }];
	}
	if (toolResult !== undefined) {
		const { toolUseId = "", content, status } = membersOf(toolResult);
		return [
			{
				type: "tool_result",
				tool_use_id: toolUseId,
				content: Array.isArray(content) ? content.flatMap(anthropicBlock) : [],
				...(status === "error" && { is_error: true }),
			},
		];
	}
	return [];
}

function writeChat(draft: Draft): Json {
	const { maxTokens, temperature, topP, stopSequences } = writeSettings(
		draft.settings,
	);
	const { tools = [] } = readTools(draft.tools);
	const { toolChoice, system } = draft;
	return {
		messages: [
			...(system.trim() !== "" ? [{ role: "system", content: system }] : []),
			...draft.messages.flatMap(chatMessages),
		],
		...(maxTokens !== undefined && { max_tokens: maxTokens }),
		...(temperature !== undefined && { temperature }),
		...(topP !== undefined && { top_p: topP }),
		...(stopSequences !== undefined && { stop: stopSequences }),
		...(tools.length > 0 && {
			tools: tools.map(({ name, description, schema }) => ({
				type: "function",
				function: { name, description, parameters: schema },
			})),
		}),
		...(tools.length > 0 &&
			toolChoice !== "" && {
				tool_choice: toolChoice.startsWith("tool:")
					? {
							type: "function",
							function: { name: toolChoice.slice("tool:".length) },
						}
					: toolChoice === "any"
						? "required"
						: toolChoice,
			}),
	};
}

/** A tool's result is a message of its own there, and a call stands beside the content. */
function chatMessages({ role, content }: DraftMessage): Json[] {
	const results: Json[] = [];
	const calls: Json[] = [];
	const parts: Json[] = [];
	for (const json of content) {
		const { text, image, toolUse, toolResult } = membersOf(json);
		if (text !== undefined) parts.push({ type: "text", text });
		if (image !== undefined) {
			const { format, source } = membersOf(image);
			const bytes = textOf(membersOf(source).bytes);
			const url = `data:image/${textOf(format)};base64,${bytes}`;
			parts.push({ type: "image_url", image_url: { url } });
		}
		if (toolUse !== undefined) {
			const { toolUseId = "", name = "", input } = membersOf(toolUse);
			calls.push({
				id: toolUseId,
				type: "function",
				function: { name, arguments: JSON.stringify(input ?? {}) },
			});
		}
		if (toolResult !== undefined) {
			const { toolUseId = "", content: said } = membersOf(toolResult);
			const [first] = Array.isArray(said) ? said : [];
			const { text: plain, json: value } = membersOf(first);
			results.push({
				role: "tool",
				tool_call_id: toolUseId,
				content: plain ?? JSON.stringify(value ?? null),
			});
		}
	}
	if (parts.length === 0 && calls.length === 0) return results;
	const [only] = parts;
	const isPlain = parts.length === 1 && "text" in membersOf(only);
	return [
		...results,
		{
			role,
			content: isPlain ? (membersOf(only).text ?? "") : parts,
			...(calls.length > 0 && { tool_calls: calls }),
		},
	];
}
