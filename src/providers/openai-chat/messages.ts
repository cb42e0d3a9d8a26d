/** Messages of OpenAI's chat bodies, read into Converse's. */

import type {
	ContentBlock,
	Message,
	SystemContentBlock,
	ToolResultBlock,
	ToolResultContentBlock,
} from "@aws-sdk/client-bedrock-runtime";
import type { Json, JsonObject } from "../../json.ts";
import {
	readAudio,
	readAudioUrl,
	readFile,
	readImage,
	readVideo,
} from "./media.ts";
import { ChatBodyError, refuse } from "./refusal.ts";
import {
	asList,
	asObject,
	asText,
	asWord,
	optional,
	required,
	wrongType,
} from "./values.ts";

const roles = ["system", "developer", "user", "assistant", "tool"] as const;
const partTypes = [
	"text",
	"image_url",
	"input_audio",
	"audio_url",
	"video_url",
	"file",
	"refusal",
	"thinking",
] as const;

/** What the messages of a body become. `messages` is never empty. */
export interface ReadMessages {
	messages: Message[];
	system: SystemContentBlock[];
}

/**
 * Reads `messages`.
 *
 * - System and developer messages, wherever they stand, go to `system` (documented for Converse and gpt-oss).
 * - Consecutive tool messages are one user message of tool results.
 * - `reasoning` or `reasoning_content` of an assistant message, thinking parts, and a leading `<reasoning>…</reasoning>` in
 *   its text, as gpt-oss says it on Bedrock, are reasoning again.
 * - Empty texts are left out where anything else is left, and so are assistant messages that say nothing.
 * - A conversation of system messages alone asks them as the user.
 *
 * @throws ChatBodyError
 */
export function readMessages(value: Json): ReadMessages {
	const list = asList(value, "messages");
	const messages: Message[] = [];
	const system: SystemContentBlock[] = [];
	let results: ContentBlock[] | undefined;
	for (const [index, item] of list.entries()) {
		const path = `messages[${index}]`;
		const message = asObject(
			item,
			path,
			"internally tagged enum ChatCompletionRequestMessage",
		);
		const role = asWord(required(message, "role", path), `${path}.role`, roles);
		if (role === "tool") {
			if (!results) {
				results = [];
				messages.push({ role: "user", content: results });
			}
			results.push({ toolResult: readToolResult(message, path) });
			continue;
		}
		results = undefined;
		if (role === "user")
			messages.push({ role, content: readUser(message, path) });
		else if (role === "assistant") {
			const content = readAssistant(message, path);
			if (content.length > 0) messages.push({ role, content });
		} else
			system.push(
				...readTexts(required(message, "content", path), `${path}.content`),
			);
	}
	if (messages.length > 0) return { messages, system };
	if (system.length === 0)
		throw refuse("messages", "messages: at least one message is required");
	return {
		messages: [
			{
				role: "user",
				content: system.map((block) => ({ text: block.text ?? "" })),
			},
		],
		system: [],
	};
}

function readUser(message: JsonObject, path: string): ContentBlock[] {
	const content = readContent(
		required(message, "content", path),
		`${path}.content`,
	);
	return content.length > 0 ? content : [{ text: "" }];
}

function readAssistant(message: JsonObject, path: string): ContentBlock[] {
	const blocks: ContentBlock[] = [];
	const reasoning =
		optional(message, "reasoning_content") ?? optional(message, "reasoning");
	if (typeof reasoning === "string" && reasoning !== "")
		blocks.push(reasoningOf(reasoning));
	const content = optional(message, "content");
	if (typeof content === "string") blocks.push(...splitReasoning(content));
	else if (content !== undefined)
		blocks.push(...readContent(content, `${path}.content`));
	const calls = optional(message, "tool_calls");
	for (const [index, call] of asList(
		calls ?? [],
		`${path}.tool_calls`,
	).entries()) {
		blocks.push(readToolCall(call, `${path}.tool_calls[${index}]`));
	}
	return blocks;
}

