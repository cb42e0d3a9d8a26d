/** A turn's messages as node-llama-cpp's chat history. */

import type {
	ContentBlock,
	DocumentBlock,
	ToolResultBlock,
} from "@aws-sdk/client-bedrock-runtime";
import { invalid } from "../../errors.ts";
import type { Json } from "../../json.ts";
import { documentText } from "../../turn/media.ts";
import type { Turn } from "../../turn/turn.ts";
import type { FunctionCall, HistoryItem } from "./binding.ts";

type ModelItem = Extract<HistoryItem, { type: "model" }>;

/**
 * Writes the history, which ends with what the model is to answer or go on with. A tool's result stands within the call it
 * answers, and what the model says after it continues the same item: that is how the chat templates are fed.
 *
 * @param thinks - the template marks what the model thought; else earlier thoughts would read as said aloud
 * @throws ServiceError `ValidationException` naming a block that a text model cannot read
 */
export function writeHistory(turn: Turn, thinks: boolean): HistoryItem[] {
	const items: HistoryItem[] = [];
	const system = (turn.system ?? [])
		.map((block) => block.text ?? block.guardContent?.text?.text)
		.filter((text) => text !== undefined)
		.join("\n\n");
	if (system !== "") items.push({ type: "system", text: system });
	const calls = new Map<string, FunctionCall>();
	for (const { role, content = [] } of turn.messages) {
		if (role === "assistant") addAnswer(items, content, calls, thinks);
		else addQuestion(items, content, calls);
	}
	return items;
}

function addAnswer(
	items: HistoryItem[],
	content: ContentBlock[],
	calls: Map<string, FunctionCall>,
	thinks: boolean,
): void {
	const { response } = lastModel(items);
	for (const block of content) {
		if (block.toolUse) {
			const { toolUseId = "", name = "", input } = block.toolUse;
			// A document is JSON once it was read. No template takes a call without its result: validation saw to it.
			const call: FunctionCall = {
				type: "functionCall",
				name,
				params: (input ?? {}) as Json,
				result: "",
			};
			calls.set(toolUseId, call);
			response.push(call);
		} else if (block.reasoningContent) {
			const text = block.reasoningContent.reasoningText?.text;
			// What was redacted only its maker can read.
			if (thinks && text !== undefined)
				response.push({
					type: "segment",
					segmentType: "thought",
					text,
					ended: true,
				});
		} else {
			const text = readText(block);
			if (text !== undefined) response.push(text);
		}
	}
}

function addQuestion(
	items: HistoryItem[],
	content: ContentBlock[],
	calls: Map<string, FunctionCall>,
): void {
	const texts: string[] = [];
	for (const block of content) {
		if (block.toolResult) {
			const call = calls.get(block.toolResult.toolUseId ?? "");
			if (call) call.result = readResult(block.toolResult);
			continue;
		}
		const text = readText(block);
		if (text !== undefined) texts.push(text);
	}
	if (texts.length === 0) return;
	const last = items.at(-1);
	const text = texts.join("\n\n");
	if (last?.type === "user") last.text += `\n\n${text}`;
	else items.push({ type: "user", text });
}

function lastModel(items: HistoryItem[]): ModelItem {
	const last = items.at(-1);
	if (last?.type === "model") return last;
	const made: ModelItem = { type: "model", response: [] };
	items.push(made);
	return made;
}

/** The text that a block is to a text model; undefined for what says nothing to it. */
function readText(block: ContentBlock): string | undefined {
	if (block.text !== undefined) return block.text;
	if (block.cachePoint) return undefined;
	if (block.guardContent?.text) return block.guardContent.text.text ?? "";
	if (block.citationsContent)
		return (block.citationsContent.content ?? [])
			.map((part) => part.text ?? "")
			.join("");
	if (block.document) return readDocument(block.document);
	throw unreadable(Object.keys(block)[0] ?? "empty");
}

function readDocument({ name, format, source }: DocumentBlock): string {
	const text =
		source?.text ??
		source?.content?.map((part) => part.text ?? "").join("\n") ??
		(source?.bytes && documentText(source.bytes, format));
	if (text === undefined)
		throw unreadable(`document (${source?.s3Location ? "S3" : format})`);
	return `<document name=${JSON.stringify(name ?? "")}>\n${text}\n</document>`;
}

/** One text or JSON value as it is; several joined. A failure says so in its own words. */
function readResult({ content = [], status }: ToolResultBlock): Json {
	const parts = content.map((part): Json => {
		if (part.text !== undefined) return part.text;
		// A document is JSON once it was read.
		if (part.json !== undefined) return part.json as Json;
		if (part.document) return readDocument(part.document);
		throw unreadable(`toolResult's ${Object.keys(part)[0]}`);
	});
	const [only = ""] = parts;
	const result =
		parts.length <= 1
			? only
			: parts
					.map((part) =>
						typeof part === "string" ? part : JSON.stringify(part),
					)
					.join("\n");
	return status === "error" ? { error: result } : result;
}

function unreadable(what: string): Error {
	return invalid(
		`The engine local reads text only, and this request has a block of ${what}. Leave it out, or have a server that reads it answer this model (--engine openai=…).`,
	);
}
