/** Content blocks as the parts of a message. */

import type {
	ContentBlock,
	DocumentBlock,
	ImageBlock,
	ToolResultContentBlock,
} from "@aws-sdk/client-bedrock-runtime";
import { invalid } from "../../errors.ts";
import type { JsonObject } from "../../json.ts";
import { readDocument } from "./documents.ts";

/** Whether a block says nothing to a model server: cache points, and reasoning that was said before. */
export function isEmptyPart(block: ContentBlock): boolean {
	return block.cachePoint !== undefined || block.reasoningContent !== undefined;
}

/**
 * A block of a user's message.
 *
 * @throws ServiceError `ValidationException` for blocks that have no place in a chat completion, and for objects in S3
 */
export async function writePart(block: ContentBlock): Promise<JsonObject> {
	const text = block.text ?? block.guardContent?.text?.text;
	if (text !== undefined) return textPart(text);
	if (block.image) return imagePart(block.image);
	if (block.guardContent?.image) return imagePart(block.guardContent.image);
	if (block.document) return textPart(await documentText(block.document));
	if (block.searchResult) {
		const { title, source, content } = block.searchResult;
		const said = (content ?? []).map((part) => part.text ?? "").join("\n");
		return textPart(
			`<search_result title="${title}" source="${source}">\n${said}\n</search_result>`,
		);
	}
	if (block.audio) {
		const { format, source } = block.audio;
		const data = bytesOf("audio", source);
		return {
			type: "input_audio",
			input_audio: { data: base64(data), format: format ?? "wav" },
		};
	}
	throw invalid(
		`The engine openai cannot send a ${Object.keys(block)[0]} block to a model server. Leave it out, or name another engine for this model.`,
	);
}

/**
 * A part of a tool result: a text, or an image.
 *
 * @throws ServiceError `ValidationException`
 */
export async function writeResultContent(
	content: ToolResultContentBlock,
): Promise<JsonObject> {
	if (content.json !== undefined) return textPart(JSON.stringify(content.json));
	const { text, image, document, searchResult } = content;
	if (text !== undefined) return textPart(text);
	if (image) return writePart({ image });
	if (document) return writePart({ document });
	if (searchResult) return writePart({ searchResult });
	throw invalid(
		`The engine openai cannot send the ${Object.keys(content)[0]} of a tool result to a model server. Leave it out, or name another engine for this model.`,
	);
}

function textPart(text: string): JsonObject {
	return { type: "text", text };
}

function imagePart({
	format,
	source,
}: Pick<ImageBlock, "format" | "source">): JsonObject {
	const data = base64(bytesOf("image", source));
	const url = `data:image/${format};base64,${data}`;
	return { type: "image_url", image_url: { url } };
}

async function documentText(document: DocumentBlock): Promise<string> {
	const { name, format = "txt", source } = document;
	const written =
		source?.text ?? source?.content?.map((part) => part.text ?? "").join("\n");
	const text =
		written ?? (await readDocument(bytesOf("document", source), format));
	return `<document name="${name}">\n${text}\n</document>`;
}

/** @throws ServiceError `ValidationException` for what lies in S3: only its owner's account can read it */
function bytesOf(
	what: string,
	source:
		| {
				bytes?: Uint8Array | undefined;
				s3Location?: { uri?: string | undefined } | undefined;
		  }
		| undefined,
): Uint8Array {
	if (source?.bytes) return source.bytes;
	throw invalid(
		`The ${what} at ${source?.s3Location?.uri ?? "no place"} cannot be read: the engine openai has no access to S3. Send its bytes.`,
	);
}

function base64(bytes: Uint8Array): string {
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(
		"base64",
	);
}