function readContent(content: Json, path: string): ContentBlock[] {
	if (typeof content === "string")
		return content === "" ? [] : [{ text: content }];
	if (!Array.isArray(content))
		throw wrongType(content, path, "a string or a sequence");
	const blocks: ContentBlock[] = [];
	for (const [index, item] of content.entries()) {
		const block = readPart(item, `${path}[${index}]`);
		if (block.text !== "") blocks.push(block);
	}
	return blocks;
}

function readPart(item: Json, path: string): ContentBlock {
	const part = asObject(item, path, "internally tagged enum ContentPart");
	switch (asWord(required(part, "type", path), `${path}.type`, partTypes)) {
		case "image_url":
			return readImage(part, path);
		case "input_audio":
			return readAudio(part, path);
		case "audio_url":
			return readAudioUrl(part, path);
		case "video_url":
			return readVideo(part, path);
		case "file":
			return readFile(part, path);
		case "refusal":
			return {
				text: asText(required(part, "refusal", path), `${path}.refusal`),
			};
		case "thinking":
			return readThinking(part, path);
		default:
			return { text: asText(required(part, "text", path), `${path}.text`) };
	}
}

/** Magistral's part: `thinking` is a text, or a list of text parts. */
function readThinking(part: JsonObject, path: string): ContentBlock {
	const thinking = readTexts(
		required(part, "thinking", path),
		`${path}.thinking`,
	);
	return reasoningOf(thinking.map(({ text }) => text).join(""));
}

/** A text, or a list of text parts; empty ones are left out. */
function readTexts(content: Json, path: string): { text: string }[] {
	return readContent(content, path).map(({ text }) => {
		if (text === undefined)
			throw new ChatBodyError(path, "only parts of type `text` may stand here");
		return { text };
	});
}

function readToolCall(item: Json, path: string): ContentBlock {
	const call = asObject(item, path, "struct ChatCompletionMessageToolCall");
	const toolUseId = asText(required(call, "id", path), `${path}.id`);
	const at = `${path}.function`;
	const called = asObject(
		required(call, "function", path),
		at,
		"struct FunctionCall",
	);
	const name = asText(required(called, "name", at), `${at}.name`);
	return {
		toolUse: {
			toolUseId,
			name,
			input: readArguments(
				required(called, "arguments", at),
				`${at}.arguments`,
			),
		},
	};
}

/** A call without arguments may leave the text empty. Some clients send the object itself, and servers take it. */
function readArguments(value: Json, path: string): Json {
	if (typeof value === "object" && value !== null && !Array.isArray(value))
		return value;
	const text = asText(value, path);
	if (text.trim() === "") return {};
	try {
		return JSON.parse(text);
	} catch {
		throw refuse(
			path,
			`${path}: the arguments of a tool call must be valid JSON`,
		);
	}
}

function readToolResult(message: JsonObject, path: string): ToolResultBlock {
	const toolUseId = asText(
		required(message, "tool_call_id", path),
		`${path}.tool_call_id`,
	);
	const content = required(message, "content", path);
	const texts: ToolResultContentBlock[] = readTexts(content, `${path}.content`);
	return { toolUseId, content: texts };
}

const openTag = "<reasoning>";
const closeTag = "</reasoning>";

/** The blocks of a text that may begin with gpt-oss's reasoning. */
function splitReasoning(text: string): ContentBlock[] {
	const end = text.startsWith(openTag) ? text.indexOf(closeTag) : -1;
	if (end < 0) return text === "" ? [] : [{ text }];
	const rest = text.slice(end + closeTag.length);
	const blocks = [reasoningOf(text.slice(openTag.length, end))];
	if (rest !== "") blocks.push({ text: rest });
	return blocks;
}

function reasoningOf(text: string): ContentBlock {
	return { reasoningContent: { reasoningText: { text } } };
}
