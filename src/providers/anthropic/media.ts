/** Image, document and search-result blocks of Anthropic Messages. */

import type {
	CitationsConfig,
	DocumentBlock,
	DocumentSource,
	ImageBlock,
	SearchResultBlock,
} from "@aws-sdk/client-bedrock-runtime";
import { invalid } from "../../errors.ts";
import type { Json, JsonObject } from "../../json.ts";
import { decodeBase64 } from "../native.ts";
import {
	asBoolean,
	asList,
	asObject,
	asText,
	optional,
	readTag,
	required,
} from "./values.ts";

/** Claude counts the base64 text, not the bytes in it (observed: the sizes it names are multiples of 4). */
const maxImageCharacters = 5 * 1024 * 1024;

const imageFormats: Record<string, ImageBlock["format"]> = {
	"image/jpeg": "jpeg",
	"image/png": "png",
	"image/gif": "gif",
	"image/webp": "webp",
};

/**
 * Reads `{type: "image", source: {type: "base64", media_type, data}}`.
 *
 * @throws ServiceError in Claude's words. Source: texts observed 2024 to 2026; that of URL sources observed once.
 */
export function readImage(block: JsonObject, path: string): ImageBlock {
	const sourcePath = `${path}.image.source`;
	const source = asObject(required(block, "source", sourcePath), sourcePath);
	const type = readTag(source, sourcePath, ["base64", "url"]);
	if (type === "url")
		throw invalid(`${sourcePath}.base64.data: URL sources are not supported`);
	const mediaType = required(
		source,
		"media_type",
		`${sourcePath}.base64.media_type`,
	);
	const format = imageFormats[String(mediaType)];
	if (!format) {
		throw invalid(
			`${sourcePath}.base64.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'`,
		);
	}
	const data = asText(
		required(source, "data", `${sourcePath}.base64.data`),
		`${sourcePath}.base64.data`,
	);
	if (data === "")
		throw invalid(`${sourcePath}.base64: image cannot be empty.`);
	if (data.length > maxImageCharacters) {
		throw invalid(
			`${sourcePath}.base64: image exceeds 5 MB maximum: ${data.length} bytes > ${maxImageCharacters} bytes`,
		);
	}
	return { format, source: { bytes: readBytes(data, `${sourcePath}.base64`) } };
}

/** Converse demands a name; Claude's `title` is optional. */
const untitled = "Document";

/**
 * Reads a document block: a PDF as base64, plain text, or a list of text blocks.
 *
 * @throws ServiceError in Claude's words
 */
export function readDocument(block: JsonObject, path: string): DocumentBlock {
	const sourcePath = `${path}.document.source`;
	const source = asObject(required(block, "source", sourcePath), sourcePath);
	const type = readTag(source, sourcePath, [
		"base64",
		"content",
		"text",
		"url",
	]);
	if (type === "url")
		throw invalid(`${sourcePath}.base64.data: URL sources are not supported`);
	const title = optional(block, "title");
	const context = optional(block, "context");
	const citations = readCitationsConfig(block, `${path}.document`);
	return {
		format: type === "base64" ? "pdf" : "txt",
		name:
			title === undefined ? untitled : asText(title, `${path}.document.title`),
		source: readDocumentSource(source, type, `${sourcePath}.${type}`),
		...(context !== undefined && {
			context: asText(context, `${path}.document.context`),
		}),
		...(citations && { citations }),
	};
}

function readDocumentSource(
	source: JsonObject,
	type: string,
	path: string,
): DocumentSource {
	if (type === "content") {
		const content = required(source, "content", `${path}.content`);
		if (typeof content === "string") return { content: [{ text: content }] };
		return { content: readTexts(content, `${path}.content`) };
	}
	const mediaType = required(source, "media_type", `${path}.media_type`);
	const expected = type === "base64" ? "application/pdf" : "text/plain";
	if (mediaType !== expected)
		throw invalid(`${path}.media_type: Input should be '${expected}'`);
	const data = asText(required(source, "data", `${path}.data`), `${path}.data`);
	if (type === "text") return { text: data };
	if (data === "") throw invalid(`${path}.data: PDF cannot be empty`);
	return { bytes: readBytes(data, path) };
}

/**
 * Reads `{type: "search_result", source, title, content: [{type: "text", text}]}`.
 *
 * @throws ServiceError in Claude's words
 */
export function readSearchResult(
	block: JsonObject,
	path: string,
): SearchResultBlock {
	const at = `${path}.search_result`;
	const citations = readCitationsConfig(block, at);
	return {
		source: asText(required(block, "source", `${at}.source`), `${at}.source`),
		title: asText(required(block, "title", `${at}.title`), `${at}.title`),
		content: readTexts(
			required(block, "content", `${at}.content`),
			`${at}.content`,
		),
		...(citations && { citations }),
	};
}

function readTexts(list: Json, path: string): { text: string }[] {
	return asList(list, path).map((item, index) => {
		const block = asObject(item, `${path}.${index}`);
		readTag(block, `${path}.${index}`, ["text"]);
		return {
			text: asText(
				required(block, "text", `${path}.${index}.text`),
				`${path}.${index}.text`,
			),
		};
	});
}

function readCitationsConfig(
	block: JsonObject,
	path: string,
): CitationsConfig | undefined {
	const citations = optional(block, "citations");
	if (citations === undefined) return undefined;
	const enabled =
		optional(asObject(citations, `${path}.citations`), "enabled") ?? false;
	return { enabled: asBoolean(enabled, `${path}.citations.enabled`) };
}

function readBytes(data: string, path: string): Uint8Array {
	const bytes = decodeBase64(data);
	if (!bytes) throw invalid(`${path}: invalid base64 data`);
	return bytes;
}
