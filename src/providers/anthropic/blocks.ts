/** Content blocks of Anthropic Messages, read into Converse's. */

import type {
	CachePointBlock,
	ContentBlock,
	ToolResultContentBlock,
} from "@aws-sdk/client-bedrock-runtime";
import { invalid } from "../../errors.ts";
import type { Json, JsonObject } from "../../json.ts";
import { readCitation } from "./citations.ts";
import { type Claude, isSchemaChecked } from "./claude.ts";
import { readDocument, readImage, readSearchResult } from "./media.ts";
import {
	asBoolean,
	asList,
	asObject,
	asText,
	optional,
	readTag,
	required,
} from "./values.ts";

/** The `type`s a message may hold, in the order in which Claude's refusals list them (observed). */
const oldBlockTypes = ["text", "image", "tool_use", "tool_result"];
const blockTypes = [
	"document",
	"image",
	"redacted_thinking",
	"search_result",
	"server_tool_use",
	"text",
	"thinking",
	"tool_result",
	"tool_search_tool_result",
	"tool_use",
];
const resultBlockTypes = [
	"document",
	"image",
	"search_result",
	"text",
	"tool_reference",
];

/**
 * Reads the content of one message: a text, or a list of blocks. What `cache_control` marks is followed by a cache point.
 *
 * @param path - such as `messages.0.content`
 * @throws ServiceError in Claude's words
 */
export function readContent(
	content: Json,
	path: string,
	claude: Claude,
): ContentBlock[] {
	if (typeof content === "string") return [{ text: checkText(content) }];
	const blocks: ContentBlock[] = [];
	for (const [index, item] of asList(content, path).entries()) {
		const at = `${path}.${index}`;
		const block = asObject(item, at);
		blocks.push(readBlock(block, at, claude));
		const cachePoint = readCacheControl(block, at);
		if (cachePoint) blocks.push({ cachePoint });
	}
	return blocks;
}

function readBlock(
	block: JsonObject,
	path: string,
	claude: Claude,
): ContentBlock {
	// The list that older models print was observed without documents, yet they do take them.
	const tags =
		isSchemaChecked(claude) && !blockTypes.includes(String(block.type))
			? oldBlockTypes
			: blockTypes;
	switch (readTag(block, path, tags)) {
		case "image":
			return { image: readImage(block, path) };
		case "document":
			return { document: readDocument(block, path) };
		case "search_result":
			return { searchResult: readSearchResult(block, path) };
		case "tool_use":
			return { toolUse: readToolUse(block, `${path}.tool_use`) };
		case "server_tool_use":
			return {
				toolUse: {
					...readToolUse(block, `${path}.server_tool_use`),
					type: "server_tool_use",
				},
			};
		case "tool_result":
			return { toolResult: readToolResult(block, path) };
		case "tool_search_tool_result":
			return { toolResult: readServerToolResult(block, path) };
		case "thinking":
			return {
				reasoningContent: {
					reasoningText: readThinking(block, `${path}.thinking`),
				},
			};
		case "redacted_thinking":
			return {
				reasoningContent: {
					redactedContent: readRedacted(block, `${path}.redacted_thinking`),
				},
			};
		default:
			return readText(block, path);
	}
}

function readText(block: JsonObject, path: string): ContentBlock {
	const text = checkText(
		asText(required(block, "text", `${path}.text.text`), `${path}.text.text`),
	);
	const citations = optional(block, "citations");
	if (!Array.isArray(citations) || citations.length === 0) return { text };
	return {
		citationsContent: {
			content: [{ text }],
			citations: citations.map(readCitation),
		},
	};
}

/**
 * Source: both texts observed; a message's own string is checked like its blocks.
 *
 * @throws ServiceError when there is nothing in the text but space
 */
function checkText(text: string): string {
	if (text === "")
		throw invalid("messages: text content blocks must be non-empty");
	if (!/\S/.test(text))
		throw invalid(
			"messages: text content blocks must contain non-whitespace text",
		);
	return text;
}

function readToolUse(block: JsonObject, path: string) {
	const toolUseId = readToolId(
		required(block, "id", `${path}.id`),
		`${path}.id`,
	);
	const name = asText(required(block, "name", `${path}.name`), `${path}.name`);
	const input = required(block, "input", `${path}.input`);
	if (typeof input !== "object" || Array.isArray(input)) {
		throw invalid(`${path}.input: Input should be a valid dictionary`);
	}
	return { toolUseId, name, input };
}

function readToolResult(block: JsonObject, path: string) {
	const at = `${path}.tool_result`;
	const toolUseId = readToolId(
		required(block, "tool_use_id", `${at}.tool_use_id`),
		`${at}.tool_use_id`,
	);
	const isError = optional(block, "is_error");
	const failed = isError !== undefined && asBoolean(isError, `${at}.is_error`);
	const content = optional(block, "content");
	return {
		toolUseId,
		content:
			content === undefined ? [] : readResultContent(content, `${at}.content`),
		...(failed && { status: "error" as const }),
	};
}

function readResultContent(
	content: Json,
	path: string,
): ToolResultContentBlock[] {
	if (typeof content === "string")
		return content === "" ? [] : [{ text: content }];
	return asList(content, path).map((item, index) => {
		const at = `${path}.${index}`;
		const block = asObject(item, at);
		switch (readTag(block, at, resultBlockTypes)) {
			case "image":
				return { image: readImage(block, at) };
			case "document":
				return { document: readDocument(block, at) };
			case "search_result":
				return { searchResult: readSearchResult(block, at) };
			case "tool_reference":
				return { json: block };
			default:
				return {
					text: asText(
						required(block, "text", `${at}.text.text`),
						`${at}.text.text`,
					),
				};
		}
	});
}

function readServerToolResult(block: JsonObject, path: string) {
	const at = `${path}.tool_search_tool_result`;
	const toolUseId = readToolId(
		required(block, "tool_use_id", `${at}.tool_use_id`),
		`${at}.tool_use_id`,
	);
	const json = required(block, "content", `${at}.content`);
	return { toolUseId, content: [{ json }], type: "tool_search_tool_result" };
}

/** Source: pattern observed. */
function readToolId(value: Json, path: string): string {
	const id = asText(value, path);
	if (!/^[a-zA-Z0-9_-]+$/.test(id))
		throw invalid(`${path}: String should match pattern '^[a-zA-Z0-9_-]+$'`);
	return id;
}

function readThinking(block: JsonObject, path: string) {
	const text = asText(
		required(block, "thinking", `${path}.thinking`),
		`${path}.thinking`,
	);
	const signature = asText(
		required(block, "signature", `${path}.signature`),
		`${path}.signature`,
	);
	return { text, signature };
}

/** Converse's blob is the characters of `data`, which only Anthropic reads (observed: the blob is base64 once more). */
function readRedacted(block: JsonObject, path: string): Uint8Array {
	const data = asText(required(block, "data", `${path}.data`), `${path}.data`);
	return new TextEncoder().encode(data);
}

/**
 * The cache point that `cache_control: {type: "ephemeral", ttl?: "5m" | "1h"}` of a block or tool asks for.
 *
 * @throws ServiceError in Claude's words
 */
export function readCacheControl(
	block: JsonObject,
	path: string,
): CachePointBlock | undefined {
	const value = optional(block, "cache_control");
	if (value === undefined) return undefined;
	const at = `${path}.cache_control`;
	const control = asObject(value, at);
	readTag(control, at, ["ephemeral"]);
	const ttl = optional(control, "ttl");
	if (ttl === undefined) return { type: "default" };
	if (ttl !== "5m" && ttl !== "1h")
		throw invalid(`${at}.ephemeral.ttl: Input should be '5m' or '1h'`);
	return { type: "default", ttl };
}
